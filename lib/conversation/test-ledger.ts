/** Owns the account of message keys: what stands on the site is taken apart, and no key may have made two ciphertexts. */
import { decodeChunk } from '../armour/index.ts';
import { encodeHex } from '../bytes/index.ts';
import { parsePreKeySignalMessage, parseSignalMessage } from '../signal/index.ts';
import { parsePayload } from './payload.ts';
import { spansOf } from './test-installation.ts';

/** Every message key that was used, by {ratchet key, counter}, with the ciphertexts that it made. One chunk a message. */
export function keyUses(rows: readonly string[]): Map<string, Set<string>> {
  const uses = new Map<string, Set<string>>();
  for (const bytes of messagesIn(rows)) {
    const { ratchetKey, counter, ciphertext } = parseSignalMessage(bytes);
    const name = `${encodeHex(ratchetKey)} ${counter}`;
    uses.set(name, (uses.get(name) ?? new Set()).add(encodeHex(ciphertext)));
  }
  return uses;
}

/** How many message keys made more than one ciphertext. */
export function keysUsedTwice(rows: readonly string[]): number {
  return [...keyUses(rows).values()].filter((ciphertexts) => ciphertexts.size > 1).length;
}

function messagesIn(rows: readonly string[]): Uint8Array[] {
  return spansOf(rows).flatMap((span) => {
    const chunk = decodeChunk(span);
    if (!chunk.ok) throw chunk.failure;
    const payload = parsePayload(chunk.value.payload);
    if (payload.kind === 'invite') return [];
    return [payload.kind === 'first' ? parsePreKeySignalMessage(payload.message).message : payload.message];
  });
}
