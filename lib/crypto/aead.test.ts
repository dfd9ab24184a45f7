import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, encodeHex, encodeUtf8 } from '../bytes/index.ts';
import { AEAD_LENGTHS, openAead, sealAead } from './aead.ts';
import { cryptoReady } from './sodium.ts';

beforeAll(cryptoReady);

const hex = (text: string) => decodeHex(text)!;

/** draft-irtf-cfrg-xchacha-03, appendix A.3.1. */
const DRAFT = {
  key: hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'),
  nonce: hex('404142434445464748494a4b4c4d4e4f5051525354555657'),
  additionalData: hex('50515253c0c1c2c3c4c5c6c7'),
};
const PLAINTEXT = encodeUtf8(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
);
const CIPHERTEXT =
  'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39' +
  'ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9' +
  '21f9664c97637da9768812f615c68b13b52e';
const TAG = 'c0875924c1c7987947deafd8780acf49';

describe('XChaCha20-Poly1305', () => {
  it('agrees with the example of the draft', () => {
    expect(encodeHex(sealAead(DRAFT, PLAINTEXT))).toBe(CIPHERTEXT + TAG);
    expect(openAead(DRAFT, hex(CIPHERTEXT + TAG))).toEqual(PLAINTEXT);
  });

  it('agrees with another implementation on anything', () => {
    const of = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(of(32), of(24), bytes, bytes, (key, nonce, additionalData, plaintext) => {
        const sealed = sealAead({ key, nonce, additionalData }, plaintext);
        expect(sealed).toEqual(xchacha20poly1305(key, nonce, additionalData).encrypt(plaintext));
        expect(openAead({ key, nonce, additionalData }, sealed)).toEqual(plaintext);
      }),
    );
  });

  it('opens nothing in which one bit differs: text, tag, key, nonce or what is bound', () => {
    const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, bytes[at]! ^ 1);
    const sealed = sealAead(DRAFT, PLAINTEXT);
    for (let at = 0; at < sealed.length; at++) expect(openAead(DRAFT, flipped(sealed, at))).toBeUndefined();
    for (const part of ['key', 'nonce', 'additionalData'] as const) {
      expect(openAead({ ...DRAFT, [part]: flipped(DRAFT[part], 0) }, sealed)).toBeUndefined();
    }
  });

  it('opens nothing that is cut, down to nothing at all', () => {
    const sealed = sealAead(DRAFT, PLAINTEXT);
    for (const length of [sealed.length - 1, AEAD_LENGTHS.tag, AEAD_LENGTHS.tag - 1, 0]) {
      expect(openAead(DRAFT, sealed.subarray(0, length))).toBeUndefined();
    }
    expect(openAead(DRAFT, sealAead(DRAFT, new Uint8Array(0)))).toEqual(new Uint8Array(0));
  });

  it('takes keys of 32 bytes and nonces of 24, and no others', () => {
    for (const length of [31, 33]) {
      const context = { ...DRAFT, key: new Uint8Array(length) };
      const wrong = new RangeError('XChaCha20-Poly1305 takes a key of 32 bytes');
      expect(() => sealAead(context, PLAINTEXT)).toThrow(wrong);
      expect(() => openAead(context, PLAINTEXT)).toThrow(wrong);
    }
    for (const length of [23, 25]) {
      const context = { ...DRAFT, nonce: new Uint8Array(length) };
      const wrong = new RangeError('XChaCha20-Poly1305 takes a nonce of 24 bytes');
      expect(() => sealAead(context, PLAINTEXT)).toThrow(wrong);
      expect(() => openAead(context, PLAINTEXT)).toThrow(wrong);
    }
  });
});
