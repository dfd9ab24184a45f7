import { afterAll, describe, expect, it } from 'vitest';
import type { Refusal } from '../../lib/vault-protocol/index.ts';
import { randomElement } from './support/client.ts';
import { HOUR, KINDS, type Replica, removeAll, World } from './support/world.ts';

afterAll(removeAll);

/** A clock that jumps beyond every wait each time somebody looks at it: only the budget itself stands in the way. */
function impatientClock(): () => number {
  let now = Date.UTC(2030, 0, 1);
  return () => {
    now += 25 * HOUR;
    return now;
  };
}

async function chargesOf({ database }: Replica, id: Uint8Array): Promise<number> {
  const [row] = await database.all(`SELECT COUNT(*) AS n FROM attempt_log WHERE record = $1 AND event = 'charge'`, id);
  return row!.n as number;
}

describe.each(KINDS)('three replicas in %s custody on %s', (custody, database) => {
  it('charge exactly the budget for 200 guesses at once', async () => {
    const world = await World.make(custody, database);
    const hooks = { now: impatientClock() };
    const replicas = await Promise.all(['a', 'b', 'c'].map((replica) => world.open({ replica, hooks })));
    const { id } = await (await world.open({ replica: 'd' })).client.enrolled(10);
    const told = await Promise.all(
      Array.from({ length: 200 }, (_, i) => replicas[i % 3]!.client.evaluate(id, randomElement())),
    );
    const answered = told.filter((answer) => !('code' in answer));
    const refused = told.filter((answer) => 'code' in answer) as Refusal[];
    expect(answered).toHaveLength(10);
    expect(answered.map((answer) => 'left' in answer && answer.left).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // The clock that jumps lets the last hour pass at once.
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['Gone']));
    expect(await chargesOf(replicas[0]!, id)).toBe(10);
    await world.stop();
    const after = await world.open({ replica: 'a' });
    await after.stop();
  });

  it('charge one element once, however many ask for it at once, and answer all alike', async () => {
    const world = await World.make(custody, database);
    const replicas = await Promise.all(['a', 'b', 'c'].map((replica) => world.open({ replica })));
    const { id } = await replicas[0]!.client.enrolled(10);
    const blinded = randomElement();
    const told = await Promise.all(Array.from({ length: 60 }, (_, i) => replicas[i % 3]!.client.evaluate(id, blinded)));
    for (const answer of told) expect(answer).toEqual(told[0]);
    expect(told[0]).toMatchObject({ left: 9 });
    expect(await chargesOf(replicas[0]!, id)).toBe(1);
    await world.stop();
  });

  it('charge guesses at many records side by side, each to its own budget', async () => {
    const world = await World.make(custody, database);
    const hooks = { now: () => world.now };
    const replicas = await Promise.all(['a', 'b', 'c'].map((replica) => world.open({ replica, hooks })));
    const records = await Promise.all(Array.from({ length: 12 }, (_, i) => replicas[i % 3]!.client.enrolled(10)));
    const guesses = records.flatMap(({ id }) => Array.from({ length: 6 }, () => id));
    const told = await Promise.all(guesses.map((id, i) => replicas[i % 3]!.client.evaluate(id, randomElement())));
    // Four without a wait between them: the first three, and the fourth that begins to wait.
    expect(told.filter((answer) => !('code' in answer))).toHaveLength(12 * 4);
    for (const { id } of records) expect(await chargesOf(replicas[0]!, id)).toBe(4);
    const unlocked = await Promise.all(
      records.map(({ id, unlock }, i) => replicas[(i + 1) % 3]!.client.unlock(id, unlock)),
    );
    expect(unlocked).toEqual(records.map(() => ({ left: 10, head: null })));
    await world.stop();
  });
});
