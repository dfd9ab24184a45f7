/**
 * Owns what both messages about sender keys begin with: the version byte and fields 1 to 3.
 * Does not own what follows them.
 */
import { type Bytes, bytesOfLength } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import { type FieldTable, type FieldValues, requiredBytes, requiredNumber } from './protobuf.ts';

/** Sender keys: version 3, which the post-quantum ratchet left as it was. */
export const SENDER_KEY_VERSION_BYTE = 0x33;

/** Bytes in a distribution id: a UUID. */
export const DISTRIBUTION_ID_LENGTH = 16;
/** Names one group of readers of one sender: 16 bytes, a UUID in binary. */
export type DistributionId = Bytes<'DistributionId'>;

/** Where a message stands: which group, which sender key of it, and which step of that key's chain. */
export interface SenderKeyHeader {
  readonly distributionId: DistributionId;
  /** Unsigned, 32 bits. Honest senders draw 31 random bits. */
  readonly chainId: number;
  /** Unsigned, 32 bits. The first message of a chain has 0. */
  readonly iteration: number;
}

/** Fields 1 to 3 of both messages. */
export const HEADER_FIELDS: FieldTable = { 1: 'bytes', 2: 'uint32', 3: 'uint32' };

/** Names 16 bytes as a distribution id. Throws RangeError on another length. */
export function distributionId(bytes: Uint8Array): DistributionId {
  return bytesOfLength(bytes, DISTRIBUTION_ID_LENGTH);
}

/** `header` as fields to encode. */
export function headerFields(header: SenderKeyHeader): (readonly [field: number, value: number | Uint8Array])[] {
  return [
    [1, header.distributionId],
    [2, header.chainId],
    [3, header.iteration],
  ];
}

/**
 * The header in `values`, apart from the bytes they were read from; throws InvalidMessage where a field is missing or the
 * distribution id has another length.
 */
export function readHeader(values: FieldValues): SenderKeyHeader {
  return {
    distributionId: distributionId(requiredLength(values, 1, DISTRIBUTION_ID_LENGTH)),
    chainId: requiredNumber(values, 2),
    iteration: requiredNumber(values, 3),
  };
}

/** A copy of a field that must be present in `length` bytes; throws InvalidMessage. */
export function requiredLength(values: FieldValues, field: number, length: number): Uint8Array {
  const bytes = requiredBytes(values, field);
  if (bytes.length !== length) throw refusal('InvalidMessage');
  return bytes.slice();
}
