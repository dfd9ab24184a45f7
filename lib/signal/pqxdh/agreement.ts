/**
 * Owns the PQXDH key agreement: which keys meet in which order, and what is derived from them.
 * Does not own the session that begins with it.
 * Source: the PQXDH specification, section 3.3; order and label as Signal's library has them.
 */
import { concatBytes, SecretBytes, wipe } from '../../bytes/index.ts';
import {
  agreeX25519,
  decapsulateKyber1024,
  encapsulateKyber1024,
  hkdfSha256,
  KYBER1024_LENGTHS,
  type Kyber1024Ciphertext,
  type Kyber1024PrivateKey,
  type RandomSource,
  type SharedSecret,
  type X25519PrivateKey,
  type X25519PublicKey,
} from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import type { ChainKey, IdentityKey, IdentityKeyPair, KeyPair, PostQuantumAuthKey, RootKey } from '../keys.ts';
import type { PreKeyBundle } from './pre-key-bundle.ts';

const LABEL = 'WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024';
/** 32 bytes of 0xFF in front: no X25519 secret input begins so (X3DH, section 2.2). */
const DISCONTINUITY: Uint8Array = new Uint8Array(32).fill(0xff);

/** What both sides hold after the agreement: 32 bytes each. */
export interface AgreedKeys {
  readonly rootKey: RootKey;
  readonly chainKey: ChainKey;
  readonly authKey: PostQuantumAuthKey;
}

/** What the responder holds of the prekeys that the initiator chose. */
export interface ResponderKeys {
  readonly identity: IdentityKeyPair;
  readonly signedPreKey: KeyPair;
  readonly oneTimePreKey?: KeyPair | undefined;
  readonly kemPrivateKey: Kyber1024PrivateKey;
}

/** Agrees as the initiator. `baseKey` is fresh. Throws InvalidKey where an agreement is all zero or a key is none. */
export function agreeAsInitiator(
  identity: IdentityKeyPair,
  baseKey: KeyPair,
  bundle: PreKeyBundle,
  random: RandomSource,
): { keys: AgreedKeys; kemCiphertext: Kyber1024Ciphertext } {
  const signedPreKey = bundle.signedPreKey.publicKey;
  const secrets = [
    agree(identity.privateKey, signedPreKey),
    agree(baseKey.privateKey, bundle.identityKey),
    agree(baseKey.privateKey, signedPreKey),
  ];
  if (bundle.oneTimePreKey) secrets.push(agree(baseKey.privateKey, bundle.oneTimePreKey.publicKey));
  const coins = random(KYBER1024_LENGTHS.random);
  const encapsulated = encapsulateKyber1024(bundle.kemPreKey.publicKey, coins);
  wipe(coins);
  if (encapsulated === undefined) throw refusal('InvalidKey');
  secrets.push(encapsulated.sharedSecret);
  return { keys: deriveKeys(secrets), kemCiphertext: encapsulated.ciphertext };
}

/** Agrees as the responder. Throws InvalidKey where an agreement is all zero. */
export function agreeAsResponder(
  keys: ResponderKeys,
  remoteIdentity: IdentityKey,
  baseKey: X25519PublicKey,
  kemCiphertext: Kyber1024Ciphertext,
): AgreedKeys {
  const secrets = [
    agree(keys.signedPreKey.privateKey, remoteIdentity),
    agree(keys.identity.privateKey, baseKey),
    agree(keys.signedPreKey.privateKey, baseKey),
  ];
  if (keys.oneTimePreKey) secrets.push(agree(keys.oneTimePreKey.privateKey, baseKey));
  secrets.push(decapsulateKyber1024(keys.kemPrivateKey, kemCiphertext));
  return deriveKeys(secrets);
}

/** Derives from the secrets in their order, and wipes them. */
function deriveKeys(secrets: readonly SharedSecret[]): AgreedKeys {
  const input = concatBytes(DISCONTINUITY, ...secrets.map((secret) => secret.reveal()));
  const output = hkdfSha256(input, LABEL, 96);
  const keys: AgreedKeys = {
    rootKey: SecretBytes.of(output.slice(0, 32)),
    chainKey: SecretBytes.of(output.slice(32, 64)),
    authKey: SecretBytes.of(output.slice(64)),
  };
  wipe(input, output);
  for (const secret of secrets) secret.wipe();
  return keys;
}

function agree(privateKey: X25519PrivateKey, publicKey: X25519PublicKey): SharedSecret {
  const secret = agreeX25519(privateKey, publicKey);
  if (secret === undefined) throw refusal('InvalidKey');
  return secret;
}
