/**
 * Owns the account of everything that the site ever saw: which message ids it carried with which bytes, and which message
 * key made which ciphertext. The layout of a payload is that of docs/conversation.md.
 */
import { decodeChunk, findArmour } from '../../../lib/armour/index.ts';
import { concatBytes, encodeHex } from '../../../lib/bytes/index.ts';
import { parsePreKeySignalMessage, parseSignalMessage } from '../../../lib/signal/index.ts';

/** Before the Signal message: kind 1 and tag 8; a first message has an invite id of 16 in between. */
const BEFORE = { first: 25, message: 9 } as const;

/** What the account comes to. */
export interface Ledger {
  /** Chunks, by message id and index, each with the armour that carried it. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
  /** How often each chunk was posted. */
  readonly times: ReadonlyMap<string, number>;
  /** {ratchet key, counter}, each with the ciphertexts that it made. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Takes the account of `posts`. Throws where a text with armour is none of ours: an account with holes proves nothing. */
export function takeLedger(posts: readonly string[]): Ledger {
  const texts = new Map<string, Set<string>>();
  const times = new Map<string, number>();
  const keys = new Map<string, Set<string>>();
  const parts = new Map<string, Uint8Array[]>();
  for (const text of posts) {
    for (const { start, end } of findArmour(text)) {
      const chunk = decodeChunk(text.slice(start, end));
      if (!chunk.ok) throw chunk.failure;
      const { messageId, index, count, payload } = chunk.value;
      const id = encodeHex(messageId);
      put(texts, `${id} ${index}`, text.slice(start, end));
      times.set(`${id} ${index}`, (times.get(`${id} ${index}`) ?? 0) + 1);
      const collected = parts.get(id) ?? [];
      parts.set(id, collected);
      collected[index] = payload;
      if (Object.keys(collected).length < count) continue;
      const message = signalMessageOf(concatBytes(...collected));
      if (message === undefined) continue;
      const { ratchetKey, counter, ciphertext } = parseSignalMessage(message);
      put(keys, `${encodeHex(ratchetKey)} ${counter}`, encodeHex(ciphertext));
    }
  }
  return { texts, times, keys };
}

/** How many of `uses` stand for more than one thing. */
export function usedTwice(uses: ReadonlyMap<string, ReadonlySet<string>>): number {
  return [...uses.values()].filter((made) => made.size > 1).length;
}

function signalMessageOf(payload: Uint8Array): Uint8Array | undefined {
  if (payload[0] === 1) return undefined;
  if (payload[0] === 2) return parsePreKeySignalMessage(payload.subarray(BEFORE.first)).message;
  if (payload[0] === 3) return payload.subarray(BEFORE.message);
  throw new RangeError('a payload of an unknown kind');
}

function put(map: Map<string, Set<string>>, name: string, value: string): void {
  map.set(name, (map.get(name) ?? new Set()).add(value));
}
