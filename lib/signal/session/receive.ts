/**
 * Owns opening one message in one session: the Triple Ratchet's RatchetDecrypt.
 * Work before the MAC is charged to the allowance; the second half of a ratchet turn waits until the MAC was right.
 * Source: the Double Ratchet specification, sections 3.5 and 5.2.
 */
import { equalBytes } from '../../bytes/index.ts';
import { decryptAesCbc, type RandomSource, type X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { generateKeyPair, type RootKey } from '../keys.ts';
import { MAX_RECEIVING_CHAINS, MESSAGE_BYTES_IN_A_UNIT, WORK_OF_AGREEMENT } from '../limits.ts';
import { deriveMessageKeys, stepRootKey, wipeMessageKeys } from '../ratchet/message-keys.ts';
import { type ReceivingChain, takeReceivingSeed } from '../ratchet/receiving-chain.ts';
import { SkippedSeeds } from '../ratchet/skipped-seeds.ts';
import { receiveSpqr } from '../spqr/index.ts';
import { type SignalMessage, verifySignalMessage } from '../wire/signal-message.ts';
import type { WorkAllowance } from '../work-allowance.ts';
import { receivingMac, type SessionState } from './session-state.ts';

/** What receiving needs beside the session and the message. */
export interface ReceiveContext {
  /** The addresses that a first message may bind, receiver's view; undefined where there are none. */
  readonly addresses?: Uint8Array | undefined;
  readonly random: RandomSource;
  readonly work: WorkAllowance;
}

/**
 * The plaintext of `message`; `state` moves on. Where it throws (InvalidMessage, DuplicateMessage, MessageGapTooBig,
 * InvalidKey) `state` is half changed and must be dropped.
 */
export function receiveInState(state: SessionState, message: SignalMessage, context: ReceiveContext): Uint8Array {
  requireAddresses(message.addresses, context.addresses);
  context.work.spend(Math.ceil(message.authenticated.length / MESSAGE_BYTES_IN_A_UNIT));
  const known = state.receivingChains.find((chain) => equalBytes(chain.ratchetKey, message.ratchetKey));
  const turn = known ? undefined : beginTurn(state, message.ratchetKey, context.work);
  const chain = known ?? turn!.chain;
  const seed = takeReceivingSeed(chain, message.counter, context.work);
  const postQuantumKey = receiveSpqr(state.spqr, message.pqRatchet, context.work);
  const keys = deriveMessageKeys(seed, postQuantumKey);
  const authentic = verifySignalMessage(message, receivingMac(state, keys.macKey.reveal()));
  const plaintext = authentic
    ? decryptAesCbc(keys.cipherKey.reveal(), keys.iv.reveal(), message.ciphertext)
    : undefined;
  wipeMessageKeys(keys);
  if (plaintext === undefined) throw refusal('InvalidMessage');
  if (turn) finishTurn(state, turn, context.random);
  // The other side holds this session: its prekey need not be repeated any more.
  state.pending = undefined;
  return plaintext;
}

interface Turn {
  readonly rootKey: RootKey;
  readonly chain: ReceivingChain;
}

/** The receiving half of a ratchet turn. Changes nothing in `state`. */
function beginTurn(state: SessionState, theirs: X25519PublicKey, work: WorkAllowance): Turn {
  work.spend(WORK_OF_AGREEMENT);
  const step = stepRootKey(state.rootKey, state.sendingChain.ratchetKeyPair.privateKey, theirs);
  return {
    rootKey: step.rootKey,
    chain: { ratchetKey: theirs, chainKey: step.chainKey, index: 0, skipped: new SkippedSeeds() },
  };
}

/** Takes the new receiving chain in, and answers with a sending chain of a fresh key. */
function finishTurn(state: SessionState, turn: Turn, random: RandomSource): void {
  const ratchetKeyPair = generateKeyPair(random);
  const step = stepRootKey(turn.rootKey, ratchetKeyPair.privateKey, turn.chain.ratchetKey);
  const old = state.sendingChain;
  old.ratchetKeyPair.privateKey.wipe();
  old.chainKey.wipe();
  state.rootKey.wipe();
  turn.rootKey.wipe();
  state.rootKey = step.rootKey;
  state.previousCounter = Math.max(0, old.index - 1);
  state.sendingChain = { ratchetKeyPair, chainKey: step.chainKey, index: 0 };
  state.receivingChains = [...state.receivingChains, turn.chain].slice(-MAX_RECEIVING_CHAINS);
}

/** A message that binds addresses must bind ours; one that binds none is accepted, as in Signal's library. */
function requireAddresses(bound: Uint8Array | undefined, ours: Uint8Array | undefined): void {
  if (bound === undefined) return;
  if (ours === undefined || !equalBytes(bound, ours)) throw refusal('InvalidMessage');
}
