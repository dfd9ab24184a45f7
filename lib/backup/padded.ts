/** Owns the sizes that everything at the blob host has: five, so that a size says little of what is inside. */

/** In bytes, of a whole blob. */
export const SIZES = [4, 16, 64, 256, 1024].map((kib) => kib * 1024) as readonly number[];
export const MOST_BLOB = 1024 * 1024;

/** The smallest size that holds `length` bytes. Throws RangeError where none does. */
export function paddedSize(length: number): number {
  const size = SIZES.find((one) => one >= length);
  if (size === undefined) throw new RangeError('longer than the largest blob');
  return size;
}
