/**
 * Owns arithmetic in Z_q[X] / (X^256 + 1), q = 3329, and its number-theoretic transform.
 * Source: FIPS 203, section 4.3, algorithms 9 to 12, and appendix A.
 * Invariant: coefficients in and out are from 0 to q - 1; products stay below 2^31.
 */

/** Coefficients in a polynomial. */
export const N = 256;
/** The modulus. */
export const Q = 3329;
/** 128^-1 mod q: what the inverse transform is scaled by. */
const INVERSE_128 = 3303;
/** A primitive 256th root of unity mod q. */
const ZETA = 17;

/** 256 coefficients from 0 to q - 1. */
export type Polynomial = Int32Array;

/** zeta^BitRev7(i) and zeta^(2 BitRev7(i) + 1), for i from 0 to 127. */
const ZETAS = Int32Array.from({ length: 128 }, (_, i) => powerOfZeta(reverse7(i)));
const GAMMAS = Int32Array.from({ length: 128 }, (_, i) => powerOfZeta(2 * reverse7(i) + 1));

/** The transform of `f`, in place (algorithm 9). */
export function toNtt(f: Polynomial): Polynomial {
  let i = 1;
  for (let length = 128; length >= 2; length /= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = ZETAS[i++]!;
      for (let j = start; j < start + length; j++) {
        const t = (zeta * f[j + length]!) % Q;
        f[j + length] = (f[j]! - t + Q) % Q;
        f[j] = (f[j]! + t) % Q;
      }
    }
  }
  return f;
}

/** The inverse transform of `f`, in place (algorithm 10). */
export function fromNtt(f: Polynomial): Polynomial {
  let i = 127;
  for (let length = 2; length <= 128; length *= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = ZETAS[i--]!;
      for (let j = start; j < start + length; j++) {
        const t = f[j]!;
        f[j] = (t + f[j + length]!) % Q;
        f[j + length] = (zeta * (f[j + length]! - t + Q)) % Q;
      }
    }
  }
  for (let j = 0; j < N; j++) f[j] = (f[j]! * INVERSE_128) % Q;
  return f;
}

/** Adds the product of two transformed polynomials to `sum` (algorithms 11 and 12). */
export function addProduct(sum: Polynomial, a: Polynomial, b: Polynomial): void {
  for (let i = 0; i < N / 2; i++) {
    const [a0, a1, b0, b1] = [a[2 * i]!, a[2 * i + 1]!, b[2 * i]!, b[2 * i + 1]!];
    sum[2 * i] = (sum[2 * i]! + a0 * b0 + ((a1 * b1) % Q) * GAMMAS[i]!) % Q;
    sum[2 * i + 1] = (sum[2 * i + 1]! + a0 * b1 + a1 * b0) % Q;
  }
}

function reverse7(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 7; bit++) reversed |= ((value >> bit) & 1) << (6 - bit);
  return reversed;
}

function powerOfZeta(exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i++) power = (power * ZETA) % Q;
  return power;
}
