import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SoftHsm, startSoftHsm, userPin } from '../../test-support/softhsm.ts';
import type { Custody, StoredKey } from '../custody.ts';
import { openOnlyCustody } from '../index.ts';

/** What the contract of custody (contract.test.ts) does not see: how a thread is opened, and what goes on beside it. */
let hsm: SoftHsm;
beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeVault('threaded');
  hsm.makeVault('ordered');
});
afterAll(() => hsm.remove());

const settings = (tokenLabel: string, pin = userPin()) =>
  ({ mode: 'wrapped', module: hsm.module, tokenLabel, pin }) as const;

describe('an HSM in a thread of its own', () => {
  it('says why it can not be opened, by the code that it would have without a thread', async () => {
    await expect(openOnlyCustody(settings('another'))).rejects.toMatchObject({
      code: 'HsmUnavailable',
      retry: 'later',
    });
    const wrong = openOnlyCustody(settings('threaded', userPin('1111111111')));
    await expect(wrong).rejects.toMatchObject({ code: 'HsmPinWrong', retry: 'user' });
  });

  /** The names of the calls that `calls` makes of custody and a key of it, in the order in which they were answered. */
  const orderOf = async (calls: (custody: Custody, key: StoredKey) => (readonly [string, Promise<unknown>])[]) => {
    const custody = await openOnlyCustody(settings('ordered'));
    try {
      const context = Uint8Array.of(1);
      const key = { ...(await custody.createKey(context)), context };
      const done: string[] = [];
      await Promise.all(calls(custody, key).map(([name, call]) => call.then(() => done.push(name))));
      return done;
    } finally {
      await custody.close();
    }
  };
  const message = Uint8Array.of(1);

  it('makes short calls before evaluations that came earlier, and each kind in order', async () => {
    const done = await orderOf((custody, key) => [
      ['evaluated 1', custody.evaluate(key, key.publicKey)],
      ['evaluated 2', custody.evaluate(key, key.publicKey)],
      ['authenticated', custody.mac(message)],
      ['signed', custody.sign(new Uint8Array(32))],
      ['anchored', custody.writeAnchor('a', { seq: 1, head: new Uint8Array(32) })],
    ]);
    expect(done).toEqual(['authenticated', 'signed', 'anchored', 'evaluated 1', 'evaluated 2']);
  });

  it('does not let an evaluation wait for more than 64 short calls', async () => {
    const done = await orderOf((custody, key) => [
      ...Array.from({ length: 200 }, () => ['authenticated', custody.mac(message)] as const),
      ['evaluated', custody.evaluate(key, key.publicKey)],
    ]);
    expect(done.indexOf('evaluated')).toBe(64);
  });

  it('leaves no PIN behind in this thread, and answers in order while this thread goes on', async () => {
    const spent = startSoftHsm();
    spent.makeVault('fresh');
    const pin = userPin();
    const custody = await openOnlyCustody({ ...settings('fresh', pin), module: spent.module });
    try {
      expect(pin.reveal()).toEqual(new Uint8Array(pin.length));
      const done: string[] = [];
      const calls = Array.from({ length: 300 }, (_, n) =>
        custody.mac(Uint8Array.of(n & 0xff)).then(() => done.push(`${n}`)),
      );
      let turns = 0;
      const turning = setInterval(() => turns++, 0);
      await Promise.all(calls);
      clearInterval(turning);
      expect(done).toEqual(Array.from({ length: 300 }, (_, n) => `${n}`));
      expect(turns).toBeGreaterThan(0);
    } finally {
      await custody.close();
      spent.remove();
    }
  });
});
