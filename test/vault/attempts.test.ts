import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Refusal, TRY_DELAYS } from '../../lib/vault-protocol/index.ts';
import { finishOf, must, randomElement, randomSealed, randomUnlock, type TestClient } from './support/client.ts';
import { HOUR, instead, KINDS, POLICY, type Replica, randomBytesOf, removeAll, World } from './support/world.ts';

const DAY = 24 * HOUR;

function codeOf(told: object): string {
  return 'code' in told ? (told as Refusal).code : 'ok';
}

describe.each(KINDS)('a record in %s custody on %s', (custody, database) => {
  let world: World;
  let replica: Replica;
  let client: TestClient;

  beforeAll(async () => {
    world = await World.make(custody, database);
    replica = await world.open();
    client = replica.client;
  });
  afterAll(async () => world.stop());

  /** Uses up tries; each comes when it may. */
  async function guess(id: Parameters<TestClient['evaluate']>[0], times: number): Promise<number[]> {
    const left: number[] = [];
    for (let i = 0; i < times; i++) {
      const told = must(await client.evaluate(id, randomElement()));
      left.push(told.left);
      world.now = told.nextAt ?? world.now;
    }
    return left;
  }

  it('gives its sealed part with every try and counts each', async () => {
    const { id, sealed } = await client.enrolled(10);
    const told = must(await client.evaluate(id, randomElement()));
    expect(told).toMatchObject({ left: 9, nextAt: null, sealed });
    expect(await guess(id, 2)).toEqual([8, 7]);
  });

  it('answers the same element again for free, and alike', async () => {
    const { id } = await client.enrolled();
    const blinded = randomElement();
    const first = must(await client.evaluate(id, blinded));
    for (let i = 0; i < 3; i++) expect(must(await client.evaluate(id, blinded))).toEqual(first);
    expect(await guess(id, 1)).toEqual([8]);
    // An older element than the last is a new guess.
    expect(must(await client.evaluate(id, blinded)).left).toBe(7);
  });

  it('makes the wait grow: none three times, then 1, 5, 15 and 60 minutes, 4 and 12 hours', async () => {
    const { id } = await client.enrolled();
    for (const [index, delay] of TRY_DELAYS.slice(0, 9).entries()) {
      const blinded = randomElement();
      const told = must(await client.evaluate(id, blinded));
      expect(told.left).toBe(9 - index);
      expect(told.nextAt).toBe(delay === 0 ? null : world.now + delay);
      if (delay === 0) continue;
      const refused = { code: 'TooSoon', left: 9 - index, nextAt: world.now + delay };
      expect(await client.evaluate(id, randomElement())).toEqual(refused);
      world.now += delay - 1;
      expect(await client.evaluate(id, randomElement())).toEqual(refused);
      expect(must(await client.evaluate(id, blinded)).left).toBe(9 - index);
      world.now += 1;
    }
  });

  it('is filled again by its unlock token, waits included', async () => {
    const { id, unlock } = await client.enrolled(10);
    expect(await guess(id, 3)).toEqual([9, 8, 7]);
    const fourth = randomElement();
    expect(must(await client.evaluate(id, fourth)).nextAt).toBe(world.now + 60_000);
    expect(must(await client.unlock(id, unlock))).toEqual({ left: 10, head: null });
    expect(must(await client.unlock(id, unlock))).toEqual({ left: 10, head: null });
    expect(must(await client.evaluate(id, randomElement()))).toMatchObject({ left: 9, nextAt: null });
  });

  it('waits an hour at zero for the unlock of its last, right try', async () => {
    const { id, unlock } = await client.enrolled(2);
    await guess(id, 1);
    const last = randomElement();
    expect(must(await client.evaluate(id, last))).toMatchObject({ left: 0, nextAt: null });
    const dies = world.now + HOUR;
    expect(await client.evaluate(id, randomElement())).toEqual({ code: 'TooSoon', left: 0, nextAt: dies });
    world.now = dies - 1;
    expect(must(await client.evaluate(id, last)).left).toBe(0);
    expect(must(await client.unlock(id, unlock)).left).toBe(2);
    world.now += DAY;
    expect(must(await client.evaluate(id, randomElement())).left).toBe(1);
  });

  it('is destroyed an hour after its last try, by time or by the next who asks', async () => {
    for (const isSwept of [true, false]) {
      const { id, unlock } = await client.enrolled(1);
      const last = randomElement();
      must(await client.evaluate(id, last));
      world.now += HOUR;
      if (isSwept) await replica.hsm.sweep();
      expect(await client.evaluate(id, last)).toEqual({ code: 'Gone' });
      expect(await client.unlock(id, unlock)).toEqual({ code: 'Gone' });
      await replica.hsm.sweep();
      const [row] = await replica.database.all('SELECT * FROM records WHERE id = $1', id);
      expect(row).toMatchObject({ state: 'gone', tries_left: 0 });
      for (const name of ['key_blob', 'public_key', 'sealed', 'unlock_tag', 'last_request', 'blob_key']) {
        expect(row![name]).toBeNull();
      }
      expect(await replica.database.all('SELECT * FROM doomed_keys')).toEqual([]);
    }
  });

  it('tells nobody whether it is destroyed, deleted or never was', async () => {
    const destroyed = await client.enrolled(1);
    must(await client.evaluate(destroyed.id, randomElement()));
    world.now += HOUR;
    await replica.hsm.sweep();
    const deleted = await client.enrolled();
    expect(await client.remove(deleted.id, deleted.unlock)).toEqual({});
    const never = client.idOf(randomBytesOf(16));
    for (const id of [destroyed.id, deleted.id, never]) {
      const evaluated = finishOf(randomElement() as never, randomUnlock());
      expect(await client.evaluate(id, randomElement())).toEqual({ code: 'Gone' });
      expect(await client.unlock(id, randomUnlock())).toEqual({ code: 'Gone' });
      expect(await client.renew(id, randomUnlock(), randomElement())).toEqual({ code: 'Gone' });
      expect(await client.finishRenewal(id, randomUnlock(), evaluated)).toEqual({ code: 'Gone' });
      expect(await client.head(id, randomUnlock(), 1, new Uint8Array(32))).toEqual({ code: 'Gone' });
      expect(await client.remove(id, randomUnlock())).toEqual({ code: 'Gone' });
      expect(await client.finish(id, evaluated)).toEqual({ code: 'NotPending' });
    }
    for (const id of [destroyed.id, deleted.id, never]) {
      expect(codeOf(await client.enrol(id, randomElement()))).toBe('ok');
    }
  });

  it('does the same work for a record that never was as for one that is gone', async () => {
    const gone = await client.enrolled();
    must(await client.remove(gone.id, gone.unlock));
    const macs: number[] = [];
    for (const id of [gone.id, client.idOf(randomBytesOf(16))]) {
      let count = 0;
      const counting = await world.open({
        replica: 'two',
        between: {
          custody: (real) =>
            instead(real, {
              mac(message) {
                count++;
                return real.mac(message);
              },
            }),
        },
      });
      count = 0;
      expect(await counting.client.evaluate(id, randomElement())).toEqual({ code: 'Gone' });
      macs.push(count);
      await counting.stop();
    }
    expect(macs[0]).toBe(macs[1]);
  });

  it('refuses wrong unlock tokens, and after five of them every one until the hour is over', async () => {
    const { id, unlock } = await client.enrolled();
    await guess(id, 1);
    const began = world.now;
    for (let i = 0; i < 4; i++) expect(await client.unlock(id, randomUnlock())).toEqual({ code: 'WrongUnlock' });
    expect(await client.remove(id, randomUnlock())).toEqual({ code: 'WrongUnlock' });
    const refused = { code: 'TooMany', nextAt: began + HOUR };
    expect(await client.unlock(id, unlock)).toEqual(refused);
    expect(await client.head(id, unlock, 1, new Uint8Array(32))).toEqual(refused);
    // The tries of the PIN are another budget.
    expect(await guess(id, 1)).toEqual([8]);
    world.now = began + HOUR;
    expect(must(await client.unlock(id, unlock)).left).toBe(10);
  });

  it('refuses a point that is on no curve without a charge', async () => {
    const { id } = await client.enrolled();
    const wrong = randomElement();
    // Whether an x is on the curve, one in two is: the next one that is not.
    const { decodePoint } = await import('../../vault/custody/points.ts');
    while (decodePoint(wrong) !== undefined) wrong[32]!++;
    expect(await client.evaluate(id, wrong)).toEqual({ code: 'BadRequest' });
    expect(await guess(id, 1)).toEqual([9]);
  });

  describe('enrolling', () => {
    it('waits ten minutes for its finish, and forgets it after', async () => {
      const id = client.idOf(randomBytesOf(16));
      const blinded = randomElement();
      const pending = must(await client.enrol(id, blinded));
      expect(pending.expires).toBe(world.now + 600_000);
      expect(must(await client.enrol(id, blinded))).toEqual(pending);
      expect(await client.evaluate(id, randomElement())).toEqual({ code: 'Gone' });
      world.now = pending.expires - 1;
      expect(must(await client.enrol(id, blinded))).toEqual(pending);
      world.now += 1;
      const finish = finishOf(pending.evaluated, randomUnlock());
      expect(await client.finish(id, finish)).toEqual({ code: 'NotPending' });
      await replica.hsm.sweep();
      expect(await replica.database.all('SELECT * FROM pending WHERE record = $1', id)).toEqual([]);
      expect(must(await client.enrol(id, blinded)).evaluated).not.toEqual(pending.evaluated);
    });

    it('is finished once, and the same finish again is the same answer', async () => {
      const id = client.idOf(randomBytesOf(16));
      const { evaluated } = must(await client.enrol(id, randomElement()));
      const finish = finishOf(evaluated, randomUnlock(), randomSealed(), 7);
      expect(await client.finish(id, finish)).toEqual({ left: 7 });
      expect(await client.finish(id, finish)).toEqual({ left: 7 });
      expect(await client.finish(id, { ...finish, tries: 8 })).toEqual({ code: 'NotPending' });
      expect(await client.enrol(id, randomElement())).toEqual({ code: 'RecordExists' });
    });

    it('is never finished with the key of another who enrolled in between', async () => {
      const id = client.idOf(randomBytesOf(16));
      const first = must(await client.enrol(id, randomElement()));
      const second = must(await client.enrol(id, randomElement()));
      expect(await client.finish(id, finishOf(first.evaluated, randomUnlock()))).toEqual({ code: 'NotPending' });
      expect(await client.finish(id, finishOf(second.evaluated, randomUnlock()))).toEqual({ left: 10 });
    });

    it('allows no more tries than the vault does', async () => {
      const strict = await world.open({ replica: 'strict', policy: { ...POLICY, triesMost: 6, triesDefault: 5 } });
      const id = client.idOf(randomBytesOf(16));
      const { evaluated } = must(await strict.client.enrol(id, randomElement()));
      const finish = finishOf(evaluated, randomUnlock(), randomSealed(), 7);
      expect(await strict.client.finish(id, finish)).toEqual({ code: 'BadRequest' });
      expect(await strict.client.finish(id, { ...finish, tries: 6 })).toEqual({ left: 6 });
      expect((await strict.client.info()).limits).toMatchObject({ tries: 5, triesMost: 6 });
      await strict.stop();
    });
  });

  describe('renewing', () => {
    it('takes the old unlock token, and the old generation counts until it is finished', async () => {
      const { id, unlock, sealed } = await client.enrolled(5);
      const element = randomElement();
      const before = must(await client.evaluate(id, element));
      expect(await client.renew(id, randomUnlock(), randomElement())).toEqual({ code: 'WrongUnlock' });
      const pending = must(await client.renew(id, unlock, randomElement()));
      expect(must(await client.evaluate(id, element))).toEqual(before);
      const fresh = randomUnlock();
      const finish = finishOf(pending.evaluated, fresh, randomSealed(), 8);
      expect(await client.finishRenewal(id, randomUnlock(), finish)).toEqual({ code: 'WrongUnlock' });
      expect(await client.finishRenewal(id, unlock, finish)).toEqual({ left: 8 });
      expect(await client.finishRenewal(id, unlock, finish)).toEqual({ left: 8 });
      expect(await client.unlock(id, unlock)).toEqual({ code: 'WrongUnlock' });
      const after = must(await client.evaluate(id, element));
      expect(after).toMatchObject({ left: 7, sealed: finish.sealed });
      expect(after.evaluated).not.toEqual(before.evaluated);
      expect(after.sealed).not.toEqual(sealed);
      expect(must(await client.unlock(id, fresh)).left).toBe(8);
    });

    it('keeps the head, and needs what is pending', async () => {
      const { id, unlock } = await client.enrolled();
      const hash = randomBytesOf<Uint8Array>(32);
      must(await client.head(id, unlock, 4, hash));
      const { evaluated } = must(await client.renew(id, unlock, randomElement()));
      const fresh = randomUnlock();
      const other = finishOf(randomElement() as never, fresh);
      expect(await client.finishRenewal(id, unlock, other)).toEqual({ code: 'NotPending' });
      must(await client.finishRenewal(id, unlock, finishOf(evaluated, fresh)));
      expect(must(await client.unlock(id, fresh)).head).toEqual({ version: 4, hash });
    });
  });

  it('keeps the newest head alone', async () => {
    const { id, unlock } = await client.enrolled();
    const [one, two] = [randomBytesOf<Uint8Array>(32), randomBytesOf<Uint8Array>(32)];
    expect(await client.head(id, unlock, 3, one)).toEqual({ version: 3 });
    expect(await client.head(id, unlock, 3, one)).toEqual({ version: 3 });
    expect(await client.head(id, unlock, 3, two)).toEqual({ code: 'HeadBehind' });
    expect(await client.head(id, unlock, 2, two)).toEqual({ code: 'HeadBehind' });
    expect(await client.head(id, unlock, 4, two)).toEqual({ version: 4 });
    expect(must(await client.unlock(id, unlock)).head).toEqual({ version: 4, hash: two });
  });

  it('goes on after a restart as if nothing had been', async () => {
    const { id, unlock } = await client.enrolled();
    const element = randomElement();
    const before = must(await client.evaluate(id, element));
    await replica.stop();
    replica = await world.open();
    client = replica.client;
    expect(must(await client.evaluate(id, element))).toEqual(before);
    expect(await guess(id, 1)).toEqual([8]);
    expect(must(await client.unlock(id, unlock)).left).toBe(10);
  });
});

afterEach(() => expect.hasAssertions());
afterAll(removeAll);
