/** Owns the way from a message's bytes to the chunks of text that a site accepts. */
import type { Outcome } from '../failure/index.ts';
import { ALPHABETS } from './alphabet.ts';
import type { ArmouredBytes, MessageId } from './chunk-frame.ts';
import { type ChunkPlan, chunkBudget, planChunks, planSurely, type TextLimit } from './chunk-plan.ts';
import { encodeChunk } from './chunk-text.ts';
import type { AlphabetName } from './constants.ts';
import { countText } from './count-text.ts';
import type { ArmourFailureCode } from './failure.ts';

/** How a message is written. `messageId`: 8 random bytes, used for this message and no other. */
export interface ArmourOptions {
  readonly messageId: MessageId;
  readonly alphabet: AlphabetName;
  readonly limit: TextLimit;
}

/**
 * The chunks of `bytes` (0 bytes to 64 chunks full), in order, each within the limit less its slack. The same input gives
 * the same chunks; a message whose limit changes needs another message id. Refuses with TooLong. Throws RangeError for
 * a message id that is not 8 bytes, or a limit that is no count.
 */
export function encodeArmour(bytes: Uint8Array, options: ArmourOptions): Outcome<string[], ArmourFailureCode> {
  const { alphabet, limit } = options;
  const plan = planChunks(bytes.length, alphabet, limit);
  if (!plan.ok) return plan;
  const chunks = writeChunks(bytes, plan.value, options);
  const budget = chunkBudget(limit);
  if (chunks.every((chunk) => countText(chunk, limit.unit) <= budget)) return { ok: true, value: chunks };
  const sure = planSurely(bytes.length, alphabet, limit);
  return sure.ok ? { ok: true, value: writeChunks(bytes, sure.value, options) } : sure;
}

function writeChunks(bytes: Uint8Array, { slice, count }: ChunkPlan, options: ArmourOptions): string[] {
  return Array.from({ length: count }, (_, index) => {
    const payload = bytes.subarray(index * slice, (index + 1) * slice) as ArmouredBytes;
    return encodeChunk({ messageId: options.messageId, index, count, payload }, ALPHABETS[options.alphabet]);
  });
}
