/**
 * Owns how this room hashes: every use has a label of its own, so that a hash made for one is never good for another.
 * Does not own the hash function: it is SHA-256, handed in by the caller, because this room may not import `crypto`.
 */
import { type Bytes, bytesOfLength, concatBytes, encodeUtf8 } from '../bytes/index.ts';

/** SHA-256: any bytes to 32 bytes. */
export type Hash = (data: Uint8Array) => Uint8Array;

/** The name of one message: 32 bytes, the hash of its content. Replies, reactions, edits and receipts point with it. */
export type ContentId = Bytes<'ContentId'>;

/** Bytes of every hash here. */
export const HASH_BYTES = 32;

/** How a content names the one before it: the first 16 bytes of its id. */
export type ChainTag = Bytes<'ChainTag'>;

/**
 * Half a hash: 2^128 work to find a second content for a tag, which the site cannot even begin, since it can make none
 * that decrypts; and 16 bytes more of text in the shortest message.
 */
export const TAG_BYTES = 16;

/** What stands for the content before the first one. No content has this tag, but for one chance in 2^128. */
export const NO_CONTENT = bytesOfLength<'ChainTag'>(new Uint8Array(TAG_BYTES), TAG_BYTES);

/** Hash(label, 0x00, data). No label holds a zero byte, so no two of them collide. Throws RangeError if not 32 bytes. */
export function labelledHash(hash: Hash, label: string, data: Uint8Array): Bytes<'LabelledHash'> {
  return bytesOfLength(hash(concatBytes(encodeUtf8(label), new Uint8Array(1), data)), HASH_BYTES);
}

/** The name of the content that `encoded` (without padding) spells. */
export function contentId(hash: Hash, encoded: Uint8Array): ContentId {
  return bytesOfLength(labelledHash(hash, 'sotto content id', encoded), HASH_BYTES);
}

/** How the content after `id` names it. */
export function chainTag(id: ContentId): ChainTag {
  return bytesOfLength(id.slice(0, TAG_BYTES), TAG_BYTES);
}
