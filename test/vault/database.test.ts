import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { EvaluateAnswer } from '../../lib/vault-protocol/index.ts';
import { type Database, databaseFailure, type Statements } from '../../vault/database/database.ts';
import { migrate } from '../../vault/database/migrate.ts';
import { openDatabase } from '../../vault/database/open.ts';
import { must, randomElement } from './support/client.ts';
import { type DatabaseKind, instead, makeLocation, type Replica, removeAll, World } from './support/world.ts';

afterAll(removeAll);

let world: World;
afterEach(async () => world?.stop());

async function chargesOf({ database }: Replica): Promise<number> {
  const [row] = await database.all(`SELECT COUNT(*) AS n FROM attempt_log WHERE event = 'charge'`);
  return row!.n as number;
}

/** A database whose transactions go wrong in `wrong`'s way, `times` times, once it is armed. */
function failing(wrong: (run: () => Promise<unknown>) => Promise<unknown>, inside: boolean) {
  const state = { times: 0, seen: 0 };
  const database = (real: Database): Database => {
    const guarded = (run: () => Promise<unknown>) => {
      if (state.times === 0) return run();
      state.times--;
      state.seen++;
      return wrong(run);
    };
    const transaction = (work: (statements: Statements) => Promise<unknown>) =>
      inside
        ? real.transaction((statements) => guarded(() => work(statements)))
        : guarded(() => real.transaction(work));
    return instead(real, { transaction } as Partial<Database>);
  };
  return { state, database };
}

