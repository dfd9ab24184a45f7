/**
 * Owns the spelling of SignalMessage: version byte | protobuf | 8 bytes of MAC.
 * Does not own its keys: whoever has them hands them in.
 * Source: the Double Ratchet specification, section 3; field numbers as Signal's library writes them.
 */
import { type Bytes, concatBytes, equalBytes } from '../../bytes/index.ts';
import { hmacSha256, type X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { parsePublicKey, type SerializedPublicKey, serializePublicKey } from '../keys.ts';
import { MAX_MESSAGE_LENGTH } from '../limits.ts';
import { decodeFields, encodeFields, type FieldTable, requiredBytes, requiredNumber } from './protobuf.ts';
import { MESSAGE_VERSION_BYTE, requireVersion } from './version.ts';

const FIELD = { ratchetKey: 1, counter: 2, previousCounter: 3, ciphertext: 4, pqRatchet: 5, addresses: 6 } as const;
const TABLE: FieldTable = {
  [FIELD.ratchetKey]: 'bytes',
  [FIELD.counter]: 'uint32',
  [FIELD.previousCounter]: 'uint32',
  [FIELD.ciphertext]: 'bytes',
  [FIELD.pqRatchet]: 'bytes',
  [FIELD.addresses]: 'bytes',
};
/** HMAC-SHA256, cut to its first 8 bytes. */
const MAC_LENGTH = 8;
/** Two service addresses of 18 bytes: kind, UUID, device. */
const ADDRESSES_LENGTH = 36;

/** The whole serialized message. */
export type SignalMessageBytes = Bytes<'SignalMessage'>;

/** What a message says before its ciphertext is opened. */
export interface SignalMessageHeader {
  readonly ratchetKey: X25519PublicKey;
  readonly counter: number;
  /** Messages in the sender's chain before this one, less one. Informational. */
  readonly previousCounter: number;
  readonly ciphertext: Uint8Array;
  /** The message of the post-quantum ratchet; empty where there is none. */
  readonly pqRatchet: Uint8Array;
  /** 36 bytes: who sends to whom, as service addresses. Only ever inside a PreKeySignalMessage. */
  readonly addresses?: Uint8Array | undefined;
}

/** A parsed message with the bytes that its MAC covers. */
export interface SignalMessage extends SignalMessageHeader {
  readonly authenticated: Uint8Array;
  readonly mac: Uint8Array;
}

/** The 32-byte key of the MAC and the two parties it binds. */
export interface MacInput {
  readonly macKey: Uint8Array;
  readonly senderIdentity: SerializedPublicKey;
  readonly receiverIdentity: SerializedPublicKey;
}

/** Serializes and authenticates. */
export function encodeSignalMessage(header: SignalMessageHeader, mac: MacInput): SignalMessageBytes {
  const authenticated = serializeAuthenticated(header);
  return concatBytes(authenticated, computeMac(authenticated, mac)) as SignalMessageBytes;
}

/** What the MAC covers and stands in front of it: version byte | protobuf. Throws RangeError for other addresses than 36 bytes. */
export function serializeAuthenticated(header: SignalMessageHeader): Uint8Array {
  if (header.addresses && header.addresses.length !== ADDRESSES_LENGTH) throw new RangeError('addresses are 36 bytes');
  const fields = encodeFields([
    [FIELD.ratchetKey, serializePublicKey(header.ratchetKey)],
    [FIELD.counter, header.counter],
    [FIELD.previousCounter, header.previousCounter],
    [FIELD.ciphertext, header.ciphertext],
    [FIELD.pqRatchet, header.pqRatchet.length === 0 ? undefined : header.pqRatchet],
    [FIELD.addresses, header.addresses],
  ]);
  return concatBytes(Uint8Array.of(MESSAGE_VERSION_BYTE), fields);
}

/** Parses the one canonical spelling; throws InvalidMessage, InvalidKey, LegacyVersion or UnknownVersion. */
export function parseSignalMessage(bytes: Uint8Array): SignalMessage {
  requireVersion(bytes[0], MESSAGE_VERSION_BYTE);
  if (bytes.length <= MAC_LENGTH || bytes.length > MAX_MESSAGE_LENGTH) throw refusal('InvalidMessage');
  const authenticated = bytes.subarray(0, bytes.length - MAC_LENGTH);
  const values = decodeFields(authenticated.subarray(1), TABLE);
  const pqRatchet = values.get(FIELD.pqRatchet) as Uint8Array | undefined;
  const addresses = values.get(FIELD.addresses) as Uint8Array | undefined;
  // An empty field would be a second spelling of a missing one.
  if (pqRatchet?.length === 0) throw refusal('InvalidMessage');
  if (addresses !== undefined && addresses.length !== ADDRESSES_LENGTH) throw refusal('InvalidMessage');
  return {
    ratchetKey: parsePublicKey(requiredBytes(values, FIELD.ratchetKey)),
    counter: requiredNumber(values, FIELD.counter),
    previousCounter: requiredNumber(values, FIELD.previousCounter),
    ciphertext: requiredBytes(values, FIELD.ciphertext),
    pqRatchet: pqRatchet ?? new Uint8Array(0),
    addresses,
    authenticated,
    mac: bytes.subarray(bytes.length - MAC_LENGTH),
  };
}

/** Whether the MAC of `message` is right, compared in constant time. */
export function verifySignalMessage(message: SignalMessage, mac: MacInput): boolean {
  return equalBytes(computeMac(message.authenticated, mac), message.mac);
}

function computeMac(authenticated: Uint8Array, mac: MacInput): Uint8Array {
  const input = concatBytes(mac.senderIdentity, mac.receiverIdentity, authenticated);
  return hmacSha256(mac.macKey, input).subarray(0, MAC_LENGTH);
}
