/** Owns making real armour for the tests. */
import { randomBytes } from 'node:crypto';
import { encodeArmour, type MessageId, type TextLimit } from '../../../lib/armour/index.ts';

const ROOMY: TextLimit = { amount: 20_000, unit: 'utf16', slack: 0 };

/** One block of about `letters` letters of base62 with random content: never twice the same. */
export function armourOf(letters: number): string {
  // 43 letters for 32 bytes, and some for the frame and the marks.
  const [block, ...rest] = chunksOf(Math.max(1, Math.floor(((letters - 45) * 32) / 43)), ROOMY);
  if (block === undefined || rest.length > 0) throw new RangeError('not one block');
  return block;
}

/** The blocks of a random message of `bytes` bytes for a site with `limit`. */
export function chunksOf(bytes: number, limit: TextLimit): string[] {
  const messageId = new Uint8Array(randomBytes(8)) as MessageId;
  const outcome = encodeArmour(new Uint8Array(randomBytes(bytes)), { messageId, alphabet: 'base62', limit });
  if (!outcome.ok) throw outcome.failure;
  return outcome.value;
}
