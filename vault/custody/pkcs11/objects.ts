/**
 * Owns which objects the key ceremony leaves in a token, by class and label, and finding them.
 * vault/ceremony/ceremony.py makes them under the same labels. Does not own the anchors (anchors.ts).
 */
import pkcs11js, { type Attribute, type Handle } from 'pkcs11js';
import { custodyFailure } from '../failure.ts';
import { decodeUncompressed, type Point } from '../points.ts';
import type { Token } from './token.ts';

/** What an object is for: the second word of its label, after the vault's name. */
export type Purpose = 'identity' | 'mac' | 'wrapping' | 'oprf' | 'seed' | 'lineage' | 'user';

/** The vault's name where the operator gives none: the first word of every label. */
export const VAULT_NAME = 'sotto';

/** What to find an object by. */
export function template(name: string, purpose: Purpose, objectClass: number): Attribute[] {
  return [
    { type: pkcs11js.CKA_CLASS, value: objectClass },
    { type: pkcs11js.CKA_LABEL, value: `${name} ${purpose}` },
  ];
}

/** The one object of this purpose; HsmNotReady where there is none or more than one. */
export function findOne(token: Token, name: string, purpose: Purpose, objectClass: number): Handle {
  const found = token.find(template(name, purpose, objectClass));
  if (found.length !== 1) throw custodyFailure('HsmNotReady', `${purpose}: ${found.length} objects`);
  return found[0]!;
}

/** The point of a public key object: CKA_EC_POINT is a DER octet string, and the bare 65 bytes on some devices. */
export function readPoint(token: Token, publicKey: Handle): Point {
  const bytes = token.read(publicKey, pkcs11js.CKA_EC_POINT);
  const wrapped = bytes.length === 67 && bytes[0] === 0x04 && bytes[1] === 65;
  const point = decodeUncompressed(wrapped ? bytes.subarray(2) : bytes);
  if (point === undefined) throw custodyFailure('HsmFault');
  return point;
}
