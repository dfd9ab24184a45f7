/**
 * Armour: bytes <-> text that a chat site accepts. The format is docs/armour.md.
 * Content scripts do not import this file: they reach detect.ts alone, which decodes nothing.
 */
export {
  type Assembly,
  type AssemblyOutcome,
  type AssemblyStep,
  addChunk,
  EMPTY_ASSEMBLY,
  expireAssembly,
  type IncompleteMessage,
} from './assembly.ts';
export { type AssemblyRecord, decodeAssembly, encodeAssembly } from './assembly-record.ts';
export { type ArmouredBytes, type Chunk, MESSAGE_ID_BYTES, type MessageId } from './chunk-frame.ts';
export { type ChunkPlan, planChunks, type TextLimit } from './chunk-plan.ts';
export { decodeChunk } from './chunk-text.ts';
export { type AlphabetName, MAX_CHUNKS } from './constants.ts';
export { countText, type TextUnit } from './count-text.ts';
export { type ArmourSpan, findArmour } from './detect.ts';
export { type ArmourOptions, encodeArmour } from './encode-armour.ts';
export type { ArmourFailureCode } from './failure.ts';
