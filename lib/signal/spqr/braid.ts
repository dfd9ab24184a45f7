/**
 * Owns the rules of the ML-KEM Braid that hold for both halves: which half speaks, and what happens to messages of
 * another epoch than this side's own.
 * Source: "The ML-KEM Braid Protocol", section on the states.
 */
import type { RandomSource } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import type { PostQuantumAuthKey } from '../keys.ts';
import { type EpochSecret, startAuthenticator } from './authenticator.ts';
import type { Direction } from './chain.ts';
import { receiveAsEncapsulator, sendAsEncapsulator } from './encapsulator.ts';
import { ENTRY_LENGTH, type ErasureDecoder, startDecoder } from './erasure-code.ts';
import { receiveAsKeyOwner, sendAsKeyOwner } from './key-owner.ts';
import { PAYLOAD_LENGTHS } from './labels.ts';
import type { MessageContent } from './message.ts';
import type { Braid, BraidOutput, EncapsulatorPhase, KeyOwnerPhase, Phase } from './phases.ts';

/** Epoch 1: the initiator of the session owns the first key pair. The auth key stays the caller's. */
export function startBraid(direction: Direction, authKey: PostQuantumAuthKey): Braid {
  const phase: Phase =
    direction === 'A2B'
      ? { name: 'KeysUnsampled' }
      : { name: 'NoHeaderReceived', header: startDecoder(PAYLOAD_LENGTHS.header) };
  return { epoch: 1, authenticator: startAuthenticator(authKey), phase };
}

/** What to say next in the braid's epoch, and the epoch's secret where that comes with it. */
export function sendBraid(braid: Braid, random: RandomSource): BraidOutput {
  const { phase } = braid;
  return isKeyOwner(phase)
    ? { content: sendAsKeyOwner(braid, phase, random), secret: undefined }
    : sendAsEncapsulator(braid, phase, random);
}

/**
 * Takes in what the peer said in `epoch`; gives the secret of the braid's own epoch where that completes it. An epoch
 * that is over has nothing more to say; one that can't have begun is refused with InvalidMessage, as is what does not
 * verify.
 */
export function receiveBraid(braid: Braid, epoch: number, content: MessageContent): EpochSecret | undefined {
  if (epoch < braid.epoch) return undefined;
  const { phase } = braid;
  if (epoch > braid.epoch) {
    // The peer has the whole ciphertext: this side's turn to own the key pair.
    if (phase.name !== 'Ct2Sampled' || epoch !== braid.epoch + 1) throw refusal('InvalidMessage');
    braid.epoch = epoch;
    braid.phase = { name: 'KeysUnsampled' };
    return undefined;
  }
  if (isKeyOwner(phase)) return receiveAsKeyOwner(braid, phase, content);
  receiveAsEncapsulator(braid, phase, content);
  return undefined;
}

const KEY_OWNER_NAMES: readonly string[] = [
  'KeysUnsampled',
  'KeysSampled',
  'HeaderSent',
  'Ct1Received',
  'EkSentCt1Received',
] satisfies readonly KeyOwnerPhase['name'][];

function isKeyOwner(phase: KeyOwnerPhase | EncapsulatorPhase): phase is KeyOwnerPhase {
  return KEY_OWNER_NAMES.includes(phase.name);
}

/**
 * What taking in `content` costs before anything is authenticated, in units of limits.ts. Only the chunk that completes a
 * payload is dear: the payload is computed from its chunks, and then hashed, encapsulated to or decapsulated.
 */
export function workOfBraid({ phase }: Braid, { chunk }: MessageContent): number {
  const decoder = decoderOf(phase);
  if (decoder === undefined || chunk === undefined) return 0;
  const completes = decoder.entries.length === (decoder.needed - 1) * ENTRY_LENGTH;
  return completes ? WORK_OF_ML_KEM + Math.ceil((decoder.needed * decoder.needed) / PRODUCTS_IN_A_UNIT) : 0;
}

/** An operation of ML-KEM-768 or checking its header. */
const WORK_OF_ML_KEM = 25;
/** Pairs of chunks that are interpolated in the time of one chain step. */
const PRODUCTS_IN_A_UNIT = 20;

function decoderOf(phase: Phase): ErasureDecoder | undefined {
  switch (phase.name) {
    case 'NoHeaderReceived':
      return phase.header;
    case 'HeaderSent':
      return phase.ciphertext1;
    case 'EkSentCt1Received':
      return phase.ciphertext2;
    case 'Ct1Sampled':
    case 'Ct1Acknowledged':
      return phase.vector;
    default:
      return undefined;
  }
}

/** Overwrites every secret of a braid that is done with. */
export function wipeBraid({ authenticator, phase }: Braid): void {
  authenticator.rootKey.wipe();
  authenticator.macKey.wipe();
  if ('privateKey' in phase) phase.privateKey.wipe();
  if ('encapsulation' in phase) phase.encapsulation.wipe();
}
