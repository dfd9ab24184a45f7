/**
 * Owns the birational map from Curve25519 to its Edwards form (RFC 7748, section 4.1): y = (u - 1) / (u + 1) mod p.
 * Works on public values only: BigInt arithmetic is not constant time.
 */
const P = 2n ** 255n - 19n;
const LENGTH = 32;

/** Whether 32 little-endian bytes are below p, which also clears the high bit. */
export function isCanonical(u: Uint8Array): boolean {
  return fromLittleEndian(u) < P;
}

/** The 32-byte little-endian y, sign bit clear, or undefined for u = -1, which the map does not reach. */
export function edwardsYOf(u: Uint8Array): Uint8Array | undefined {
  // RFC 7748, section 5: the high bit is not part of a u-coordinate.
  const value = fromLittleEndian(u) % 2n ** 255n;
  const divisor = (value + 1n) % P;
  if (divisor === 0n) return undefined;
  return toLittleEndian(((value - 1n + P) * invert(divisor)) % P);
}

/** The inverse mod p of a value from 1 to p - 1, by the extended Euclidean algorithm. */
function invert(value: bigint): bigint {
  let [low, high] = [value, P];
  let [lowFactor, highFactor] = [1n, 0n];
  while (low !== 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [lowFactor, highFactor] = [highFactor - quotient * lowFactor, lowFactor];
  }
  return ((lowFactor % P) + P) % P;
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  // The view ends where the array does: a short one throws RangeError instead of reading its neighbour's bytes.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64(8 * word, true);
  return value;
}

function toLittleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < 4; word++)
    view.setBigUint64(8 * word, BigInt.asUintN(64, value >> BigInt(64 * word)), true);
  return bytes;
}
