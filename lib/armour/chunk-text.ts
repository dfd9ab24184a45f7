/**
 * Owns the text of a chunk: sentinel, body, end mark. docs/armour.md, "The text of a chunk".
 * Does not own finding it in a page: that is detect.ts.
 */
import { attempt, type Outcome } from '../failure/index.ts';
import { ALPHABETS, type Alphabet } from './alphabet.ts';
import { type Chunk, decodeFrame, encodeFrame } from './chunk-frame.ts';
import { MAX_BODY_LETTERS } from './constants.ts';
import { stripIgnorable } from './detect-ignorable.ts';
import { type ArmourFailureCode, refusal } from './failure.ts';

/** One line and one token, without blanks. Throws RangeError for a chunk that can't be. */
export function encodeChunk(chunk: Chunk, alphabet: Alphabet): string {
  return alphabet.sentinel + alphabet.encode(encodeFrame(chunk)) + alphabet.end;
}

/**
 * The chunk that `text`, a span of `findArmour`, holds; ignorable characters may stand anywhere in it. Refuses with
 * NotArmour, Truncated, Altered, UnknownVersion or Malformed, and never throws on any text.
 */
export function decodeChunk(text: string): Outcome<Chunk, ArmourFailureCode> {
  return attempt(() => decodeFrame(decodeBody(stripIgnorable(text))));
}

function decodeBody(text: string): Uint8Array {
  const alphabet = Object.values(ALPHABETS).find(({ sentinel }) => text.startsWith(sentinel));
  if (alphabet === undefined) throw refusal('NotArmour');
  const start = alphabet.sentinel.length;
  const end = text.indexOf(alphabet.end, start);
  if (end < 0) throw refusal('Truncated');
  if (end - start > MAX_BODY_LETTERS) throw refusal('Malformed');
  // A span of findArmour closes with its first end mark.
  if (end + alphabet.end.length < text.length) throw refusal('Altered');
  const bytes = alphabet.decode(text.slice(start, end));
  if (bytes === undefined) throw refusal('Altered');
  return bytes;
}
