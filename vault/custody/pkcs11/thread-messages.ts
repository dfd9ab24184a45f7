/**
 * Owns what the two threads of vault-hsm say to each other: calls of custody and what became of them. Everything is
 * copied on its way; nothing is shared. How calls and results are copied: parcel.ts.
 */
import { Failure } from '../../../lib/failure/index.ts';
import type { Custody, CustodyCode } from '../custody.ts';
import { custodyFailure } from '../failure.ts';
import type { HsmSettings } from './custody.ts';

/** What the HSM's thread is asked for: every method of custody. */
export type Method = {
  [Name in keyof Custody]: Custody[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Custody];

/** One call, by its number. */
export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** What was thrown: custody's own failures by their code, a programmer's mistake as it is. */
export type Thrown = { readonly code: CustodyCode } | { readonly mistake: unknown };

export type Settled =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly thrown: Thrown };

/** What a custody is; told once, when it is open. */
export type Features = Pick<Custody, 'mode' | 'grade' | 'weaknesses' | 'identityKey' | 'lineage'>;

/** How opening ended. */
export type Opened = { readonly features: Features } | { readonly thrown: Thrown };

/** What the thread begins with. The PIN in bare bytes: what is private in an object does not cross. */
export interface Start {
  readonly settings: Omit<HsmSettings, 'pin'>;
  readonly pin: Uint8Array;
}

export function thrownOf(error: unknown): Thrown {
  return error instanceof Failure ? { code: error.code as CustodyCode } : { mistake: error };
}

export function errorOf(thrown: Thrown): unknown {
  return 'code' in thrown ? custodyFailure(thrown.code) : thrown.mistake;
}
