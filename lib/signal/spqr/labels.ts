/**
 * Owns the constants of SPQR version 1: key derivation labels and lengths. The limits stand with the other ratchet's.
 * Source: "The ML-KEM Braid Protocol" for what is derived from what; the spelling of the labels and the sizes are those
 * of Signal's library on the wire (docs/protocol.md).
 */
import { encodeUtf8 } from '../../bytes/index.ts';
import { ML_KEM_768_LENGTHS } from '../../crypto/index.ts';

/** The only version there is, and therefore also the lowest that is accepted. */
export const VERSION = 1;

/** The two spaces before "Start" are on purpose: so it stands in the protocol. */
export const CHAIN_START = encodeUtf8('Signal PQ Ratchet V1 Chain  Start');
export const CHAIN_ADD_EPOCH = encodeUtf8('Signal PQ Ratchet V1 Chain Add Epoch');
export const CHAIN_NEXT = encodeUtf8('Signal PQ Ratchet V1 Chain Next');
export const AUTHENTICATOR_UPDATE = encodeUtf8('Signal_PQCKA_V1_MLKEM768:Authenticator Update');
export const HEADER_MAC = encodeUtf8('Signal_PQCKA_V1_MLKEM768:ekheader');
export const CIPHERTEXT_MAC = encodeUtf8('Signal_PQCKA_V1_MLKEM768:ciphertext');
export const EPOCH_SECRET = encodeUtf8('Signal_PQCKA_V1_MLKEM768:SCKA Key');

/** Bytes of every key of the ratchet, and of a whole HMAC-SHA256. */
export const KEY_LENGTH = 32;
export const MAC_LENGTH = 32;

/** Bytes of what is sent in chunks: the header with its MAC, the vector, and the two parts of the ciphertext. */
export const PAYLOAD_LENGTHS = {
  header: ML_KEM_768_LENGTHS.header + MAC_LENGTH,
  vector: ML_KEM_768_LENGTHS.vector,
  ciphertext1: ML_KEM_768_LENGTHS.ciphertext1,
  ciphertext2: ML_KEM_768_LENGTHS.ciphertext2 + MAC_LENGTH,
} as const;
