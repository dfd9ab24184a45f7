/**
 * Owns the stored form of an assembly: docs/armour.md, "The stored assembly".
 * Invariants: strict, so that one byte string stands for one state and nothing is read that `addChunk` can't have made.
 */
import { ByteReader, type Bytes, ByteWriter, decodeUtf8, encodeHex, encodeUtf8 } from '../bytes/index.ts';
import { attempt, type Outcome } from '../failure/index.ts';
import {
  type Assembly,
  heldBytes,
  type IncompleteMessage,
  isSender,
  MAX_ASSEMBLY_BYTES,
  MAX_SENDER_LENGTH,
  MAX_SETS,
  progress,
} from './assembly.ts';
import { type ArmouredBytes, MESSAGE_ID_BYTES, type MessageId } from './chunk-frame.ts';
import { MAX_CHUNK_PAYLOAD, MAX_CHUNKS } from './constants.ts';
import { type ArmourFailureCode, refusal } from './failure.ts';

const VERSION = 1;

/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const MAX_SENDER_BYTES = 3 * MAX_SENDER_LENGTH;

/** An assembly in bytes, at most about 2.2 MB. */
export type AssemblyRecord = Bytes<'AssemblyRecord'>;

/** The bytes of a state that `addChunk` or `decodeAssembly` made. */
export function encodeAssembly(assembly: Assembly): AssemblyRecord {
  const writer = new ByteWriter();
  writer.uint8(VERSION).list(assembly.incomplete, ({ sender, messageId, firstSeenMs, slices }) => {
    writer.prefixed(encodeUtf8(sender)).raw(messageId).uint53(firstSeenMs);
    writer.list(slices, (slice) => writer.optional(slice, (bytes) => writer.prefixed(bytes)));
  });
  return writer.finish() as AssemblyRecord;
}

/** The state of a record. Refuses with InvalidState. */
export function decodeAssembly(record: Uint8Array): Outcome<Assembly, ArmourFailureCode> {
  return attempt(() => {
    const reader = new ByteReader(record, invalid);
    if (reader.uint8() !== VERSION) throw invalid();
    const incomplete = reader.list(MAX_SETS, () => readSet(reader));
    reader.end();
    const keys = new Set(incomplete.map(({ sender, messageId }) => encodeHex(messageId) + sender));
    if (keys.size !== incomplete.length || heldBytes(incomplete) > MAX_ASSEMBLY_BYTES) throw invalid();
    return { incomplete };
  });
}

function readSet(reader: ByteReader): IncompleteMessage {
  const sender = decodeUtf8(reader.takePrefixed(MAX_SENDER_BYTES));
  if (sender === undefined || !isSender(sender)) throw invalid();
  const messageId = reader.take(MESSAGE_ID_BYTES) as MessageId;
  const firstSeenMs = reader.uint53();
  const slices = reader.list(MAX_CHUNKS, () => reader.optional(() => readSlice(reader)));
  const { have, of } = progress(slices);
  if (have === 0 || have === of) throw invalid();
  return { sender, messageId, firstSeenMs, slices };
}

function readSlice(reader: ByteReader): ArmouredBytes {
  const slice = reader.takePrefixed(MAX_CHUNK_PAYLOAD);
  if (slice.length === 0) throw invalid();
  return slice as ArmouredBytes;
}

function invalid() {
  return refusal('InvalidState');
}
