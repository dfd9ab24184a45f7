/**
 * Owns the bytes of SenderKeyMessage, a message to a group:
 * version byte 0x33 | protobuf {1 distribution id, 2 chain id, 3 iteration, 4 ciphertext} | signature (64 bytes).
 * Does not own signing or decrypting: see ../sender-key/group-cipher.ts.
 * Invariant: what is parsed has one spelling; encoding it again gives the same bytes.
 */
import { type Bytes, concatBytes } from '../../bytes/index.ts';
import { XEDDSA_SIGNATURE_LENGTH, type XEdDsaSignature } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { decodeFields, encodeFields, type FieldTable, requiredBytes } from './protobuf.ts';
import {
  HEADER_FIELDS,
  headerFields,
  readHeader,
  SENDER_KEY_VERSION_BYTE,
  type SenderKeyHeader,
} from './sender-key-header.ts';
import { requireVersion } from './version.ts';

const FIELDS: FieldTable = { ...HEADER_FIELDS, 4: 'bytes' };
/** AES-CBC with PKCS#7 gives whole blocks, at least one. */
const BLOCK_LENGTH = 16;

/** A whole group message, signed and ready to send. */
export type SenderKeyMessageBytes = Bytes<'SenderKeyMessage'>;

/** What the sender signs. */
export interface SenderKeyMessageContent extends SenderKeyHeader {
  /** AES-256-CBC: a positive multiple of 16 bytes. */
  readonly ciphertext: Uint8Array;
}

/** A parsed message whose signature nobody has checked yet. */
export interface SenderKeyMessage extends SenderKeyMessageContent {
  /** The bytes that the signature is over: all before it. */
  readonly signedPart: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** The bytes to sign: the version byte and the fields. */
export function encodeSignedPart(content: SenderKeyMessageContent): Uint8Array {
  const fields = encodeFields([...headerFields(content), [4, content.ciphertext]]);
  return concatBytes(Uint8Array.of(SENDER_KEY_VERSION_BYTE), fields);
}

/** The whole message. */
export function encodeSenderKeyMessage(signedPart: Uint8Array, signature: XEdDsaSignature): SenderKeyMessageBytes {
  return concatBytes(signedPart, signature) as SenderKeyMessageBytes;
}

/** Reads a message from a stranger; throws InvalidMessage, UnknownVersion or LegacyVersion. */
export function parseSenderKeyMessage(bytes: Uint8Array): SenderKeyMessage {
  requireVersion(bytes[0], SENDER_KEY_VERSION_BYTE);
  // The version byte must not be one of the signature's.
  if (bytes.length <= XEDDSA_SIGNATURE_LENGTH) throw refusal('InvalidMessage');
  const end = bytes.length - XEDDSA_SIGNATURE_LENGTH;
  const values = decodeFields(bytes.subarray(1, end), FIELDS);
  const ciphertext = requiredBytes(values, 4).slice();
  if (ciphertext.length === 0 || ciphertext.length % BLOCK_LENGTH !== 0) throw refusal('InvalidMessage');
  return { ...readHeader(values), ciphertext, signedPart: bytes.slice(0, end), signature: bytes.slice(end) };
}
