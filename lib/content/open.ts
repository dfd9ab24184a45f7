/**
 * Owns reading the plaintext of one message: padding, envelope, place, content, chain, in this order.
 * Does not own decrypting it: what comes here is authentic, but from a peer that may run anything, and by way of a site
 * that drops, repeats, re-orders and moves messages.
 */
import { attempt, type Outcome } from '../failure/index.ts';
import type { ReceivedContent } from './content.ts';
import { type ContentContext, requireContext } from './context.ts';
import { type ChainLink, decodeEnvelope } from './envelope.ts';
import type { ContentFailureCode } from './failure.ts';
import { type ContentId, chainTag, contentId, type Hash } from './hash.ts';
import { decodeContent } from './kinds.ts';
import { unpadContent } from './padding.ts';
import { type ReceivedChain, receiveLink } from './received-chain.ts';

/** A content and its name and place in the conversation. */
export interface ReadContent {
  readonly content: ReceivedContent;
  readonly id: ContentId;
  readonly generation: number;
  /** Its place among the contents of its sender: order by this, not by arrival. */
  readonly sequence: number;
}

/** A content that was taken in. */
export interface OpenedContent extends ReadContent {
  /** How many contents of this sender directly before it have not come. */
  readonly gap: number;
  /** The chain with it: to be stored in the same transaction as the content. */
  readonly chain: ReceivedChain;
}

/**
 * Reads `plaintext` and takes it in as a part of `chain`. A content of a newer version is `unknown`, and keeps its place.
 * Fails with BadPadding, Malformed, WrongSite, WrongConversation, WrongSender, Repeated, TooOld or ChainBroken; `chain`
 * is good as it was.
 */
export function openContent(
  plaintext: Uint8Array,
  context: ContentContext,
  chain: ReceivedChain,
  hash: Hash,
): Outcome<OpenedContent, ContentFailureCode> {
  return attempt(() => {
    const { link, ...read } = readPlaintext(plaintext, context, hash);
    return { ...read, ...receiveLink(chain, link, chainTag(read.id)) };
  });
}

/**
 * Reads a plaintext that was opened before, from the history: after an update, a content that was `unknown` may be
 * readable. The chain is not asked. Fails as `openContent` does.
 */
export function reopenContent(
  plaintext: Uint8Array,
  context: ContentContext,
  hash: Hash,
): Outcome<ReadContent, ContentFailureCode> {
  return attempt(() => {
    const { link: _, ...read } = readPlaintext(plaintext, context, hash);
    return read;
  });
}

function readPlaintext(plaintext: Uint8Array, context: ContentContext, hash: Hash): ReadContent & { link: ChainLink } {
  const encoded = unpadContent(plaintext);
  const { envelope, body } = decodeEnvelope(encoded);
  requireContext(envelope.context, context);
  const { link, version } = envelope;
  return {
    content: decodeContent(body, version),
    id: contentId(hash, encoded),
    generation: link.generation,
    sequence: link.sequence,
    link,
  };
}
