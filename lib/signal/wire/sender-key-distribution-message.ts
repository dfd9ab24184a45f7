/**
 * Owns the bytes of SenderKeyDistributionMessage, by which a sender gives a reader its sender key:
 * version byte 0x33 | protobuf {1 distribution id, 2 chain id, 3 iteration, 4 chain key (32), 5 signing key (33)}.
 * Does not own its protection: it is neither signed nor encrypted, and travels inside a session between two people.
 * Invariant: what is parsed has one spelling; encoding it again gives the same bytes.
 */
import { SecretBytes, wipe } from '../../bytes/index.ts';
import { isPrimeOrderX25519Key, type X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { type ChainKey, PUBLIC_KEY_LENGTH, parsePublicKey, serializePublicKey } from '../keys.ts';
import { decodeFields, encodeFields, type FieldTable } from './protobuf.ts';
import {
  HEADER_FIELDS,
  headerFields,
  readHeader,
  requiredLength,
  SENDER_KEY_VERSION_BYTE,
  type SenderKeyHeader,
} from './sender-key-header.ts';
import { requireVersion } from './version.ts';

const FIELDS: FieldTable = { ...HEADER_FIELDS, 4: 'bytes', 5: 'bytes' };
/** Bytes in a chain key: HMAC-SHA256 output. */
export const CHAIN_KEY_LENGTH = 32;

/** A whole distribution message. It holds the chain key: whoever has it reads every later message of the chain. */
export type SenderKeyDistributionBytes = SecretBytes<'SenderKeyDistributionMessage'>;

/** A sender key as its owner gives it away: `iteration` is the first message that it opens. */
export interface SenderKeyDistributionMessage extends SenderKeyHeader {
  readonly chainKey: ChainKey;
  readonly signingKey: X25519PublicKey;
}

/** The bytes of `message`. Its chain key is copied, not taken over. */
export function encodeSenderKeyDistribution(message: SenderKeyDistributionMessage): SenderKeyDistributionBytes {
  const fields = encodeFields([
    ...headerFields(message),
    [4, message.chainKey.reveal()],
    [5, serializePublicKey(message.signingKey)],
  ]);
  const bytes = new Uint8Array(1 + fields.length);
  bytes[0] = SENDER_KEY_VERSION_BYTE;
  bytes.set(fields, 1);
  wipe(fields);
  return SecretBytes.of(bytes);
}

/**
 * Reads a distribution message from a peer; throws InvalidMessage, UnknownVersion, LegacyVersion, or InvalidKey for a
 * signing key that no honest peer makes. The chain key is a copy.
 */
export function parseSenderKeyDistribution(bytes: Uint8Array): SenderKeyDistributionMessage {
  requireVersion(bytes[0], SENDER_KEY_VERSION_BYTE);
  const values = decodeFields(bytes.subarray(1), FIELDS);
  const header = readHeader(values);
  const chainKey = requiredLength(values, 4, CHAIN_KEY_LENGTH);
  const signingKey = parsePublicKey(requiredLength(values, 5, PUBLIC_KEY_LENGTH));
  if (!isPrimeOrderX25519Key(signingKey)) throw refusal('InvalidKey');
  return { ...header, chainKey: SecretBytes.of(chainKey), signingKey };
}
