/**
 * Owns the spelling of PreKeySignalMessage: version byte | protobuf, around a whole SignalMessage. It is what an
 * initiator sends until it hears from the other side.
 * Source: the PQXDH specification, section 3.3; field numbers as Signal's library writes them.
 */
import { type Bytes, concatBytes } from '../../bytes/index.ts';
import type { Kyber1024Ciphertext, X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import {
  type IdentityKey,
  parseKemCiphertext,
  parsePublicKey,
  serializeKemCiphertext,
  serializePublicKey,
} from '../keys.ts';
import { MAX_MESSAGE_LENGTH } from '../limits.ts';
import { decodeFields, encodeFields, type FieldTable, requiredBytes, requiredNumber } from './protobuf.ts';
import type { SignalMessageBytes } from './signal-message.ts';
import { MESSAGE_VERSION_BYTE, requireVersion } from './version.ts';

const FIELD = {
  preKeyId: 1,
  baseKey: 2,
  identityKey: 3,
  message: 4,
  registrationId: 5,
  signedPreKeyId: 6,
  kemPreKeyId: 7,
  kemCiphertext: 8,
} as const;
const TABLE: FieldTable = {
  [FIELD.preKeyId]: 'uint32',
  [FIELD.baseKey]: 'bytes',
  [FIELD.identityKey]: 'bytes',
  [FIELD.message]: 'bytes',
  [FIELD.registrationId]: 'uint32',
  [FIELD.signedPreKeyId]: 'uint32',
  [FIELD.kemPreKeyId]: 'uint32',
  [FIELD.kemCiphertext]: 'bytes',
};

/** The whole serialized message. */
export type PreKeySignalMessageBytes = Bytes<'PreKeySignalMessage'>;

/** What a first message says. */
export interface PreKeySignalMessage {
  readonly registrationId: number;
  /** The one-time prekey that was used; undefined where the bundle had none. */
  readonly preKeyId?: number | undefined;
  readonly signedPreKeyId: number;
  readonly kemPreKeyId: number;
  readonly kemCiphertext: Kyber1024Ciphertext;
  readonly baseKey: X25519PublicKey;
  readonly identityKey: IdentityKey;
  readonly message: SignalMessageBytes;
}

/** Serializes. */
export function encodePreKeySignalMessage(message: PreKeySignalMessage): PreKeySignalMessageBytes {
  const fields = encodeFields([
    [FIELD.preKeyId, message.preKeyId],
    [FIELD.baseKey, serializePublicKey(message.baseKey)],
    [FIELD.identityKey, serializePublicKey(message.identityKey)],
    [FIELD.message, message.message],
    [FIELD.registrationId, message.registrationId],
    [FIELD.signedPreKeyId, message.signedPreKeyId],
    [FIELD.kemPreKeyId, message.kemPreKeyId],
    [FIELD.kemCiphertext, serializeKemCiphertext(message.kemCiphertext)],
  ]);
  return concatBytes(Uint8Array.of(MESSAGE_VERSION_BYTE), fields) as PreKeySignalMessageBytes;
}

/**
 * Parses the one canonical spelling; throws InvalidMessage, InvalidKey, LegacyVersion (also for a message without a KEM
 * ciphertext: X3DH) or UnknownVersion. The inner message is not parsed yet.
 */
export function parsePreKeySignalMessage(bytes: Uint8Array): PreKeySignalMessage {
  requireVersion(bytes[0], MESSAGE_VERSION_BYTE);
  if (bytes.length > MAX_MESSAGE_LENGTH) throw refusal('InvalidMessage');
  const values = decodeFields(bytes.subarray(1), TABLE);
  if (!values.has(FIELD.kemPreKeyId) && !values.has(FIELD.kemCiphertext)) throw refusal('LegacyVersion');
  return {
    registrationId: requiredNumber(values, FIELD.registrationId),
    preKeyId: values.get(FIELD.preKeyId) as number | undefined,
    signedPreKeyId: requiredNumber(values, FIELD.signedPreKeyId),
    kemPreKeyId: requiredNumber(values, FIELD.kemPreKeyId),
    kemCiphertext: parseKemCiphertext(requiredBytes(values, FIELD.kemCiphertext)),
    baseKey: parsePublicKey(requiredBytes(values, FIELD.baseKey)),
    identityKey: parsePublicKey(requiredBytes(values, FIELD.identityKey)),
    message: requiredBytes(values, FIELD.message) as SignalMessageBytes,
  };
}
