/**
 * Owns the one import of the curve P-256 (FIPS 186-5), and when it is loaded: its tables cost a waking worker milliseconds
 * that only who talks to a vault has a use for.
 * Does not own what is computed on the curve (ecdsa-p256.ts, oprf.ts, scalar-sharing.ts).
 */
type Curves = typeof import('./p256-curve.ts');

let curves: Curves | undefined;

/** Resolves when what is computed on P-256 may be called. */
export async function p256Ready(): Promise<void> {
  curves ??= await import('./p256-curve.ts');
}

/** The curve, and its oblivious function. Throws TypeError before `p256Ready` has resolved. */
export function loadedP256(): Curves {
  if (curves === undefined) throw new TypeError('the curve is used before p256Ready has resolved');
  return curves;
}
