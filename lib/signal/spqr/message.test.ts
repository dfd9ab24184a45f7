import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../../bytes/index.ts';
import { decodeSpqrMessage, encodeSpqrMessage, type SpqrMessage } from './message.ts';
import { verdictOf } from './test-support.ts';
import vectors from './vectors/signal-library.json' with { type: 'json' };

const chunk = { index: 0, bytes: new Uint8Array(32).fill(0xab) };
const CHUNK_HEX = 'ab'.repeat(32);
const MAX_SAFE = 'ffffffffffffff0f';

function decode(hex: string): SpqrMessage {
  return decodeSpqrMessage(decodeHex(hex)!);
}

describe('an SPQR message', { timeout: 60_000 }, () => {
  it.each([
    [{ epoch: 1, index: 1, content: { type: 'None' } }, '01010100'],
    [{ epoch: 1, index: 1, content: { type: 'Hdr', chunk } }, `0101010100${CHUNK_HEX}`],
    [{ epoch: 2, index: 127, content: { type: 'Ek', chunk: { ...chunk, index: 1 } } }, `01027f0201${CHUNK_HEX}`],
    [{ epoch: 127, index: 128, content: { type: 'EkCt1Ack', chunk } }, `017f80010300${CHUNK_HEX}`],
    [{ epoch: 128, index: 300, content: { type: 'Ct1Ack' } }, '018001ac0204'],
    [{ epoch: 1, index: 0xffffffff, content: { type: 'Ct1', chunk } }, `0101ffffffff0f0500${CHUNK_HEX}`],
    [
      { epoch: Number.MAX_SAFE_INTEGER, index: 16384, content: { type: 'Ct2', chunk: { ...chunk, index: 65535 } } },
      `01${MAX_SAFE}80800106ffff03${CHUNK_HEX}`,
    ],
  ] satisfies [SpqrMessage, string][])('is spelt as the protocol spells it: %o', (message, hex) => {
    expect(encodeHex(encodeSpqrMessage(message))).toBe(hex);
    expect(decode(hex)).toEqual(message);
  });

  it.each(Object.entries(vectors.messages))(
    "of Signal's library (%s) is read, and written again as it was",
    (_, hex) => {
      expect(encodeHex(encodeSpqrMessage(decode(hex)))).toBe(hex);
    },
  );

  it.each([
    ['nothing at all', ''],
    ['version 0', '00010100'],
    ['version 2', `0201010100${CHUNK_HEX}`],
    ['version 255 and nothing else', 'ff'],
    ['only a version', '01'],
    ['no index', '0101'],
    ['no type', '010101'],
    ['epoch 0', '01000100'],
    ['index 0', '01010000'],
    ['an unknown type', `0101010700${CHUNK_HEX}`],
    ['an epoch that is not spelt the shortest way', '0181000100'],
    ['an index that is not spelt the shortest way', '0101818000' + '00'],
    ['an epoch that goes on without end', `01${'80'.repeat(400)}010100`],
    ['an epoch that goes on and ends in nothing', `01${'80'.repeat(400)}`],
    ['an epoch above 2^53 - 1', '018080808080808010' + '0100'],
    ['an index above 2^32 - 1', '01018080808010' + '00'],
    ['an index of six bytes', '0101ffffffffff01' + '00'],
    ['a chunk number above 65535', `01010101808004${CHUNK_HEX}`],
    ['a chunk number that is cut off', '0101010180'],
    ['a chunk type without a chunk', '01010101'],
    ['a chunk of 31 bytes', `0101010100${CHUNK_HEX.slice(2)}`],
    ['a chunk of 33 bytes', `0101010100${CHUNK_HEX}ab`],
    ['a byte too many after no chunk', '0101010000'],
    ['a byte too many after an acknowledgement', '0101010400'],
  ])('is refused with %s', (_, hex) => {
    expect(verdictOf(() => decode(hex))).toBe('InvalidMessage');
  });

  it('is either refused or written again as it was read, whatever the bytes', () => {
    const tail = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(tail, (bytes) => {
        const input = Uint8Array.of(1, ...bytes);
        const verdict = verdictOf(() => decodeSpqrMessage(input));
        expect(['accepted', 'InvalidMessage']).toContain(verdict);
        if (verdict === 'accepted') expect(encodeSpqrMessage(decodeSpqrMessage(input)!)).toEqual(input);
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back as it was sent', () => {
    const chunkArbitrary = fc.record({
      index: fc.integer({ min: 0, max: 65535 }),
      bytes: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    });
    const content = fc.oneof(
      fc.record({ type: fc.constantFrom('None' as const, 'Ct1Ack' as const) }),
      fc.record({
        type: fc.constantFrom('Hdr' as const, 'Ek' as const, 'EkCt1Ack' as const, 'Ct1' as const, 'Ct2' as const),
        chunk: chunkArbitrary,
      }),
    );
    const message = fc.record({
      epoch: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      index: fc.integer({ min: 1, max: 0xffffffff }),
      content,
    });
    fc.assert(
      fc.property(message, (sent) => {
        expect(decodeSpqrMessage(encodeSpqrMessage(sent))).toEqual(sent);
      }),
    );
  });
});
