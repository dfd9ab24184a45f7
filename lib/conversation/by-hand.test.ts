import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { decryptByHand, encryptByHand, readWords } from './by-hand.ts';
import { takeOutbox } from './outbox.ts';
import { placeOf } from './place.ts';
import { codeOf, Pair, textsOf } from './test-installation.ts';

beforeAll(cryptoReady);

describe('text by hand', () => {
  it('goes from one popup to the other, is kept, and is never put on a page by itself', async () => {
    const pair = await Pair.paired();
    const [alice, bob] = [placeOf(pair.alicePage).conversationId, placeOf(pair.bobPage).conversationId];
    const text = 'by hand '.repeat(2000);
    const made = await encryptByHand(pair.alice.around, alice, { text, clientId: 'one' });
    expect(await encryptByHand(pair.alice.around, alice, { text, clientId: 'one' })).toEqual(made);
    expect(await takeOutbox(pair.alice.around, pair.alicePage, true)).toEqual([]);
    const readings = await decryptByHand(pair.bob.around, bob, `Look:\n${made.text}\nand more`);
    const last = readings.at(-1);
    expect(last?.kind).toBe('entry');
    expect(await readWords(pair.bob.around, last?.kind === 'entry' ? last.entry : '')).toBe(text);
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual([`me: ${text}`]);
    expect(await readWords(pair.bob.around, 'nothing')).toBeUndefined();
  });

  it('needs a contact, and a private chat with them', async () => {
    const pair = await Pair.strangers();
    const id = placeOf(pair.alicePage).conversationId;
    expect(await codeOf(encryptByHand(pair.alice.around, id, { text: 'x', clientId: 'one' }))).toBe('SessionNotFound');
    expect(await codeOf(decryptByHand(pair.alice.around, id, 'x'))).toBe('SessionNotFound');
    await pair.invite();
    expect(await codeOf(encryptByHand(pair.alice.around, id, { text: 'x', clientId: 'one' }))).toBe('SessionNotFound');
  });
});
