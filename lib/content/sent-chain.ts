/**
 * Owns the sender's end of a chain: which number the next content of one conversation gets, and the tag it follows.
 * A plain value: the caller stores it in the transaction that stores the ciphertext, or a number is used twice.
 *
 * Generation: a device that lost this state, or got back an old copy of it, must not go on from it. It begins anew with
 * a generation above every one that it used before (0 at first), and the receiver keeps the two apart.
 */
import { ByteReader, ByteWriter, bytesOfLength, isAllZero } from '../bytes/index.ts';
import { attempt, type Outcome } from '../failure/index.ts';
import type { ChainLink } from './envelope.ts';
import { type ContentFailureCode, refusal } from './failure.ts';
import { type ContentId, chainTag, NO_CONTENT, TAG_BYTES } from './hash.ts';
import { MAX_GENERATION, MAX_SEQUENCE } from './link-bounds.ts';

/** The link that the next content will carry. */
export type SentChain = ChainLink;

/** Of the stored form: another number is another layout. */
const FORMAT = 1;

/** A chain that nothing was sent on. `generation`: 0 to 2^32 - 1; throws RangeError outside. */
export function beginSentChain(generation = 0): SentChain {
  if (!Number.isInteger(generation) || generation < 0 || generation > MAX_GENERATION) {
    throw new RangeError('generation out of range');
  }
  return { generation, sequence: 0, previous: NO_CONTENT };
}

/** The chain after the content `id` was sent on it. Throws RangeError after 2^32 - 1 contents. */
export function advanceSentChain({ generation, sequence }: SentChain, id: ContentId): SentChain {
  if (sequence === MAX_SEQUENCE) throw new RangeError('chain is at its end');
  return { generation, sequence: sequence + 1, previous: chainTag(id) };
}

/** 25 bytes: format 1, generation 4, sequence 4, previous tag 16. */
export function encodeSentChain({ generation, sequence, previous }: SentChain): Uint8Array {
  return new ByteWriter(25).uint8(FORMAT).uint32(generation).uint32(sequence).raw(previous).finish();
}

/** The chain of its stored form, or InvalidState. */
export function decodeSentChain(bytes: Uint8Array): Outcome<SentChain, ContentFailureCode> {
  return attempt(() => {
    const reader = new ByteReader(bytes, () => refusal('InvalidState'));
    if (reader.uint8() !== FORMAT) throw refusal('InvalidState');
    const generation = reader.uint32();
    const sequence = reader.uint32();
    const previous = bytesOfLength<'ChainTag'>(reader.take(TAG_BYTES), TAG_BYTES);
    reader.end();
    if (sequence > MAX_SEQUENCE || (sequence === 0) !== isAllZero(previous)) throw refusal('InvalidState');
    return { generation, sequence, previous };
  });
}
