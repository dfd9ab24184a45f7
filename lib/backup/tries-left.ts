/** Owns how many PINs a person can still try, which is less than what the vaults have left together. */

/** Tries of a person: each takes one at `threshold` vaults. */
export interface TriesLeft {
  /** Sure as far as the vaults that said how many they have left told the truth. */
  readonly atLeast: number;
  /** Whether every vault said so. */
  readonly exact: boolean;
}

/** The bound over vaults of which each has as many tries `left` as said, or undefined where it did not say. */
export function triesLeft(left: readonly (number | undefined)[], threshold: number): TriesLeft {
  const known = left.filter((count) => count !== undefined);
  let tries = 0;
  while (hasRounds(known, threshold, tries + 1)) tries += 1;
  return { atLeast: tries, exact: known.length === left.length };
}

/** Whether `rounds` rounds of `threshold` different vaults fit: no vault serves more rounds than there are. */
function hasRounds(left: readonly number[], threshold: number, rounds: number): boolean {
  const served = left.reduce((sum, count) => sum + Math.min(count, rounds), 0);
  return served >= threshold * rounds;
}
