/**
 * Owns what a mode of custody is to the rest: making, using and destroying one user's OPRF key. One file a mode.
 */
import type { Handle } from 'pkcs11js';
import type { CustodyMode } from '../custody.ts';
import type { Preparation } from '../evaluation.ts';
import type { Point } from '../points.ts';
import type { Token } from './token.ts';

/** A user's key as a mode keeps it. */
export interface KeptKey {
  readonly payload: Uint8Array;
  readonly publicKey: Point;
  readonly context: Uint8Array;
}

/** One mode in one session. Payloads that come in carry this vault's own tag: they are what `create` gave out. */
export interface UserKeys {
  create(context: Uint8Array): { readonly payload: Uint8Array; readonly publicKey: Point };
  /** kB for the element B; `preparation` is that of B and the key's public half, where it was made already. */
  evaluate(key: KeptKey, element: Point, preparation?: Preparation): Point;
  destroy(key: KeptKey): void;
}

/** What a mode is made with. */
export interface ModeSettings {
  readonly mode: Exclude<CustodyMode, 'software'>;
  /** The vault's name, the first word of its objects' labels. */
  readonly name: string;
  /** CKM_... by which user keys are wrapped (mode `wrapped`). */
  readonly wrapMechanism: number;
}

/** Runs `use` with a key that does not outlive it. */
export function withKey<Result>(token: Token, key: Handle, use: () => Result): Result {
  try {
    return use();
  } finally {
    token.destroy(key);
  }
}
