import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeHex, encodeHex } from '../../bytes/index.ts';
import type { XEdDsaSignature } from '../../crypto/index.ts';
import { attempt, Failure } from '../../failure/index.ts';
import vectors from '../sender-key/vectors/group-conversation.json' with { type: 'json' };
import { encodeFields } from './protobuf.ts';
import { distributionId } from './sender-key-header.ts';
import { encodeSenderKeyMessage, encodeSignedPart, parseSenderKeyMessage } from './sender-key-message.ts';

const ID = Uint8Array.from({ length: 16 }, (_, i) => i);
const SIGNATURE = new Uint8Array(64).fill(0x5a) as XEdDsaSignature;
const CIPHERTEXT = new Uint8Array(32).fill(0xc7);

function codeOf(bytes: Uint8Array): string {
  const outcome = attempt(() => parseSenderKeyMessage(bytes));
  return outcome.ok ? 'accepted' : outcome.failure.code;
}

function spelt(...fields: readonly (readonly [number, number | Uint8Array])[]): Uint8Array {
  return concatBytes(Uint8Array.of(0x33), encodeFields(fields), SIGNATURE);
}

describe('SenderKeyMessage', () => {
  it('writes version, fields in order and signature, byte for byte', () => {
    const signedPart = encodeSignedPart({
      distributionId: distributionId(ID),
      chainId: 0x7fffffff,
      iteration: 0,
      ciphertext: new Uint8Array(16).fill(0xc7),
    });
    expect(encodeHex(signedPart)).toBe(`330a10${encodeHex(ID)}10ffffffff0718002210${'c7'.repeat(16)}`);
    expect(encodeHex(encodeSenderKeyMessage(signedPart, SIGNATURE))).toBe(encodeHex(signedPart) + '5a'.repeat(64));
  });

  it('reads what it wrote, up to the largest numbers', () => {
    const content = {
      distributionId: distributionId(ID),
      chainId: 0xffffffff,
      iteration: 0xffffffff,
      ciphertext: CIPHERTEXT,
    };
    const signedPart = encodeSignedPart(content);
    const parsed = parseSenderKeyMessage(encodeSenderKeyMessage(signedPart, SIGNATURE));
    expect(parsed).toEqual({ ...content, signedPart, signature: Uint8Array.from(SIGNATURE) });
  });

  it("gives the same bytes again for messages of Signal's library", () => {
    for (const { message } of vectors.messages) {
      const parsed = parseSenderKeyMessage(decodeHex(message)!);
      expect(encodeHex(parsed.distributionId)).toBe(vectors.distributionId);
      const again = encodeSenderKeyMessage(encodeSignedPart(parsed), parsed.signature as XEdDsaSignature);
      expect(encodeHex(again)).toBe(message);
    }
  });

  it('refuses other versions by their age', () => {
    const bytes = decodeHex(vectors.messages[0]!.message)!;
    const withVersion = (version: number) => codeOf(Uint8Array.of(version, ...bytes.subarray(1)));
    expect(withVersion(0x33)).toBe('accepted');
    expect(withVersion(0x23)).toBe('LegacyVersion');
    expect(withVersion(0x44)).toBe('UnknownVersion');
    expect(withVersion(0x34)).toBe('UnknownVersion');
  });

  it('refuses messages that are too short to hold anything but a signature', () => {
    const fields = [
      [1, ID],
      [2, 1],
      [3, 1],
      [4, CIPHERTEXT],
    ] as const;
    expect(codeOf(spelt(...fields))).toBe('accepted');
    expect(codeOf(new Uint8Array())).toBe('InvalidMessage');
    for (const length of [1, 2, 63, 64, 65, 66])
      expect(codeOf(new Uint8Array(length).fill(0x33))).toBe('InvalidMessage');
  });

  it('refuses a missing field, a foreign one, another order and wrong lengths', () => {
    const id = [1, ID] as const;
    const chain = [2, 1] as const;
    const iteration = [3, 1] as const;
    const ciphertext = [4, CIPHERTEXT] as const;
    expect(codeOf(spelt(id, chain, iteration, ciphertext))).toBe('accepted');
    expect(codeOf(spelt(chain, iteration, ciphertext))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, iteration, ciphertext))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, chain, ciphertext))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, chain, iteration))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, chain, iteration, ciphertext, [5, 1]))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, iteration, chain, ciphertext))).toBe('InvalidMessage');
    expect(codeOf(spelt([1, 7], chain, iteration, ciphertext))).toBe('InvalidMessage');
    for (const length of [15, 17])
      expect(codeOf(spelt([1, new Uint8Array(length)], chain, iteration, ciphertext))).toBe('InvalidMessage');
    for (const length of [0, 1, 15, 17, 31])
      expect(codeOf(spelt(id, chain, iteration, [4, new Uint8Array(length)]))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, chain, iteration, [4, new Uint8Array(16)]))).toBe('accepted');
  });

  it('refuses a number that 32 bits do not hold, or that is spelt longer than it needs', () => {
    const withChainId = (hex: string) =>
      codeOf(decodeHex(`330a10${encodeHex(ID)}10${hex}18002210${'c7'.repeat(16)}${'5a'.repeat(64)}`)!);
    expect(withChainId('ffffffff0f')).toBe('accepted');
    expect(withChainId('ffffffff1f')).toBe('InvalidMessage');
    expect(withChainId('ffffffff7f')).toBe('InvalidMessage');
    expect(withChainId('ffffffffffffffffff01')).toBe('InvalidMessage');
    expect(withChainId('01')).toBe('accepted');
    expect(withChainId('8100')).toBe('InvalidMessage');
  });

  it('keeps its parts apart from the bytes that were handed in', () => {
    const bytes = decodeHex(vectors.messages[0]!.message)!;
    const parsed = parseSenderKeyMessage(bytes);
    bytes.fill(0);
    expect(encodeHex(concatBytes(parsed.signedPart, parsed.signature))).toBe(vectors.messages[0]!.message);
    expect(encodeSignedPart(parsed)).toEqual(parsed.signedPart);
  });

  it('takes any bytes: it refuses by a code or reads the one spelling', () => {
    const version = fc.constantFrom(0x33, 0x34, 0x23, 0);
    const known = fc.constantFrom(...vectors.messages.map(({ message }) => decodeHex(message)!));
    const spliced = fc.tuple(known, fc.nat(), known, fc.nat()).map(([a, i, b, j]) => {
      return concatBytes(a.subarray(0, i % a.length), b.subarray(j % b.length));
    });
    const random = fc
      .tuple(version, fc.uint8Array({ maxLength: 200 }))
      .map(([byte, rest]) => Uint8Array.of(byte, ...rest));
    fc.assert(
      fc.property(fc.oneof(spliced, random), (bytes) => {
        try {
          const parsed = parseSenderKeyMessage(bytes);
          expect(concatBytes(encodeSignedPart(parsed), parsed.signature)).toEqual(Uint8Array.from(bytes));
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          expect(['InvalidMessage', 'LegacyVersion', 'UnknownVersion']).toContain(error.code);
        }
      }),
      { numRuns: 500 },
    );
  });
});
