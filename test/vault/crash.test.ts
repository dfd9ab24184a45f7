import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openCustody } from '../../vault/custody/index.ts';
import { openDatabase } from '../../vault/database/open.ts';
import type { Stop } from '../../vault/records/hooks.ts';
import { must, randomElement, type TestClient } from './support/client.ts';
import { HsmProcess } from './support/hsm-process.ts';
import { type CustodyKind, type DatabaseKind, KINDS, removeAll, World } from './support/world.ts';

afterAll(removeAll);

let running: HsmProcess | undefined;
afterEach(async () => {
  await running?.end('SIGKILL');
});

async function make(custody: CustodyKind, database: DatabaseKind): Promise<{ world: World; hsm: HsmProcess }> {
  const world = await World.make(custody, database);
  const hsm = new HsmProcess(world);
  if (custody === 'softhsm') {
    const token = await openCustody(world.custodySettings());
    hsm.identity = token.identityKey;
    await token.close();
  }
  running = hsm;
  return { world, hsm };
}

async function charges(world: World, id: Uint8Array): Promise<number> {
  const database = await openDatabase(world.location);
  const [row] = await database.all(`SELECT COUNT(*) AS n FROM attempt_log WHERE record = $1 AND event = 'charge'`, id);
  await database.close();
  return row!.n as number;
}

const STOPS: readonly Stop[] = ['committed', 'anchored', 'evaluated'];

describe.each(KINDS)('a vault-hsm in %s custody on %s', (custody, database) => {
  it.each(STOPS)('that is killed when a try is %s neither charges it twice nor gives it for free', async (stop) => {
    const { world, hsm } = await make(custody, database);
    let client = await hsm.start();
    const { id } = await client.enrolled(10);
    expect(must(await client.evaluate(id, randomElement())).left).toBe(9);
    hsm.stopAt(stop);
    const element = randomElement();
    const lost = client.evaluate(id, element).then(
      () => 'answered',
      () => 'lost',
    );
    await hsm.waitFor(`halted at ${stop}`);
    await hsm.end('SIGKILL');
    expect(await lost).toBe('lost');
    hsm.goOn();
    client = await hsm.start();
    const repeated = must(await client.evaluate(id, element));
    expect(repeated.left).toBe(8);
    expect(must(await client.evaluate(id, element))).toEqual(repeated);
    expect(await charges(world, id)).toBe(2);
    expect(must(await client.evaluate(id, randomElement())).left).toBe(7);
    expect(await hsm.end('SIGTERM')).toBe(0);
    expect(await charges(world, id)).toBe(3);
  });
});

describe('a vault-hsm that is killed in the middle of its work', () => {
  /** Guesses at every record until the process is gone; gives how many were answered for each. */
  async function work(client: TestClient, ids: readonly Parameters<TestClient['evaluate']>[0][]): Promise<number[]> {
    return Promise.all(
      ids.map(async (id) => {
        let answered = 0;
        try {
          for (;;) if (!('code' in (await client.evaluate(id, randomElement())))) answered++;
        } catch {
          return answered;
        }
      }),
    );
  }

  it('has charged for every guess that was answered, whenever it dies', async () => {
    const { world, hsm } = await make('software', 'sqlite');
    for (let round = 0; round < 5; round++) {
      const client = await hsm.start();
      const records = await Promise.all(Array.from({ length: 8 }, () => client.enrolled(3)));
      const answers = work(
        client,
        records.map(({ id }) => id),
      );
      await new Promise((resolve) => setTimeout(resolve, round * 3));
      await hsm.end('SIGKILL');
      const answered = await answers;
      for (const [index, { id }] of records.entries()) {
        const charged = await charges(world, id);
        expect(charged).toBeLessThanOrEqual(3);
        // One at most was charged and not answered: each of these clients waits for its answer.
        expect(charged - answered[index]!).toBeGreaterThanOrEqual(0);
        expect(charged - answered[index]!).toBeLessThanOrEqual(1);
      }
    }
    await hsm.start();
    expect(await hsm.end('SIGTERM')).toBe(0);
  });

  it('that is told to end answers what is under way and takes nothing new', async () => {
    const { world, hsm } = await make('software', 'sqlite');
    const client = await hsm.start();
    const records = await Promise.all(Array.from({ length: 20 }, () => client.enrolled(3)));
    const told = records.map(({ id }) =>
      client.evaluate(id, randomElement()).then(
        (answer) => ('code' in answer ? answer.code : 'answered'),
        () => 'refused',
      ),
    );
    await Promise.race(told);
    expect(await hsm.end('SIGTERM')).toBe(0);
    const results = await Promise.all(told);
    for (const [index, { id }] of records.entries()) {
      expect(await charges(world, id)).toBe(results[index] === 'answered' ? 1 : 0);
    }
    expect(results).toContain('answered');
  });
});
