/** Owns the two types that every primitive shares. */
import type { SecretBytes } from '../bytes/index.ts';

/**
 * Gives `length` bytes nobody can predict, in a fresh array that is given away: it may become a key in place, and is wiped
 * when it has done its work. Handed in by the caller: this room and those above it draw none themselves.
 */
export type RandomSource = (length: number) => Uint8Array;

/** 32 bytes that two parties agreed on, raw: input to a key derivation, never a key. */
export type SharedSecret = SecretBytes<'SharedSecret'>;
