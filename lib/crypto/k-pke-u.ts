/**
 * Owns the half of K-PKE encryption that gives u = A^T r + e1 (FIPS 203, algorithm 14, steps 3 to 19), for k = 3.
 * Does not own v, keys or decryption: libsodium has them, but no call that stops half way.
 * No branch and no index depends on a secret. The remainders by the constant q are compiled to multiplications by the
 * engines in use; JavaScript promises no constant time, so this is as far as care goes.
 */
import { concatBytes, wipe } from '../bytes/index.ts';
import { addProduct, fromNtt, N, type Polynomial, Q, toNtt } from './polynomial-ring.ts';
import { sodium } from './sodium.ts';

const K = 3;
/** Bits that a coefficient of u is compressed to (d_u). */
const DU = 10;
/** Bytes of one SHAKE128 block. */
const SHAKE128_BLOCK = 168;
/** Blocks that rejection sampling begins with: three are enough 99 times in 100, so that the way to more is well worn. */
const FIRST_BLOCKS = 3;
/** Bytes that the centred binomial distribution with eta = 2 takes for one polynomial: 64 * eta. */
const CBD_LENGTH = 128;

/** The 960 bytes of ByteEncode_10(Compress_10(u)), from rho and the 32 random coins r. */
export function encryptU(rho: Uint8Array, coins: Uint8Array): Uint8Array {
  const r = Array.from({ length: K }, (_, i) => toNtt(sampleNoise(coins, i)));
  const output = new Uint8Array((K * N * DU) / 8);
  for (let row = 0; row < K; row++) {
    const sum = new Int32Array(N);
    // The transpose: entry (column, row) of A-hat, so the indices stand the other way round than in key generation.
    for (let column = 0; column < K; column++) addProduct(sum, sampleMatrixEntry(rho, row, column), r[column]!);
    const u = fromNtt(sum);
    const noise = sampleNoise(coins, K + row);
    for (let i = 0; i < N; i++) u[i] = (u[i]! + noise[i]!) % Q;
    encodeCompressed(u, output.subarray((row * N * DU) / 8));
    wipeAll(u, noise, sum);
  }
  wipeAll(...r);
  return output;
}

/** SampleNTT (algorithm 7) of rho | i | j: coefficients below q by rejection. Public data. */
function sampleMatrixEntry(rho: Uint8Array, i: number, j: number): Polynomial {
  const seed = concatBytes(rho, Uint8Array.of(i, j));
  for (let blocks = FIRST_BLOCKS; ; blocks++) {
    const stream = sodium.crypto_xof_shake128(blocks * SHAKE128_BLOCK, seed);
    const entry = new Int32Array(N);
    let filled = 0;
    for (let at = 0; at < stream.length && filled < N; at += 3) {
      const low = stream[at]! | ((stream[at + 1]! & 15) << 8);
      const high = (stream[at + 1]! >> 4) | (stream[at + 2]! << 4);
      if (low < Q) entry[filled++] = low;
      if (high < Q && filled < N) entry[filled++] = high;
    }
    if (filled === N) return entry;
  }
}

/** SamplePolyCBD_2 (algorithm 8) of PRF(coins, nonce): coefficients from -2 to 2, as 0 to q - 1. */
function sampleNoise(coins: Uint8Array, nonce: number): Polynomial {
  const seed = concatBytes(coins, Uint8Array.of(nonce));
  const bytes = sodium.crypto_xof_shake256(CBD_LENGTH, seed);
  const noise = new Int32Array(N);
  for (let i = 0; i < N; i++) {
    const bits = (bytes[i >> 1]! >> (4 * (i & 1))) & 15;
    const difference = (bits & 1) + ((bits >> 1) & 1) - ((bits >> 2) & 1) - ((bits >> 3) & 1);
    noise[i] = difference + (Q & (difference >> 31));
  }
  wipe(seed, bytes);
  return noise;
}

/** Compress_10 (round(2^10 / q * x) mod 2^10) and ByteEncode_10: four coefficients in five bytes. */
function encodeCompressed(u: Polynomial, output: Uint8Array): void {
  for (let group = 0; group < N / 4; group++) {
    let bits = 0;
    let pending = 0;
    let at = 5 * group;
    for (let i = 0; i < 4; i++) {
      pending |= (Math.floor(((u[4 * group + i]! << DU) + 1664) / Q) & 1023) << bits;
      bits += DU;
      while (bits >= 8) {
        output[at++] = pending & 255;
        pending >>= 8;
        bits -= 8;
      }
    }
  }
}

function wipeAll(...polynomials: readonly Polynomial[]): void {
  for (const polynomial of polynomials) polynomial.fill(0);
}
