/** Owns making the plaintext of one message: content, envelope, padding. Does not own encrypting or sending it. */
import { attempt, type Outcome } from '../failure/index.ts';
import type { Content } from './content.ts';
import type { ContentContext } from './context.ts';
import { encodeEnvelope } from './envelope.ts';
import type { ContentFailureCode } from './failure.ts';
import { type ContentId, contentId, type Hash } from './hash.ts';
import { encodeContent, neededVersion } from './kinds.ts';
import { padContent } from './padding.ts';
import { advanceSentChain, type SentChain } from './sent-chain.ts';

/** A content ready to be encrypted. */
export interface SealedContent {
  /** One of the padded sizes (`PADDED_SIZES`). Secret: the caller encrypts it and wipes it. */
  readonly plaintext: Uint8Array;
  /** What the other side will call this message. */
  readonly id: ContentId;
  /** The chain after it: to be stored in the same transaction as the ciphertext. */
  readonly chain: SentChain;
}

/**
 * The plaintext of `content` as the next of `chain` in the place of `context`. Fails with TextTooLong or
 * TextNotWellFormed, and nothing is used up; throws RangeError for any other part outside its bounds (`limits.ts`).
 */
export function sealContent(
  content: Content,
  context: ContentContext,
  chain: SentChain,
  hash: Hash,
): Outcome<SealedContent, ContentFailureCode> {
  return attempt(() => {
    const encoded = encodeEnvelope({ version: neededVersion(content), context, link: chain }, encodeContent(content));
    const id = contentId(hash, encoded);
    return { plaintext: padContent(encoded), id, chain: advanceSentChain(chain, id) };
  });
}
