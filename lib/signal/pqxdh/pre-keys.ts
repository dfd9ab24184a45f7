/**
 * Owns making prekeys. Does not own keeping them: the store does, and deletes a one-time prekey with the first message
 * that used it.
 * Source: the PQXDH specification, section 3.2.
 */
import {
  type Kyber1024KeyPair,
  type RandomSource,
  signXEdDsa,
  XEDDSA_SIGNATURE_LENGTH,
  type XEdDsaSignature,
} from '../../crypto/index.ts';
import {
  generateKemKeyPair,
  generateKeyPair,
  type IdentityKeyPair,
  type KeyPair,
  serializeKemPublicKey,
  serializePublicKey,
} from '../keys.ts';

/** A one-time prekey: used for one session, then deleted. `id` is an unsigned 32-bit number; 0 is valid. */
export interface OneTimePreKey {
  readonly id: number;
  readonly keyPair: KeyPair;
}

/** A medium-term prekey, signed by the identity key. */
export interface SignedPreKey {
  readonly id: number;
  readonly keyPair: KeyPair;
  readonly signature: XEdDsaSignature;
}

/** A KEM prekey, signed by the identity key. A last-resort one serves many sessions, and its base keys are remembered. */
export interface KemPreKey {
  readonly id: number;
  readonly keyPair: Kyber1024KeyPair;
  readonly signature: XEdDsaSignature;
}

/** A fresh signed prekey. */
export function generateSignedPreKey(id: number, identity: IdentityKeyPair, random: RandomSource): SignedPreKey {
  const keyPair = generateKeyPair(random);
  return { id, keyPair, signature: sign(identity, serializePublicKey(keyPair.publicKey), random) };
}

/** A fresh KEM prekey. */
export function generateKemPreKey(id: number, identity: IdentityKeyPair, random: RandomSource): KemPreKey {
  const keyPair = generateKemKeyPair(random);
  return { id, keyPair, signature: sign(identity, serializeKemPublicKey(keyPair.publicKey), random) };
}

function sign(identity: IdentityKeyPair, message: Uint8Array, random: RandomSource): XEdDsaSignature {
  return signXEdDsa(identity.privateKey, message, random(XEDDSA_SIGNATURE_LENGTH));
}
