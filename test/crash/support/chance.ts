/** Owns the chance of these tests: one seed for a run, printed, so that the same moments can be drawn again with SEED. */

/** Draws from 0 (included) to 1 (excluded). */
export type Chance = () => number;

/** Whether the full counts are asked for. */
export const slow = process.env.SLOW === '1';

/** A chance of its own for `name`, from SEED or from the clock; prints the seed. mulberry32, which is in the public domain. */
export function chanceFor(name: string): Chance {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  console.log(`${name}: SEED=${seed}`);
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `count` moments from 0 to `most` milliseconds: one at random in each of as many equal parts, in a random order. */
export function spread(chance: Chance, count: number, most: number): number[] {
  const moments = Array.from({ length: count }, (_, part) => Math.round(((part + chance()) / count) * most));
  return moments
    .map((moment) => ({ moment, lot: chance() }))
    .sort((one, other) => one.lot - other.lot)
    .map(({ moment }) => moment);
}
