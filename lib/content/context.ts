/**
 * Owns the place of a message: {site, conversation, sender}, as a 32-byte hash that stands in every content, so that the
 * site cannot carry a message from one conversation to another that shares the same keys.
 * Does not own what a conversation is called: both sides must hold the same key (agreed with the invite, not read off
 * the page, where each side sees the other's name).
 * Invariant: acceptance rests on all 32 bytes. The marks only tell which part of the place is wrong.
 */
import { type Bytes, ByteWriter, bytesOfLength, equalBytes } from '../bytes/index.ts';
import { refusal } from './failure.ts';
import { HASH_BYTES, type Hash, labelledHash } from './hash.ts';

/** Where a message belongs. */
export interface ContentPlace {
  /** The origin of the site, as browsers serialise it. */
  readonly site: string;
  /** What both sides call this conversation: any string. */
  readonly conversation: string;
  /** The fingerprint of the sender's identity key: any bytes that both sides compute alike. */
  readonly sender: Uint8Array;
}

/** 32 bytes that bind the whole place. */
export type ContextHash = Bytes<'ContextHash'>;
/** 4 bytes: two of the hash of the site, two of the hash of the sender. */
export type ContextMarks = Bytes<'ContextMarks'>;

/** A place as it stands in a content. Made once for each conversation and sender. */
export interface ContentContext {
  readonly hash: ContextHash;
  readonly marks: ContextMarks;
}

const MARK_BYTES = 2;
/** Bytes of both marks: a protobuf fixed32. */
export const MARKS_BYTES = 2 * MARK_BYTES;

/** The context of a place. Every string has its own: nothing is normalised. */
export function bindContext({ site, conversation, sender }: ContentPlace, hash: Hash): ContentContext {
  const place = new ByteWriter().prefixed(utf16(site)).prefixed(utf16(conversation)).prefixed(sender).finish();
  const marks = new Uint8Array(MARKS_BYTES);
  marks.set(labelledHash(hash, 'sotto content site', utf16(site)).subarray(0, MARK_BYTES));
  marks.set(labelledHash(hash, 'sotto content sender', sender).subarray(0, MARK_BYTES), MARK_BYTES);
  return {
    hash: bytesOfLength(labelledHash(hash, 'sotto content context', place), HASH_BYTES),
    marks: bytesOfLength(marks, MARKS_BYTES),
  };
}

/** Refuses a content that was made for another place: WrongSite, WrongSender or WrongConversation. */
export function requireContext(found: ContentContext, expected: ContentContext): void {
  const sameSite = equalBytes(found.marks.subarray(0, MARK_BYTES), expected.marks.subarray(0, MARK_BYTES));
  const sameSender = equalBytes(found.marks.subarray(MARK_BYTES), expected.marks.subarray(MARK_BYTES));
  if (equalBytes(found.hash, expected.hash)) {
    // The marks follow from the place: other marks beside the right hash are no content of ours.
    if (!sameSite || !sameSender) throw refusal('Malformed');
    return;
  }
  if (!sameSite) throw refusal('WrongSite');
  throw refusal(sameSender ? 'WrongConversation' : 'WrongSender');
}

/** UTF-16, most significant byte first. Unlike UTF-8 it tells every string of the language from every other. */
function utf16(value: string): Uint8Array {
  const writer = new ByteWriter(2 * value.length);
  for (let i = 0; i < value.length; i++) writer.uint16(value.charCodeAt(i));
  return writer.finish();
}
