/**
 * Owns the half of the braid that makes the key pair of an epoch: sends the header, then the vector, and decapsulates
 * what comes back. KeysUnsampled -> KeysSampled -> HeaderSent -> Ct1Received -> EkSentCt1Received -> the next epoch.
 * Source: "The ML-KEM Braid Protocol", section on the states.
 * Invariant: types that a phase does not wait for change nothing; messages come twice, late and out of order.
 */
import { bytesOfLength, concatBytes, wipe } from '../../bytes/index.ts';
import {
  decapsulateMlKem768,
  generateMlKem768KeyPair,
  ML_KEM_768_LENGTHS,
  type RandomSource,
} from '../../crypto/index.ts';
import { ciphertextMac, type EpochSecret, headerMac, requireMac } from './authenticator.ts';
import { agreeOnEpochSecret } from './epoch-secret.ts';
import { addChunk, type Chunk, nextChunk, startDecoder, startEncoder } from './erasure-code.ts';
import { PAYLOAD_LENGTHS } from './labels.ts';
import type { MessageContent } from './message.ts';
import type { Braid, KeyOwnerPhase, PhaseOf } from './phases.ts';

/** What the key owner says next. The first message of an epoch draws the key pair from `random`. */
export function sendAsKeyOwner(braid: Braid, phase: KeyOwnerPhase, random: RandomSource): MessageContent {
  switch (phase.name) {
    case 'KeysUnsampled':
      return { type: 'Hdr', chunk: nextChunk(sampleKeys(braid, random).header) };
    case 'KeysSampled':
      return { type: 'Hdr', chunk: nextChunk(phase.header) };
    case 'HeaderSent':
      return { type: 'Ek', chunk: nextChunk(phase.vector) };
    case 'Ct1Received':
      return { type: 'EkCt1Ack', chunk: nextChunk(phase.vector) };
    case 'EkSentCt1Received':
      return { type: 'Ct1Ack' };
  }
}

/** Takes in what the peer said in this epoch. Gives the epoch's secret where that completes it: the epoch is then over. */
export function receiveAsKeyOwner(
  braid: Braid,
  phase: KeyOwnerPhase,
  { type, chunk }: MessageContent,
): EpochSecret | undefined {
  if (type === 'Ct1') {
    if (phase.name === 'KeysSampled') receiveFirstCiphertext1(braid, phase, chunk);
    else if (phase.name === 'HeaderSent') receiveCiphertext1(braid, phase, chunk);
  } else if (type === 'Ct2') {
    if (phase.name === 'Ct1Received') return receiveFirstCiphertext2(braid, phase, chunk);
    if (phase.name === 'EkSentCt1Received') return receiveCiphertext2(braid, phase, chunk);
  }
  return undefined;
}

function sampleKeys(braid: Braid, random: RandomSource): PhaseOf<'KeysSampled'> {
  const seed = random(ML_KEM_768_LENGTHS.seed);
  const { header, vector, privateKey } = generateMlKem768KeyPair(seed);
  wipe(seed);
  const mac = headerMac(braid.authenticator, braid.epoch, header);
  const phase: PhaseOf<'KeysSampled'> = {
    name: 'KeysSampled',
    header: startEncoder(concatBytes(header, mac)),
    vector,
    privateKey,
  };
  braid.phase = phase;
  return phase;
}

/** The peer has begun to answer, so it has the whole header. */
function receiveFirstCiphertext1(braid: Braid, phase: PhaseOf<'KeysSampled'>, chunk: Chunk): void {
  const next: PhaseOf<'HeaderSent'> = {
    name: 'HeaderSent',
    vector: startEncoder(phase.vector),
    privateKey: phase.privateKey,
    ciphertext1: startDecoder(PAYLOAD_LENGTHS.ciphertext1),
  };
  braid.phase = next;
  receiveCiphertext1(braid, next, chunk);
}

function receiveCiphertext1(braid: Braid, phase: PhaseOf<'HeaderSent'>, chunk: Chunk): void {
  const payload = addChunk(phase.ciphertext1, chunk);
  if (payload === undefined) return;
  braid.phase = {
    name: 'Ct1Received',
    vector: phase.vector,
    privateKey: phase.privateKey,
    ciphertext1: bytesOfLength(payload, ML_KEM_768_LENGTHS.ciphertext1),
  };
}

/** The peer has begun with the second part, so it has the whole vector. */
function receiveFirstCiphertext2(
  braid: Braid,
  { privateKey, ciphertext1 }: PhaseOf<'Ct1Received'>,
  chunk: Chunk,
): EpochSecret | undefined {
  const ciphertext2 = startDecoder(PAYLOAD_LENGTHS.ciphertext2);
  const next: PhaseOf<'EkSentCt1Received'> = { name: 'EkSentCt1Received', privateKey, ciphertext1, ciphertext2 };
  braid.phase = next;
  return receiveCiphertext2(braid, next, chunk);
}

function receiveCiphertext2(
  braid: Braid,
  { privateKey, ciphertext1, ciphertext2: decoder }: PhaseOf<'EkSentCt1Received'>,
  chunk: Chunk,
): EpochSecret | undefined {
  const payload = addChunk(decoder, chunk);
  if (payload === undefined) return undefined;
  const ciphertext2 = bytesOfLength<'MlKem768Ciphertext2'>(
    payload.subarray(0, ML_KEM_768_LENGTHS.ciphertext2),
    ML_KEM_768_LENGTHS.ciphertext2,
  );
  const secret = agreeOnEpochSecret(braid, decapsulateMlKem768(privateKey, ciphertext1, ciphertext2));
  // The MAC is made with the keys that already hold this epoch's secret: it confirms the agreement.
  requireMac(
    ciphertextMac(braid.authenticator, braid.epoch, ciphertext1, ciphertext2),
    payload.subarray(ML_KEM_768_LENGTHS.ciphertext2),
  );
  privateKey.wipe();
  braid.epoch += 1;
  braid.phase = { name: 'NoHeaderReceived', header: startDecoder(PAYLOAD_LENGTHS.header) };
  return secret;
}
