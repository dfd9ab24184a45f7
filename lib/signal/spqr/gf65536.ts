/**
 * Owns the field GF(2^16) with the polynomial x^16 + x^12 + x^3 + x + 1. Elements are the integers from 0 to 65535;
 * addition and subtraction are both XOR.
 * Products go through tables of logarithms, so time depends on the operands: for public values only. What the erasure
 * code carries goes over the wire in the clear.
 */

const POLYNOMIAL = 0x1100b;
/** Elements without zero: the order of the multiplicative group, which 2 generates. */
const ORDER = 65535;

/** `powers[i]` is 2^i, for i up to twice the order, so that a sum of two logarithms needs no reduction. */
const powers = new Uint16Array(2 * ORDER);
const logarithms = new Uint16Array(ORDER + 1);

/** a * b. */
export function multiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  fillTables();
  return powers[logarithms[a]! + logarithms[b]!]!;
}

/** a / b; throws RangeError for b = 0. */
export function divide(a: number, b: number): number {
  if (b === 0) throw new RangeError('division by zero');
  if (a === 0) return 0;
  fillTables();
  return powers[logarithms[a]! + ORDER - logarithms[b]!]!;
}

/** Once, at the first product: who never gets that far does not pay for the tables. */
function fillTables(): void {
  if (powers[0] === 1) return;
  let power = 1;
  for (let i = 0; i < ORDER; i++) {
    powers[i] = power;
    powers[i + ORDER] = power;
    logarithms[power] = i;
    power <<= 1;
    if (power > ORDER) power ^= POLYNOMIAL;
  }
}
