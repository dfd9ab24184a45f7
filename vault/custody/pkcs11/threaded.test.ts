import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SoftHsm, startSoftHsm, userPin } from '../../test-support/softhsm.ts';
import { openOnlyCustody } from '../index.ts';

/** What the contract of custody (contract.test.ts) does not see: how a thread is opened, and what goes on beside it. */
let hsm: SoftHsm;
beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeVault('threaded');
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
