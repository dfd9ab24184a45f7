/**
 * Owns the version of the schema: one number on the wire, 16 x major + minor, and what a reader does about another.
 * A writer names the lowest version that holds everything it wrote, so `version` is what the reader needs, not what the
 * writer runs. Rules in docs/content.md, "Versions".
 */
import type { Failure } from '../failure/index.ts';
import { refusal } from './failure.ts';

/** A version of the schema. */
export interface ContentVersion {
  readonly major: number;
  readonly minor: number;
}

/** What this code reads in full and writes. */
export const CURRENT_VERSION: ContentVersion = { major: 1, minor: 1 };

/** Four bits, so that versions up to 7.15 take one byte. */
const MINORS = 16;
/** 65 535 on the wire: more than anyone will need, and a bound for the reader. */
export const MAX_VERSION_NUMBER = 0xffff;
/** 1.0: there never was a version 0. */
export const MIN_VERSION_NUMBER = MINORS;

/** The number on the wire. */
export function versionNumber(version: ContentVersion): number {
  return version.major * MINORS + version.minor;
}

/** The version of a number on the wire. */
export function versionOfNumber(number: number): ContentVersion {
  return { major: Math.floor(number / MINORS), minor: number % MINORS };
}

/** Whether a reader of `CURRENT_VERSION` may meet kinds and fields that it does not know. */
export function isNewer(version: ContentVersion): boolean {
  return versionNumber(version) > versionNumber(CURRENT_VERSION);
}

/**
 * Thrown inside this room only, where a reader meets a kind or a named value that none of its versions has, in a content
 * that says it needs a newer one. The kinds turn it into the content `unknown`.
 */
export class NewerSchema extends Error {}

/** What to throw for a kind or a named value that this code does not know: a newer version may have it, no other may. */
export function unknownValue(newer: boolean): NewerSchema | Failure {
  return newer ? new NewerSchema() : refusal('Malformed');
}
