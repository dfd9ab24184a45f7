/**
 * Owns the message keys of one receiving chain that were skipped: messages still under way, or lost.
 * They stand flat in one array (a session may hold thousands, and is written at every message): entries of 36 bytes,
 * the index in 4 and the key in 32, by ascending index.
 * Invariant: every index is below the chain's counter and at most MAX_SKIPPED_KEYS below it, so there are
 * never more than that many. Signal's library keeps exactly as many.
 */
import { type ByteReader, type ByteWriter, SecretBytes, wipe } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import type { PostQuantumMessageKey } from '../keys.ts';
import { MAX_SKIPPED_KEYS } from '../limits.ts';
import { KEY_LENGTH } from './labels.ts';

const INDEX_LENGTH = 4;
const ENTRY_LENGTH = INDEX_LENGTH + KEY_LENGTH;

/** The skipped keys of one chain, replaced as a whole whenever they change. */
export type SkippedKeys = SecretBytes<'SkippedKeys'>;

/** No keys, as most chains have: one object for all of them. */
export const NO_SKIPPED_KEYS: SkippedKeys = SecretBytes.of(new Uint8Array(0));

/**
 * The key of `index` and the keys without it, or undefined where it is not there. The old array is wiped.
 */
export function takeSkippedKey(
  skipped: SkippedKeys,
  index: number,
): { key: PostQuantumMessageKey; rest: SkippedKeys } | undefined {
  const entries = skipped.reveal();
  const at = firstEntryFrom(entries, index);
  if (at === entries.length || indexAt(entries, at) !== index) return undefined;
  const key: PostQuantumMessageKey = SecretBytes.of(entries.slice(at + INDEX_LENGTH, at + ENTRY_LENGTH));
  const rest = new Uint8Array(entries.length - ENTRY_LENGTH);
  rest.set(entries.subarray(0, at));
  rest.set(entries.subarray(at + ENTRY_LENGTH), at);
  wipe(entries);
  return { key, rest: SecretBytes.of(rest) };
}

/** Collects the keys that a jump skips; made by {@link skipKeys}. */
export type AddSkippedKey = (index: number, key: Uint8Array) => void;

/**
 * The keys for a chain whose counter goes from `counter` to `target`: those that are within reach of `target` stay, and
 * `add` takes the keys from `counter + 1` to `target - 1` in order. The old array is wiped.
 */
export function skipKeys(
  skipped: SkippedKeys,
  counter: number,
  target: number,
): { skipped: SkippedKeys; add: AddSkippedKey } {
  const old = skipped.reveal();
  const kept = old.subarray(firstEntryFrom(old, target - MAX_SKIPPED_KEYS));
  const entries = new Uint8Array(kept.length + (target - counter - 1) * ENTRY_LENGTH);
  entries.set(kept);
  let at = kept.length;
  wipe(old);
  const view = viewOf(entries);
  const add = (index: number, key: Uint8Array) => {
    view.setUint32(at, index);
    entries.set(key, at + INDEX_LENGTH);
    at += ENTRY_LENGTH;
  };
  return { skipped: SecretBytes.of(entries), add };
}

/** Writes a count and the entries. */
export function encodeSkippedKeys(writer: ByteWriter, skipped: SkippedKeys): void {
  const entries = skipped.reveal();
  writer.uint16(entries.length / ENTRY_LENGTH).raw(entries);
}

/** Reads what {@link encodeSkippedKeys} wrote for a chain at `counter`; throws InvalidState where the invariant fails. */
export function decodeSkippedKeys(reader: ByteReader, counter: number): SkippedKeys {
  const count = reader.uint16();
  if (count === 0) return NO_SKIPPED_KEYS;
  const entries = reader.take(count * ENTRY_LENGTH);
  const view = viewOf(entries);
  let least = Math.max(1, counter - MAX_SKIPPED_KEYS);
  for (let at = 0; at < entries.length; at += ENTRY_LENGTH) {
    const index = view.getUint32(at);
    if (index < least || index >= counter) throw refusal('InvalidState');
    least = index + 1;
  }
  return SecretBytes.of(entries);
}

/** The offset of the first entry whose index is `index` or above: a binary search. */
function firstEntryFrom(entries: Uint8Array, index: number): number {
  if (entries.length === 0) return 0;
  const view = viewOf(entries);
  let low = 0;
  let high = entries.length / ENTRY_LENGTH;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (view.getUint32(middle * ENTRY_LENGTH) < index) low = middle + 1;
    else high = middle;
  }
  return low * ENTRY_LENGTH;
}

function indexAt(entries: Uint8Array, at: number): number {
  return viewOf(entries).getUint32(at);
}

function viewOf(entries: Uint8Array): DataView {
  return new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
}
