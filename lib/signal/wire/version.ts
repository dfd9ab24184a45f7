/** Owns the first byte of every message: (message version << 4) | newest version that the sender speaks. */
import { refusal } from '../failure.ts';

/** Messages between two parties: version 4, with the post-quantum ratchet. */
export const MESSAGE_VERSION_BYTE = 0x44;

/** Throws LegacyVersion or UnknownVersion unless `byte` is `expected`; InvalidMessage where there is no byte at all. */
export function requireVersion(byte: number | undefined, expected: number): void {
  if (byte === undefined) throw refusal('InvalidMessage');
  if (byte === expected) return;
  throw refusal(byte >> 4 < expected >> 4 ? 'LegacyVersion' : 'UnknownVersion');
}
