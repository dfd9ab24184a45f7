/**
 * Owns what one session is: the Double Ratchet's keys and chains, the post-quantum ratchet, and who the two sides are.
 * Does not own its bytes (session-state-codec.ts) or the sessions beside it (session-record.ts).
 *
 * Invariant: a state lives only inside one operation. It is decoded, changed in place and encoded again; an operation
 * that fails drops it, and the record's bytes, which are the truth, stay what they were.
 */

import { wipe } from '../../bytes/index.ts';
import type { Kyber1024Ciphertext, X25519PublicKey } from '../../crypto/index.ts';
import { type IdentityKey, type RootKey, serializePublicKey } from '../keys.ts';
import type { ReceivingChain } from '../ratchet/receiving-chain.ts';
import type { SendingChain } from '../ratchet/sending-chain.ts';
import { type SpqrState, wipeSpqr } from '../spqr/index.ts';
import type { MacInput } from '../wire/signal-message.ts';

/** What an initiator repeats in front of every message until it is answered. */
export interface PendingPreKey {
  readonly preKeyId: number | undefined;
  readonly signedPreKeyId: number;
  readonly kemPreKeyId: number;
  readonly kemCiphertext: Kyber1024Ciphertext;
  /** When the session began, in milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** One session with one peer device. */
export interface SessionState {
  /** The initiator's base key: the name of the session on both sides. */
  readonly baseKey: X25519PublicKey;
  readonly localIdentity: IdentityKey;
  readonly remoteIdentity: IdentityKey;
  /** Ours: sent with every first message. The peer's is not kept, since nothing authenticates or needs it. */
  readonly localRegistrationId: number;
  rootKey: RootKey;
  /** Messages in the sending chain before the present one, less one; never below 0. */
  previousCounter: number;
  sendingChain: SendingChain;
  /** At most five, the newest last. */
  receivingChains: ReceivingChain[];
  pending: PendingPreKey | undefined;
  readonly spqr: SpqrState;
}

/** Who the MAC of a message that we send binds, and its key. */
export function sendingMac(state: SessionState, macKey: Uint8Array): MacInput {
  return {
    macKey,
    senderIdentity: serializePublicKey(state.localIdentity),
    receiverIdentity: serializePublicKey(state.remoteIdentity),
  };
}

/** Who the MAC of a message that we receive binds, and its key. */
export function receivingMac(state: SessionState, macKey: Uint8Array): MacInput {
  return {
    macKey,
    senderIdentity: serializePublicKey(state.remoteIdentity),
    receiverIdentity: serializePublicKey(state.localIdentity),
  };
}

/** Overwrites every secret of a state: when it has been encoded, or dropped. */
export function wipeSessionState(state: SessionState): void {
  state.rootKey.wipe();
  state.sendingChain.chainKey.wipe();
  state.sendingChain.ratchetKeyPair.privateKey.wipe();
  for (const { chainKey, skipped } of state.receivingChains) {
    chainKey.wipe();
    wipe(skipped.reveal());
  }
  wipeSpqr(state.spqr);
}
