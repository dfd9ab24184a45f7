/**
 * Owns mode `resident`: each user's key is an object of the HSM and never leaves it in any form. The strongest mode, where
 * the device has room, and the only one that a device's own usage limit can back.
 */
import { randomBytes } from 'node:crypto';
import pkcs11js, { type Handle } from 'pkcs11js';
import { encodeHex } from '../../../lib/bytes/index.ts';
import { multiply } from '../evaluation.ts';
import { custodyFailure } from '../failure.ts';
import { readPoint, template } from './objects.ts';
import { returnValue } from './refusals.ts';
import type { Token } from './token.ts';
import { type ModeSettings, type UserKeys, withKey } from './user-keys.ts';

/** CKA_ID of a user's key: random, since two generations of a record live side by side for a moment. */
const ID_LENGTH = 16;
/** Handles kept: to find an object by its CKA_ID takes SoftHSM 27 ms among 400. */
const HANDLES_MOST = 4096;

/** Payload: the key's CKA_ID (16 bytes). */
export function residentKeys(token: Token, { name }: ModeSettings): UserKeys {
  const handles = new Map<string, Handle>();
  return {
    create() {
      const id = randomBytes(ID_LENGTH);
      const pair = token.generatePair([
        { type: pkcs11js.CKA_TOKEN, value: true },
        { type: pkcs11js.CKA_EXTRACTABLE, value: false },
        { type: pkcs11js.CKA_LABEL, value: `${name} user` },
        { type: pkcs11js.CKA_ID, value: id },
      ]);
      remember(id, pair.privateKey);
      return withKey(token, pair.publicKey, () => ({
        payload: Uint8Array.from(id),
        publicKey: readPoint(token, pair.publicKey),
      }));
    },
    evaluate({ payload, publicKey }, element, preparation) {
      const ecdh = (key: Handle) => (point: Uint8Array) => token.ecdh(key, point);
      return withHandle(payload, (key) => multiply(ecdh(key), element, publicKey, preparation));
    },
    destroy({ payload }) {
      for (const key of find(payload)) token.destroy(key);
      handles.delete(encodeHex(payload));
    },
  };

  function withHandle<Result>(id: Uint8Array, use: (key: Handle) => Result): Result {
    const known = handles.get(encodeHex(id));
    if (known !== undefined) {
      try {
        return use(known);
      } catch (error) {
        // Destroyed by another process: its handle is stale and nothing else is.
        if (!isStale(error)) throw error;
        handles.delete(encodeHex(id));
      }
    }
    const found = find(id);
    if (found.length !== 1) throw custodyFailure('KeyMissing');
    remember(id, found[0]!);
    return use(found[0]!);
  }

  function find(id: Uint8Array): Handle[] {
    const byId = { type: pkcs11js.CKA_ID, value: Buffer.from(id) };
    return token.find([...template(name, 'user', pkcs11js.CKO_PRIVATE_KEY), byId]);
  }

  function remember(id: Uint8Array, key: Handle): void {
    if (handles.size >= HANDLES_MOST) handles.delete(handles.keys().next().value!);
    handles.set(encodeHex(id), key);
  }
}

function isStale(error: unknown): boolean {
  const value = returnValue(error);
  return value === pkcs11js.CKR_KEY_HANDLE_INVALID || value === pkcs11js.CKR_OBJECT_HANDLE_INVALID;
}
