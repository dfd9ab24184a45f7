/**
 * Owns the half of the braid that encapsulates to the peer's key of an epoch: collects the header, answers with the first
 * part of the ciphertext while the vector comes in, then with the second.
 * NoHeaderReceived -> HeaderReceived -> Ct1Sampled -> (EkReceivedCt1Sampled | Ct1Acknowledged) -> Ct2Sampled -> the next
 * epoch, which begins when the peer speaks of it.
 * Source: "The ML-KEM Braid Protocol", section on the states.
 * Invariant: types that a phase does not wait for change nothing; messages come twice, late and out of order.
 */
import { bytesOfLength, concatBytes } from '../../bytes/index.ts';
import {
  type Encapsulation,
  encapsulateFirstPart,
  encapsulateSecondPart,
  isMlKem768KeyOfHeader,
  ML_KEM_768_LENGTHS,
  type MlKem768Ciphertext1,
  type MlKem768Header,
  type RandomSource,
} from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { ciphertextMac, headerMac, requireMac } from './authenticator.ts';
import { agreeOnEpochSecret } from './epoch-secret.ts';
import { addChunk, type Chunk, type ErasureEncoder, nextChunk, startDecoder, startEncoder } from './erasure-code.ts';
import { PAYLOAD_LENGTHS } from './labels.ts';
import type { MessageContent } from './message.ts';
import type { Braid, BraidOutput, EncapsulatorPhase, PhaseOf } from './phases.ts';

/** What the encapsulator says next; with the first chunk of a ciphertext comes the epoch's secret. */
export function sendAsEncapsulator(braid: Braid, phase: EncapsulatorPhase, random: RandomSource): BraidOutput {
  switch (phase.name) {
    case 'HeaderReceived':
      return sampleCiphertext1(braid, phase, random);
    case 'Ct1Sampled':
    case 'EkReceivedCt1Sampled':
      return { content: { type: 'Ct1', chunk: nextChunk(phase.ciphertext1) }, secret: undefined };
    case 'Ct2Sampled':
      return { content: { type: 'Ct2', chunk: nextChunk(phase.ciphertext2) }, secret: undefined };
    case 'NoHeaderReceived':
    case 'Ct1Acknowledged':
      return { content: { type: 'None' }, secret: undefined };
  }
}

/** Takes in what the peer said in this epoch. Throws InvalidMessage for a header or a vector that does not verify. */
export function receiveAsEncapsulator(braid: Braid, phase: EncapsulatorPhase, content: MessageContent): void {
  const { type, chunk } = content;
  const acknowledged = type === 'EkCt1Ack' || type === 'Ct1Ack';
  switch (phase.name) {
    case 'NoHeaderReceived':
      if (type === 'Hdr') receiveHeader(braid, phase, chunk);
      break;
    case 'Ct1Sampled':
    case 'Ct1Acknowledged':
      if (type === 'Ek' || type === 'EkCt1Ack') receiveVector(braid, phase, chunk, acknowledged);
      break;
    case 'EkReceivedCt1Sampled':
      if (acknowledged) braid.phase = { name: 'Ct2Sampled', ciphertext2: phase.ciphertext2 };
      break;
  }
}

function receiveHeader(braid: Braid, phase: PhaseOf<'NoHeaderReceived'>, chunk: Chunk): void {
  const payload = addChunk(phase.header, chunk);
  if (payload === undefined) return;
  const header: MlKem768Header = bytesOfLength(payload.slice(0, ML_KEM_768_LENGTHS.header), ML_KEM_768_LENGTHS.header);
  requireMac(headerMac(braid.authenticator, braid.epoch, header), payload.subarray(ML_KEM_768_LENGTHS.header));
  braid.phase = { name: 'HeaderReceived', header };
}

function sampleCiphertext1(braid: Braid, { header }: PhaseOf<'HeaderReceived'>, random: RandomSource): BraidOutput {
  const first = encapsulateFirstPart(header, random(ML_KEM_768_LENGTHS.random));
  const ciphertext1 = startEncoder(first.ciphertext1);
  const vector = startDecoder(PAYLOAD_LENGTHS.vector);
  braid.phase = { name: 'Ct1Sampled', header, encapsulation: first.encapsulation, ciphertext1, vector };
  const secret = agreeOnEpochSecret(braid, first.sharedSecret);
  return { content: { type: 'Ct1', chunk: nextChunk(ciphertext1) }, secret };
}

function receiveVector(
  braid: Braid,
  phase: PhaseOf<'Ct1Sampled' | 'Ct1Acknowledged'>,
  chunk: Chunk,
  acknowledged: boolean,
): void {
  const { header, encapsulation } = phase;
  const payload = addChunk(phase.vector, chunk);
  const ciphertext1 = wholeCiphertext1(phase);
  if (payload !== undefined) {
    const ciphertext2 = makeCiphertext2(braid, header, payload, encapsulation, ciphertext1);
    braid.phase =
      acknowledged || phase.name === 'Ct1Acknowledged'
        ? { name: 'Ct2Sampled', ciphertext2 }
        : { name: 'EkReceivedCt1Sampled', ciphertext1: phase.ciphertext1, ciphertext2 };
  } else if (acknowledged) {
    braid.phase = { name: 'Ct1Acknowledged', header, encapsulation, ciphertext1, vector: phase.vector };
  }
}

function wholeCiphertext1(phase: PhaseOf<'Ct1Sampled' | 'Ct1Acknowledged'>): MlKem768Ciphertext1 {
  if (phase.name === 'Ct1Acknowledged') return phase.ciphertext1;
  return bytesOfLength(phase.ciphertext1.payload, ML_KEM_768_LENGTHS.ciphertext1);
}

/** The second part and its MAC, ready to be sent. The encapsulation is wiped: it has done its work. */
function makeCiphertext2(
  braid: Braid,
  header: MlKem768Header,
  payload: Uint8Array,
  encapsulation: Encapsulation,
  ciphertext1: MlKem768Ciphertext1,
): ErasureEncoder {
  const vector = bytesOfLength<'MlKem768Vector'>(payload, ML_KEM_768_LENGTHS.vector);
  if (!isMlKem768KeyOfHeader(header, vector)) throw refusal('InvalidMessage');
  const ciphertext2 = encapsulateSecondPart(header, vector, encapsulation);
  if (ciphertext2 === undefined) throw refusal('InvalidMessage');
  encapsulation.wipe();
  const mac = ciphertextMac(braid.authenticator, braid.epoch, ciphertext1, ciphertext2);
  return startEncoder(concatBytes(ciphertext2, mac));
}
