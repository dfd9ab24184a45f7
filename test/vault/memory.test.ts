import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../lib/failure/index.ts';
import type { Database, Value } from '../../vault/database/database.ts';
import { type Enrolled, must, randomElement } from './support/client.ts';
import {
  copyLocation,
  instead,
  KINDS,
  makeCustody,
  makeLocation,
  type Replica,
  removeAll,
  World,
} from './support/world.ts';

afterAll(removeAll);

/** How a start ends: 'started', or the code of its refusal. */
async function started(opening: Promise<Replica>): Promise<string> {
  try {
    await (await opening).stop();
    return 'started';
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

/** Puts the rows of a table back as they were in a copy. */
async function replay(database: Database, table: string, rows: readonly Readonly<Record<string, Value>>[]) {
  await database.run(`DELETE FROM ${table}`);
  for (const row of rows) {
    const names = Object.keys(row);
    const places = names.map((_, index) => `$${index + 1}`);
    const values = names.map((name) => row[name]!);
    await database.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`, ...values);
  }
}

describe.each(KINDS)('the memory of a vault in %s custody on %s', (custody, kind) => {
  let world: World;
  let record: Enrolled;
  /** A copy of the database from before the last guesses. */
  let yesterday: string;

  beforeEach(async () => {
    world = await World.make(custody, kind);
    const replica = await world.open();
    record = await replica.client.enrolled();
    must(await replica.client.evaluate(record.id, randomElement()));
    await replica.stop();
    yesterday = await copyLocation(kind, world.location);
    const again = await world.open();
    must(await again.client.evaluate(record.id, randomElement()));
    must(await again.client.evaluate(record.id, randomElement()));
    await again.stop();
  });
  afterEach(async () => world.stop());

  it("starts with its own database, and not with yesterday's", async () => {
    expect(await started(world.open())).toBe('started');
    expect(await started(world.open({ location: yesterday }))).toBe('DatabaseBehindAnchor');
    expect(await started(world.open({ location: yesterday, replica: 'two' }))).toBe('DatabaseBehindAnchor');
    expect(await started(world.open({ location: await makeLocation(kind) }))).toBe('DatabaseBehindAnchor');
    expect(await started(world.open())).toBe('started');
  });

  it.each([
    ['more tries', 'UPDATE records SET tries_left = 10'],
    ['another wait', 'UPDATE records SET next_at = 0, destroy_at = NULL, tries = 9'],
    ['a number that is none', 'UPDATE records SET tries_left = -1'],
    ['another key', 'UPDATE records SET generation = generation + 1'],
    ['a forgotten element', 'UPDATE records SET last_request = NULL'],
    ['another place in the log', 'UPDATE records SET event_seq = event_seq - 1, version = version - 1'],
  ])('refuses a row that was given %s', async (_, statement) => {
    await world.tamper((database) => database.run(statement));
    expect(await started(world.open())).toBe('RowForged');
  });

  it('refuses an old row that was put back, though its authenticator is right', async () => {
    let rows: Readonly<Record<string, Value>>[] = [];
    await world.tamper(async (database) => {
      rows = await database.all('SELECT * FROM records');
    }, yesterday);
    await world.tamper((database) => replay(database, 'records', rows));
    expect(await started(world.open())).toBe('RowReplayed');
  });

  it('refuses an old row with the log of its time', async () => {
    let rows: Readonly<Record<string, Value>>[] = [];
    let log: Readonly<Record<string, Value>>[] = [];
    await world.tamper(async (database) => {
      rows = await database.all('SELECT * FROM records');
      log = await database.all('SELECT * FROM attempt_log');
    }, yesterday);
    await world.tamper(async (database) => {
      await replay(database, 'records', rows);
      await replay(database, 'attempt_log', log);
    });
    expect(await started(world.open())).toBe('DatabaseBehindAnchor');
  });

  it.each([
    ['without an entry in the middle', 'DELETE FROM attempt_log WHERE seq = 3', 'LogBroken'],
    ['without its first entry', 'DELETE FROM attempt_log WHERE seq = 1', 'LogBroken'],
    ['without its last entry', 'DELETE FROM attempt_log WHERE seq = 5', 'DatabaseBehindAnchor'],
    ['with another event', `UPDATE attempt_log SET event = 'unlock' WHERE seq = 4`, 'LogBroken'],
    ['with another number of tries', 'UPDATE attempt_log SET tries_left = 10 WHERE seq = 5', 'LogBroken'],
    ['with a negative number', 'UPDATE attempt_log SET at = -1 WHERE seq = 4', 'LogBroken'],
    ['with another hash at its end', 'UPDATE attempt_log SET hash = previous WHERE seq = 5', 'LogBroken'],
  ])('refuses a log %s', async (_, statement, code) => {
    await world.tamper((database) => database.run(statement));
    expect(await started(world.open())).toBe(code);
  });

  it('refuses a record that is not there, and rows of no record that was', async () => {
    await world.tamper((database) => database.run('DELETE FROM records'));
    expect(await started(world.open())).toBe('RowMissing');
  });

  it('refuses a log whose anchor is in no HSM, and the database of other keys', async () => {
    const other = makeCustody(custody);
    expect(await started(world.open({ custodySettings: other }))).toBe('OtherLineage');
    const forget = (real: Replica['custody']) =>
      instead(real, { anchors: async () => new Map(), readAnchor: async () => undefined });
    expect(await started(world.open({ between: { custody: forget } }))).toBe('AnchorMissing');
  });

  it('goes on after a loss that an operator accepts, with one try left for everybody', async () => {
    const accepted = await world.open({ location: yesterday, accept: 'rollback' });
    expect(accepted.log.some((line) => line.includes('"rollback-accepted","capped":1,"destroyed":0'))).toBe(true);
    expect(must(await accepted.client.evaluate(record.id, randomElement())).left).toBe(0);
    expect(must(await accepted.client.unlock(record.id, record.unlock)).left).toBe(10);
    await accepted.stop();
    expect(await started(world.open({ location: yesterday }))).toBe('started');
    // The database of before belongs to no anchor any more.
    expect(await started(world.open())).toBe('DatabaseBehindAnchor');
  });

  it('destroys what was forged, and buries what is missing, when an operator accepts', async () => {
    const replica = await world.open();
    const missing = await replica.client.enrolled();
    const forged = await replica.client.enrolled();
    await replica.stop();
    await world.tamper(async (database) => {
      await database.run('DELETE FROM records WHERE id = $1', missing.id);
      await database.run('UPDATE records SET tries_left = -5 WHERE id = $1', forged.id);
      await database.run('DELETE FROM attempt_log WHERE seq = 3');
    });
    const accepted = await world.open({ accept: 'rollback' });
    expect(accepted.log.some((line) => line.includes('"capped":1,"destroyed":2'))).toBe(true);
    for (const { id } of [missing, forged]) {
      expect(await accepted.client.evaluate(id, randomElement())).toEqual({ code: 'Gone' });
    }
    expect(must(await accepted.client.evaluate(record.id, randomElement())).left).toBe(0);
    await accepted.stop();
    expect(await started(world.open())).toBe('started');
  });

  it('destroys every record of lost keys when an operator accepts the new ones, and goes on', async () => {
    const other = makeCustody(custody);
    expect(await started(world.open({ custodySettings: other, accept: 'rollback' }))).toBe('OtherLineage');
    const accepted = await world.open({ custodySettings: other, accept: 'keys' });
    expect(accepted.log.some((line) => line.includes('"new-keys-accepted","capped":0,"destroyed":1'))).toBe(true);
    expect(await accepted.client.evaluate(record.id, randomElement())).toEqual({ code: 'Gone' });
    const fresh = await accepted.client.enrolled(10, record.locator);
    expect(must(await accepted.client.evaluate(fresh.id, randomElement())).left).toBe(9);
    await accepted.stop();
    expect(await started(world.open())).toBe('OtherLineage');
    const again = await world.open({ custodySettings: other, accept: 'keys' });
    expect(must(await again.client.evaluate(fresh.id, randomElement())).left).toBe(8);
  });

  it('notices a hand in its database while it runs, answers nothing for that record, and says so', async () => {
    const replica = await world.open();
    let rows: Readonly<Record<string, Value>>[] = [];
    await world.tamper(async (database) => {
      rows = await database.all('SELECT * FROM records');
    }, yesterday);
    await world.tamper((database) => replay(database, 'records', rows));
    expect(await replica.client.evaluate(record.id, randomElement())).toEqual({ code: 'Busy' });
    expect(replica.log.some((line) => line.includes('RowReplayed'))).toBe(true);
    await world.tamper((database) => database.run('UPDATE records SET tries_left = 10'));
    expect(await replica.client.unlock(record.id, record.unlock)).toEqual({ code: 'Busy' });
    expect(replica.log.some((line) => line.includes('RowForged'))).toBe(true);
    const other = await replica.client.enrolled();
    expect(must(await replica.client.evaluate(other.id, randomElement())).left).toBe(9);
  });

  it('lets no second process write the log of its replica', async () => {
    const first = await world.open();
    const second = await world.open();
    must(await second.client.evaluate((await second.client.enrolled()).id, randomElement()));
    expect(await first.client.evaluate(record.id, randomElement())).toEqual({ code: 'Busy' });
    expect(first.log).toContain('fatal ReplicaInUse');
    expect(await first.client.evaluate(record.id, randomElement())).toEqual({ code: 'Busy' });
    await world.stop();
    expect(await started(world.open())).toBe('started');
  });
});
