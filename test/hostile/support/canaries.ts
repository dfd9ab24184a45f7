/** Owns the canaries: 100 texts that stand nowhere but in the extension, and looking for them in what a page got hold of. */
import { createHash } from 'node:crypto';

/** Letters and digits, so that each can be typed by keys. */
function word(index: number): string {
  const digest = createHash('sha256').update(`canary ${index}`).digest();
  return Array.from(digest.subarray(0, 10), (byte) => 'abcdefghijklmnopqrstuvwxyz0123456789'[byte % 36]).join('');
}

/** Typed by the person: 40. */
export const TYPED = Array.from({ length: 40 }, (_, index) => word(index));
/** Held by the background as received: 60. Each ends in a letter that stands nowhere else on the page. */
export const RECEIVED: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`recv${index}`, `${word(100 + index)} ж`]),
);
/** All 100. After a reload every one is shown again. */
export const ALL: readonly string[] = [...TYPED, ...Object.values(RECEIVED)];

/** A canary has leaked when this many of its letters in a row did. */
const ENOUGH = 6;

/** The canaries of which `loot` holds enough. */
export function found(loot: readonly string[]): string[] {
  const all = loot.join('\n');
  return ALL.filter((canary) => {
    const letters = canary.slice(0, 10);
    for (let at = 0; at + ENOUGH <= letters.length; at += 1) {
      if (all.includes(letters.slice(at, at + ENOUGH))) return true;
    }
    return false;
  });
}

/** What was typed into frames of the adversary, which tell it key by key (and several may take the focus from each other). */
export function keysOf(messages: readonly string[]): string {
  return messages.filter((message) => message.length === 1).join('');
}