describe('a database that undoes transactions for the sake of others', () => {
  it.each(['40001', '40P01'])('with %s sees them again, and charges once', async (code) => {
    world = await World.make('software', 'postgres');
    const undone = failing(async (run) => {
      await run();
      throw Object.assign(new Error('undone'), { code });
    }, true);
    const replica = await world.open({ between: undone });
    const { id } = await replica.client.enrolled();
    undone.state.times = 3;
    const element = randomElement();
    expect(must(await replica.client.evaluate(id, element)).left).toBe(9);
    expect(undone.state.seen).toBe(3);
    expect(await chargesOf(replica)).toBe(1);
    expect(must(await replica.client.evaluate(id, randomElement())).left).toBe(8);
  });

  it('and never stops is given up without a charge', async () => {
    world = await World.make('software', 'postgres');
    const undone = failing(async () => {
      throw Object.assign(new Error('undone'), { code: '40001' });
    }, true);
    const replica = await world.open({ between: undone });
    const { id } = await replica.client.enrolled();
    undone.state.times = 21;
    expect(await replica.client.evaluate(id, randomElement())).toEqual({ code: 'Busy' });
    expect(replica.log.some((line) => line.includes('DatabaseContended'))).toBe(true);
    expect(must(await replica.client.evaluate(id, randomElement())).left).toBe(9);
  });

  it('really, where every transaction is serializable, charges three replicas exactly the budget', async () => {
    world = await World.make('software', 'postgres');
    await world.tamper((database) => {
      const name = new URL(world.location).pathname.slice(1);
      return database.run(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
    });
    const replicas = await Promise.all(['a', 'b', 'c'].map((replica) => world.open({ replica })));
    const [row] = await replicas[0]!.database.all('SHOW transaction_isolation');
    expect(row).toEqual({ transaction_isolation: 'serializable' });
    const records = await Promise.all(Array.from({ length: 6 }, (_, i) => replicas[i % 3]!.client.enrolled()));
    const guesses = records.flatMap(({ id }) => Array.from({ length: 9 }, () => id));
    const told = await Promise.all(guesses.map((id, i) => replicas[i % 3]!.client.evaluate(id, randomElement())));
    expect(told.filter((answer) => !('code' in answer))).toHaveLength(6 * 4);
    expect(await chargesOf(replicas[0]!)).toBe(6 * 4);
  });
});

describe.each(['sqlite', 'postgres'] as const)('a %s database that goes away', (kind: DatabaseKind) => {
  it('after a commit that nobody heard of: the try is charged once, and answered', async () => {
    world = await World.make('software', kind);
    const deaf = failing(async (run) => {
      await run();
      throw databaseFailure('DatabaseUnreachable');
    }, false);
    const replica = await world.open({ between: deaf });
    const { id } = await replica.client.enrolled();
    deaf.state.times = 1;
    expect(must(await replica.client.evaluate(id, randomElement())).left).toBe(9);
    expect(await chargesOf(replica)).toBe(1);
    expect(must(await replica.client.evaluate(id, randomElement())).left).toBe(8);
  });

  it('before a commit: nothing is charged, and the next try is', async () => {
    world = await World.make('software', kind);
    const gone = failing(async () => {
      throw databaseFailure('DatabaseUnreachable');
    }, false);
    const replica = await world.open({ between: gone });
    const { id } = await replica.client.enrolled();
    gone.state.times = 1;
    const element = randomElement();
    expect(await replica.client.evaluate(id, element)).toEqual({ code: 'Busy' });
    expect(await chargesOf(replica)).toBe(0);
    expect(must(await replica.client.evaluate(id, element)).left).toBe(9);
    expect(await chargesOf(replica)).toBe(1);
  });

  it('for longer, in the middle of a commit: what took place is found when it is back', async () => {
    world = await World.make('software', kind);
    let away = false;
    const between = {
      database: (real: Database): Database =>
        instead(real, {
          async all(sql: string, ...values: never[]) {
            if (away) throw databaseFailure('DatabaseUnreachable');
            return real.all(sql, ...values);
          },
          async transaction<Result>(work: (statements: Statements) => Promise<Result>) {
            const result = await real.transaction(work);
            if (away) throw databaseFailure('DatabaseUnreachable');
            return result;
          },
        }),
    };
    const at = async () => undefined;
    const replica = await world.open({ between, hooks: { at } });
    const { id } = await replica.client.enrolled();
    const element = randomElement();
    const asked = replica.client.evaluate(id, element);
    // The row is read in this turn; the commit comes in a later one.
    setImmediate(() => {
      away = true;
    });
    const told = await asked;
    away = false;
    const repeated = must(await replica.client.evaluate(id, element));
    expect(repeated.left).toBe(9);
    expect(await chargesOf(replica)).toBe(1);
    expect(['Busy', undefined]).toContain('code' in told ? told.code : undefined);
    expect(must(await replica.client.evaluate(id, randomElement())).left).toBe(8);
  });
});

describe('connections to PostgreSQL that are cut', () => {
  it('are made again, and no try is charged twice', async () => {
    world = await World.make('software', 'postgres');
    const replica = await world.open();
    const { id } = await replica.client.enrolled();
    const elements = [randomElement(), randomElement(), randomElement()];
    for (const [index, element] of elements.entries()) {
      await world.tamper((database) =>
        database.all(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        ),
      );
      let told = await replica.client.evaluate(id, element);
      while ('code' in told && told.code === 'Busy') told = await replica.client.evaluate(id, element);
      expect(must<EvaluateAnswer>(told).left).toBe(9 - index);
    }
    expect(await chargesOf(replica)).toBe(3);
  });
});

describe.each(['sqlite', 'postgres'] as const)('migrations on %s', (kind: DatabaseKind) => {
  it('are applied once each, also by several at once, and never backwards', async () => {
    const location = await makeLocation(kind);
    const open = () => openDatabase(location);
    const databases = await Promise.all([open(), open(), open()]);
    const steps = [
      ['CREATE TABLE one (n INTEGER, b BYTES)'],
      ['CREATE TABLE two (n INTEGER)', 'INSERT INTO two VALUES (7)'],
    ];
    await Promise.all(databases.map((database) => migrate(database, 'test', steps)));
    await migrate(databases[0]!, 'test', steps);
    expect(await databases[1]!.all('SELECT n FROM two')).toEqual([{ n: 7 }]);
    await databases[1]!.run('INSERT INTO one (n, b) VALUES ($1, $2)', 2 ** 53 - 1, Uint8Array.of(0, 255));
    const [row] = await databases[2]!.all('SELECT n, b FROM one');
    expect(row!.n).toBe(2 ** 53 - 1);
    expect([...(row!.b as Uint8Array)]).toEqual([0, 255]);
    await expect(migrate(databases[0]!, 'test', steps.slice(0, 1))).rejects.toMatchObject({ code: 'DatabaseNewer' });
    await Promise.all(databases.map((database) => database.close()));
  });

  it('leave nothing of a step that fails', async () => {
    const database = await openDatabase(await makeLocation(kind));
    await expect(migrate(database, 'test', [['CREATE TABLE one (n INTEGER)', 'CREATE NONSENSE']])).rejects.toThrow();
    await migrate(database, 'test', [['CREATE TABLE one (n INTEGER)']]);
    expect(await database.all('SELECT n FROM one')).toEqual([]);
    await database.close();
  }, 30_000);
});

describe('a database that would forget', () => {
  it('is refused', async () => {
    const location = await makeLocation('postgres');
    const database = await openDatabase(location);
    await database.run(`ALTER DATABASE ${new URL(location).pathname.slice(1)} SET synchronous_commit = off`);
    await database.close();
    await expect(openDatabase(location)).rejects.toMatchObject({ code: 'DatabaseNotDurable' });
  });

  it('or that nobody finds has a name of its own', async () => {
    await expect(openDatabase('postgres://vault@127.0.0.1:1/none')).rejects.toMatchObject({
      code: 'DatabaseUnreachable',
      retry: 'later',
    });
    await expect(openDatabase('/nowhere/at/all.sqlite')).rejects.toMatchObject({ code: 'DatabaseUnreachable' });
  });
});
