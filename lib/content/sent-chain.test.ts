import { describe, expect, it } from 'vitest';
import { encodeHex } from '../bytes/index.ts';
import { NO_CONTENT } from './hash.ts';
import { advanceSentChain, beginSentChain, decodeSentChain, encodeSentChain, type SentChain } from './sent-chain.ts';
import { codeOf, idOf, tagOf, unwrap } from './test-support.ts';

const started: SentChain = advanceSentChain(beginSentChain(3), idOf(7));

describe('a sent chain', () => {
  it('begins at 0 with nothing before it, and counts on with the id of each content', () => {
    expect(beginSentChain()).toEqual({ generation: 0, sequence: 0, previous: NO_CONTENT });
    expect(started).toEqual({ generation: 3, sequence: 1, previous: tagOf(7) });
    expect(advanceSentChain(started, idOf(8))).toEqual({ generation: 3, sequence: 2, previous: tagOf(8) });
  });

  it('ends one short of 32 bits', () => {
    const last = { ...started, sequence: 0xfffffffd };
    expect(advanceSentChain(last, idOf(1)).sequence).toBe(0xfffffffe);
    expect(() => advanceSentChain({ ...started, sequence: 0xfffffffe }, idOf(1))).toThrow(RangeError);
  });

  it('has generations of 32 bits', () => {
    expect(beginSentChain(0xffffffff).generation).toBe(0xffffffff);
    for (const generation of [-1, 0.5, 2 ** 32]) expect(() => beginSentChain(generation)).toThrow(RangeError);
  });

  it('is stored in 25 bytes and comes back', () => {
    expect(encodeHex(encodeSentChain(started))).toBe(`010000000300000001${'07'.repeat(16)}`);
    for (const chain of [beginSentChain(), started, { ...started, sequence: 0xfffffffe }]) {
      expect(unwrap(decodeSentChain(encodeSentChain(chain)))).toEqual(chain);
    }
  });

  it('is InvalidState in any other form', () => {
    const stored = encodeSentChain(started);
    const changed = (offset: number, value: number) => Uint8Array.from(stored).fill(value, offset, offset + 1);
    const forms: Uint8Array[] = [
      changed(0, 2),
      changed(8, 0),
      Uint8Array.from(stored).fill(0, 9),
      Uint8Array.from(stored).fill(0xff, 5, 9),
      Uint8Array.of(...stored, 0),
    ];
    for (let length = 0; length < stored.length; length++) forms.push(stored.subarray(0, length));
    for (const form of forms) expect(codeOf(decodeSentChain(form))).toBe('InvalidState');
  });
});
