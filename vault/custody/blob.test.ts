import { createHmac } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../lib/bytes/index.ts';
import { type Mac, macForCaller, openBlob, requireContext, sealBlob } from './blob.ts';
import type { CustodyMode } from './custody.ts';

const mac: Mac = (message) => createHmac('sha256', 'a key').update(message).digest();
const lineage = new Uint8Array(16).fill(3);
const vault = (mode: CustodyMode) => ({ mode, lineage, mac });
const point = p256.Point.BASE.multiply(9n).toAffine();
const publicKey = p256.Point.BASE.multiply(9n).toBytes(true);
/** Version, mode, tag, y. */
const HEADER = 2 + 16 + 32;
const context = Uint8Array.of(1, 2, 3);
const payload = Uint8Array.of(9, 8, 7, 6);
const modes: CustodyMode[] = ['wrapped', 'resident', 'split', 'hmac', 'software'];
const invalid = expect.objectContaining({ code: 'KeyBlobInvalid', retry: 'never' });
const thrown = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return 'nothing';
};

describe('the blob of a key', () => {
  it('opens to what was sealed, in its own mode alone', () => {
    for (const mode of modes) {
      const blob = sealBlob(vault(mode), payload, point, context);
      expect(blob).toHaveLength(HEADER + payload.length);
      const opened = openBlob(vault(mode), { blob, publicKey, context });
      expect(opened.payload).toEqual(payload);
      expect(opened.publicKey).toEqual(point);
      for (const other of modes.filter((name) => name !== mode)) {
        expect(thrown(() => openBlob(vault(other), { blob, publicKey, context }))).toEqual(invalid);
      }
    }
  });

  it('is refused with one bit changed anywhere in it, in its public key or in its context', () => {
    const key = { blob: sealBlob(vault('wrapped'), payload, point, context), publicKey, context };
    for (const part of ['blob', 'publicKey', 'context'] as const) {
      for (let bit = 0; bit < key[part].length * 8; bit++) {
        const changed = key[part].slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(thrown(() => openBlob(vault('wrapped'), { ...key, [part]: changed }))).toEqual(invalid);
      }
    }
  });

  it('is refused by a vault of another lineage', () => {
    const key = { blob: sealBlob(vault('wrapped'), payload, point, context), publicKey, context };
    const other = { ...vault('wrapped'), lineage: new Uint8Array(16).fill(4) };
    expect(thrown(() => openBlob(other, key))).toEqual(invalid);
    expect(openBlob(vault('wrapped'), key).payload).toEqual(payload);
  });

  it('is refused cut short, grown, empty, or with bytes moved between context and payload', () => {
    const blob = sealBlob(vault('wrapped'), payload, point, context);
    for (const other of [new Uint8Array(0), blob.slice(0, HEADER), blob.slice(0, -1), concatBytes(blob, payload)]) {
      expect(thrown(() => openBlob(vault('wrapped'), { blob: other, publicKey, context }))).toEqual(invalid);
    }
    const moved = concatBytes(context, payload.slice(0, 1));
    const rest = concatBytes(blob.slice(0, HEADER), payload.slice(1));
    expect(thrown(() => openBlob(vault('wrapped'), { blob: rest, publicKey, context: moved }))).toEqual(invalid);
  });

  it('has at most 1024 bytes', () => {
    const most = new Uint8Array(1024 - HEADER);
    const blob = sealBlob(vault('wrapped'), most, point, context);
    expect(blob).toHaveLength(1024);
    expect(openBlob(vault('wrapped'), { blob, publicKey, context }).payload).toEqual(most);
    expect(thrown(() => sealBlob(vault('wrapped'), new Uint8Array(1025 - HEADER), point, context))).toEqual(
      expect.objectContaining({ code: 'HsmFault' }),
    );
    expect(thrown(() => openBlob(vault('wrapped'), { blob: new Uint8Array(1025), publicKey, context }))).toEqual(
      invalid,
    );
  });
});

describe('a context', () => {
  it('has 1 to 64 bytes', () => {
    expect(() => requireContext(new Uint8Array(1))).not.toThrow();
    expect(() => requireContext(new Uint8Array(64))).not.toThrow();
    expect(() => requireContext(new Uint8Array(0))).toThrow(RangeError);
    expect(() => requireContext(new Uint8Array(65))).toThrow(RangeError);
  });
});

describe("a caller's MAC", () => {
  it('is HMAC-SHA-256 of 1 and the message, so that no caller can have a tag of a blob made', () => {
    const message = Uint8Array.of(5, 6);
    expect(macForCaller(mac, message)).toEqual(mac(Uint8Array.of(1, 5, 6)));
    const asked: Uint8Array[] = [];
    const spy: Mac = (text) => {
      asked.push(text);
      return mac(text);
    };
    sealBlob({ ...vault('wrapped'), mac: spy }, payload, point, context);
    macForCaller(spy, message);
    expect(asked.map((text) => text[0])).toEqual([0, 1]);
  });
});
