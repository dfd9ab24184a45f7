/**
 * Owns secret sharing over the scalars of P-256 (Shamir 1979): any `threshold` shares give the secret, fewer say nothing
 * about it. And the little arithmetic that hides a share under a mask.
 * Does not own whether a share is right: a share carries no redundancy, by design, so that nothing can be tested with one.
 * BigInt arithmetic is not constant time; see docs/decisions/noble.md.
 * Invariant: whoever calls has awaited `p256Ready`.
 */
import { SecretBytes } from '../bytes/index.ts';
import { loadedP256 } from './p256.ts';
import type { RandomSource } from './primitives.ts';

/** Bytes of a scalar, big-endian; and of what is reduced to one, so long that no scalar is likelier than another. */
export const SCALAR_LENGTHS = { scalar: 32, wide: 48 } as const;

/** A number below the order of P-256, 32 bytes big-endian. */
export type Scalar = SecretBytes<'Scalar'>;

/** A share, and the place (1, 2, ...) at which the polynomial has it. */
export interface ScalarShare {
  readonly place: number;
  readonly share: Scalar;
}

/** The scalar of 48 bytes, which are given away and wiped. Throws RangeError on another length. */
export function scalarOfWide(wide: Uint8Array): Scalar {
  if (wide.length !== SCALAR_LENGTHS.wide) throw new RangeError('a scalar is reduced from 48 bytes');
  const value = scalars().create(bigOf(wide));
  wide.fill(0);
  return toScalar(value);
}

/** A scalar that nobody can predict. */
export function randomScalar(random: RandomSource): Scalar {
  return scalarOfWide(random(SCALAR_LENGTHS.wide));
}

/** The scalar of its 32 bytes, or undefined where they are too many, too few or not below the order. */
export function readScalar(bytes: Uint8Array): Scalar | undefined {
  if (bytes.length !== SCALAR_LENGTHS.scalar || bigOf(bytes) >= scalars().ORDER) return undefined;
  return SecretBytes.of(bytes.slice());
}

/** a + b. */
export function addScalars(a: Scalar, b: Scalar): Scalar {
  return toScalar(scalars().add(numberOf(a), numberOf(b)));
}

/** a - b. */
export function subtractScalars(a: Scalar, b: Scalar): Scalar {
  return toScalar(scalars().sub(numberOf(a), numberOf(b)));
}

/** `count` shares of `secret`, at the places 1 to `count`, of which any `threshold` give it back. */
export function shareScalar(secret: Scalar, threshold: number, count: number, random: RandomSource): ScalarShare[] {
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > count) {
    throw new RangeError('a threshold is from 1 to the number of shares');
  }
  const coefficients = [numberOf(secret)];
  while (coefficients.length < threshold) coefficients.push(numberOf(randomScalar(random)));
  return Array.from({ length: count }, (_, index) => {
    const place = index + 1;
    const share = coefficients.reduceRight(
      (sum, coefficient) => scalars().add(scalars().mul(sum, BigInt(place)), coefficient),
      0n,
    );
    return { place, share: toScalar(share) };
  });
}

/**
 * What the polynomial through `shares` has at `place`; 0 is the secret's. Throws RangeError for no share at all, or two at
 * one place.
 */
export function interpolate(shares: readonly ScalarShare[], place = 0): Scalar {
  if (shares.length === 0 || new Set(shares.map((share) => share.place)).size !== shares.length) {
    throw new RangeError('shares stand at different places');
  }
  const at = BigInt(place);
  let sum = 0n;
  for (const { place: own, share } of shares) {
    let [numerator, denominator] = [1n, 1n];
    for (const { place: other } of shares) {
      if (other === own) continue;
      numerator = scalars().mul(numerator, scalars().create(at - BigInt(other)));
      denominator = scalars().mul(denominator, scalars().create(BigInt(own - other)));
    }
    sum = scalars().add(sum, scalars().mul(numberOf(share), scalars().mul(numerator, scalars().inv(denominator))));
  }
  return toScalar(sum);
}

/** The field of the scalars. */
function scalars() {
  return loadedP256().p256.Point.Fn;
}

function numberOf(scalar: Scalar): bigint {
  return bigOf(scalar.reveal());
}

function toScalar(value: bigint): Scalar {
  return SecretBytes.of(scalars().toBytes(value), SCALAR_LENGTHS.scalar);
}

function bigOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
