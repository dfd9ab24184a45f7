/**
 * Owns the bytes of a braid's phase: a code, then the phase's fields. Lengths are fixed, but for the chunks that have
 * come in.
 * Not a wire format: only this side reads what it wrote.
 * Invariant: `FIELDS` is the format. The order of its phases is their codes, the order of a phase's fields theirs.
 */
import { type ByteReader, type Bytes, type ByteWriter, SecretBytes } from '../../bytes/index.ts';
import { ML_KEM_768_LENGTHS } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { chunkIndices, ENTRY_LENGTH, type ErasureDecoder, type ErasureEncoder, startDecoder } from './erasure-code.ts';
import { PAYLOAD_LENGTHS } from './labels.ts';
import type { Phase, PhaseName, PhaseOf } from './phases.ts';

/** How a field of one type is written and read. */
interface FieldCodec<Value> {
  write(writer: ByteWriter, value: Value): void;
  read(reader: ByteReader): Value;
}

type FieldTable = {
  readonly [Name in PhaseName]: {
    readonly [Field in Exclude<keyof PhaseOf<Name>, 'name'>]: FieldCodec<PhaseOf<Name>[Field]>;
  };
};

const FIELDS: FieldTable = {
  KeysUnsampled: {},
  KeysSampled: { header: encoder('header'), vector: bytes('vector'), privateKey: secret('privateKey') },
  HeaderSent: { vector: encoder('vector'), privateKey: secret('privateKey'), ciphertext1: decoder('ciphertext1') },
  Ct1Received: { vector: encoder('vector'), privateKey: secret('privateKey'), ciphertext1: bytes('ciphertext1') },
  EkSentCt1Received: {
    privateKey: secret('privateKey'),
    ciphertext1: bytes('ciphertext1'),
    ciphertext2: decoder('ciphertext2'),
  },
  NoHeaderReceived: { header: decoder('header') },
  HeaderReceived: { header: bytes('header') },
  Ct1Sampled: {
    header: bytes('header'),
    encapsulation: secret('random'),
    ciphertext1: encoder('ciphertext1'),
    vector: decoder('vector'),
  },
  EkReceivedCt1Sampled: { ciphertext1: encoder('ciphertext1'), ciphertext2: encoder('ciphertext2') },
  Ct1Acknowledged: {
    header: bytes('header'),
    encapsulation: secret('random'),
    ciphertext1: bytes('ciphertext1'),
    vector: decoder('vector'),
  },
  Ct2Sampled: { ciphertext2: encoder('ciphertext2') },
};

/** The table as lists; its types have been checked above and are not known to the loops below. */
const PHASES = Object.entries(FIELDS).map(([name, fields]) => ({
  name,
  fields: Object.entries(fields) as [field: string, codec: FieldCodec<unknown>][],
}));

/** Writes the phase: 1 byte to about 4.6 KB. */
export function encodePhase(writer: ByteWriter, phase: Phase): void {
  const code = PHASES.findIndex(({ name }) => name === phase.name);
  writer.uint8(code);
  const values = phase as unknown as Readonly<Record<string, unknown>>;
  for (const [field, codec] of PHASES[code]!.fields) codec.write(writer, values[field]);
}

/** Reads what {@link encodePhase} wrote; throws InvalidState for an unknown code or impossible chunks. */
export function decodePhase(reader: ByteReader): Phase {
  const found = PHASES[reader.uint8()];
  if (found === undefined) throw refusal('InvalidState');
  const values: Record<string, unknown> = { name: found.name };
  for (const [field, codec] of found.fields) values[field] = codec.read(reader);
  return values as unknown as Phase;
}

function bytes<Name extends string>(field: keyof typeof ML_KEM_768_LENGTHS): FieldCodec<Bytes<Name>> {
  return {
    write: (writer, value) => void writer.raw(value),
    read: (reader) => reader.take(ML_KEM_768_LENGTHS[field]) as Bytes<Name>,
  };
}

function secret<Name extends string>(field: keyof typeof ML_KEM_768_LENGTHS): FieldCodec<SecretBytes<Name>> {
  return {
    write: (writer, value) => void writer.raw(value.reveal()),
    read: (reader) => SecretBytes.of<Name>(reader.take(ML_KEM_768_LENGTHS[field])),
  };
}

/** The next chunk's number in 2 bytes, then the payload. */
function encoder(field: keyof typeof PAYLOAD_LENGTHS): FieldCodec<ErasureEncoder> {
  return {
    write: (writer, { next, payload }) => void writer.uint16(next).raw(payload),
    read: (reader) => ({ next: reader.uint16(), payload: reader.take(PAYLOAD_LENGTHS[field]) }),
  };
}

/** A count in 1 byte, then the chunks that have come, each with its number. */
function decoder(field: keyof typeof PAYLOAD_LENGTHS): FieldCodec<ErasureDecoder> {
  return {
    write: (writer, { entries }) => void writer.uint8(entries.length / ENTRY_LENGTH).raw(entries),
    read: (reader) => {
      const { needed } = startDecoder(PAYLOAD_LENGTHS[field]);
      const count = reader.uint8();
      // A complete payload is taken out at once, and a chunk that came twice is not kept.
      if (count >= needed) throw refusal('InvalidState');
      const value: ErasureDecoder = { needed, entries: reader.take(count * ENTRY_LENGTH) };
      if (new Set(chunkIndices(value)).size !== count) throw refusal('InvalidState');
      return value;
    },
  };
}
