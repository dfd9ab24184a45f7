/**
 * Owns one logged-in session and the few calls of PKCS#11 that a vault makes in it, with every template they need.
 * Does not own which session that is (device.ts), nor which key is for what (objects.ts and the modes).
 *
 * Every call is synchronous: on SoftHSM an attempt of six calls takes 0.4 ms here and 0.8 ms on a pool of threads, and a
 * session that is never shared needs no lock. pkcs11js aborts the process on a nested template: none is made here.
 */
import pkcs11js, { type Attribute, type Handle, type PKCS11 } from 'pkcs11js';
import { FIELD_LENGTH } from '../points.ts';
import { returnValue } from './refusals.ts';

/** The object identifier of P-256 in DER (RFC 5480, section 2.1.1.1). */
const P256 = Buffer.from('06082a8648ce3d030107', 'hex');
/** More than a wrapped P-256 key has on any device: 80 bytes by AES-KWP, and room for attributes. */
const WRAPPED_MOST = 512;

/** A template by attribute, as PKCS#11 calls a list of attributes. */
export const ofSession = { type: pkcs11js.CKA_TOKEN, value: false } as const;
export const isPrivate = { type: pkcs11js.CKA_PRIVATE, value: true } as const;

const sharedSecret: Attribute[] = [
  { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
  { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_GENERIC_SECRET },
  ofSession,
  // What is derived is the answer and is meant to be read.
  { type: pkcs11js.CKA_SENSITIVE, value: false },
  { type: pkcs11js.CKA_EXTRACTABLE, value: true },
  { type: pkcs11js.CKA_VALUE_LEN, value: FIELD_LENGTH },
];

/** What an unwrapped user key is: usable for ECDH, unreadable, gone with the session. */
export const unwrapped: Attribute[] = [
  { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
  { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_EC },
  ofSession,
  isPrivate,
  { type: pkcs11js.CKA_SENSITIVE, value: true },
  { type: pkcs11js.CKA_EXTRACTABLE, value: false },
  { type: pkcs11js.CKA_DERIVE, value: true },
];

/** How a device says that it won't tell an attribute. */
const silences = new Set<number | undefined>([pkcs11js.CKR_ATTRIBUTE_TYPE_INVALID, pkcs11js.CKR_ATTRIBUTE_SENSITIVE]);

/** A session and its calls. Errors are pkcs11js's own. */
export class Token {
  readonly #module: PKCS11;
  readonly #session: Handle;
  readonly #slot: Handle;

  constructor(module: PKCS11, slot: Handle, session: Handle) {
    this.#module = module;
    this.#slot = slot;
    this.#session = session;
  }

  /** Whether the device names `mechanism` as its own. */
  has(mechanism: number): boolean {
    return this.#module.C_GetMechanismList(this.#slot).includes(mechanism);
  }

  /** Every object that has all these attributes. */
  find(template: Attribute[]): Handle[] {
    const found: Handle[] = [];
    this.#module.C_FindObjectsInit(this.#session, template);
    try {
      for (;;) {
        const some = this.#module.C_FindObjects(this.#session, 100);
        if (some.length === 0) return found;
        found.push(...some);
      }
    } finally {
      this.#module.C_FindObjectsFinal(this.#session);
    }
  }

  create(template: Attribute[]): Handle {
    return this.#module.C_CreateObject(this.#session, template);
  }

  destroy(object: Handle): void {
    this.#module.C_DestroyObject(this.#session, object);
  }

  read(object: Handle, type: number): Uint8Array {
    const value = this.#module.C_GetAttributeValue(this.#session, object, [{ type }])[0]!.value;
    return new Uint8Array(value as Buffer);
  }

  /** A boolean attribute; false also where the device does not know it or does not say. */
  flag(object: Handle, type: number): boolean {
    try {
      return this.read(object, type)[0] === 1;
    } catch (error) {
      if (silences.has(returnValue(error))) return false;
      throw error;
    }
  }

  setFlag(object: Handle, type: number, value: boolean): void {
    this.#module.C_SetAttributeValue(this.#session, object, [{ type, value }]);
  }

  copy(object: Handle, template: Attribute[]): Handle {
    return this.#module.C_CopyObject(this.#session, object, template);
  }

  write(object: Handle, type: number, value: string): void {
    this.#module.C_SetAttributeValue(this.#session, object, [{ type, value: Buffer.from(value) }]);
  }

  /** A P-256 pair for ECDH; `attributes` are the private half's, besides its use. */
  generatePair(attributes: Attribute[]): { publicKey: Handle; privateKey: Handle } {
    return this.#module.C_GenerateKeyPair(
      this.#session,
      { mechanism: pkcs11js.CKM_EC_KEY_PAIR_GEN },
      [{ type: pkcs11js.CKA_EC_PARAMS, value: P256 }, ofSession],
      [
        ...attributes,
        isPrivate,
        { type: pkcs11js.CKA_SENSITIVE, value: true },
        { type: pkcs11js.CKA_DERIVE, value: true },
      ],
    );
  }

  wrap(mechanism: number, wrapping: Handle, key: Handle): Uint8Array {
    const wrapped = this.#module.C_WrapKey(this.#session, { mechanism }, wrapping, key, Buffer.alloc(WRAPPED_MOST));
    return Uint8Array.from(wrapped);
  }

  unwrap(mechanism: number, wrapping: Handle, wrapped: Uint8Array, template: Attribute[]): Handle {
    return this.#module.C_UnwrapKey(this.#session, { mechanism }, wrapping, Buffer.from(wrapped), template);
  }

  /** x(kP) for a point P in 65 bytes: 32 bytes. */
  ecdh(key: Handle, point: Uint8Array): Uint8Array {
    const parameter = {
      type: pkcs11js.CK_PARAMS_EC_DH,
      kdf: pkcs11js.CKD_NULL,
      publicData: Buffer.from(point),
    };
    const mechanism = { mechanism: pkcs11js.CKM_ECDH1_DERIVE, parameter };
    const shared = this.#module.C_DeriveKey(this.#session, mechanism, key, sharedSecret);
    try {
      return this.read(shared, pkcs11js.CKA_VALUE);
    } finally {
      this.destroy(shared);
    }
  }

  /** A MAC or a raw signature of `length` bytes. */
  sign(mechanism: number, key: Handle, message: Uint8Array, length: number): Uint8Array {
    this.#module.C_SignInit(this.#session, { mechanism }, key);
    return Uint8Array.from(this.#module.C_Sign(this.#session, Buffer.from(message), Buffer.alloc(length)));
  }

  close(): void {
    this.#module.C_CloseSession(this.#session);
  }
}
