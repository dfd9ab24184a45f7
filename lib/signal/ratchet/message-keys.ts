/**
 * Owns the symmetric steps of the Double Ratchet: chain key to message key seed, seed to message keys, root key to chain.
 * Source: the Double Ratchet specification, sections 3.2, 5.2 and 7 (the Triple Ratchet); labels as Signal's library.
 */
import { encodeUtf8, SecretBytes, wipe } from '../../bytes/index.ts';
import {
  agreeX25519,
  hkdfSha256,
  hmacSha256,
  type X25519PrivateKey,
  type X25519PublicKey,
} from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import type { ChainKey, MessageKeySeed, PostQuantumMessageKey, RootKey } from '../keys.ts';

const MESSAGE_KEYS_LABEL = encodeUtf8('WhisperMessageKeys');
const ROOT_LABEL = encodeUtf8('WhisperRatchet');
const SEED_INPUT: Uint8Array = Uint8Array.of(1);
const CHAIN_INPUT: Uint8Array = Uint8Array.of(2);

/** AES-256-CBC key (32), HMAC key (32) and IV (16) of one message. */
export interface MessageKeys {
  readonly cipherKey: SecretBytes<'MessageCipherKey'>;
  readonly macKey: SecretBytes<'MessageMacKey'>;
  readonly iv: SecretBytes<'MessageIv'>;
}

/** The seed of the message that stands at this place of the chain. */
export function deriveMessageKeySeed(chainKey: ChainKey): MessageKeySeed {
  return SecretBytes.of(hmacSha256(chainKey.reveal(), SEED_INPUT));
}

/** The next chain key. The given one is wiped: it must not outlive its message. */
export function advanceChainKey(chainKey: ChainKey): ChainKey {
  const next: ChainKey = SecretBytes.of(hmacSha256(chainKey.reveal(), CHAIN_INPUT));
  chainKey.wipe();
  return next;
}

/** The keys of one message. The post-quantum key is the salt: there is no message without one. Both are wiped. */
export function deriveMessageKeys(seed: MessageKeySeed, postQuantumKey: PostQuantumMessageKey): MessageKeys {
  const output = hkdfSha256(seed.reveal(), MESSAGE_KEYS_LABEL, 80, postQuantumKey.reveal());
  seed.wipe();
  postQuantumKey.wipe();
  const keys: MessageKeys = {
    cipherKey: SecretBytes.of(output.slice(0, 32)),
    macKey: SecretBytes.of(output.slice(32, 64)),
    iv: SecretBytes.of(output.slice(64)),
  };
  wipe(output);
  return keys;
}

/** Overwrites the keys of a message that is done. */
export function wipeMessageKeys(keys: MessageKeys): void {
  keys.cipherKey.wipe();
  keys.macKey.wipe();
  keys.iv.wipe();
}

/**
 * One step of the root chain: a new root key, and the chain key for what was agreed with `theirs`. The given root key is
 * left as it is. Throws InvalidKey where the agreement is all zero.
 */
export function stepRootKey(
  rootKey: RootKey,
  ours: X25519PrivateKey,
  theirs: X25519PublicKey,
): { rootKey: RootKey; chainKey: ChainKey } {
  const agreed = agreeX25519(ours, theirs);
  if (agreed === undefined) throw refusal('InvalidKey');
  const output = hkdfSha256(agreed.reveal(), ROOT_LABEL, 64, rootKey.reveal());
  agreed.wipe();
  const step = {
    rootKey: SecretBytes.of<'RootKey'>(output.slice(0, 32)),
    chainKey: SecretBytes.of<'ChainKey'>(output.slice(32)),
  };
  wipe(output);
  return step;
}
