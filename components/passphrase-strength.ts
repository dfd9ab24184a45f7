/**
 * Owns how strong a passphrase is taken to be, for one sentence beside it. It errs on the low side: letters and blanks count as
 * those of words do, and what repeats or only goes on counts once.
 * Does not own what is refused (lib/backup): that is a number of characters alone.
 */

/** `short`: it is refused. The others in the order of their strength. */
export type PassphraseStrength = 'short' | 'weak' | 'fair' | 'strong';

/** As lib/backup counts them. */
export const PASSPHRASE_LEAST = 12;

/** In bits, beside half a second of Argon2id a guess: what one person can do in years, and what nobody can. */
const FAIR_BITS = 40;
const STRONG_BITS = 62;
/** Bits of a letter or a blank in words that somebody picked by chance, of a digit, and of anything else. */
const BITS = { letter: 2, digit: 3.3, other: 5 } as const;

/** The characters that a passphrase has, as its length is counted. */
export function passphraseLength(passphrase: string): number {
  return [...passphrase.normalize('NFKC')].length;
}

/** How strong it is. */
export function passphraseStrength(passphrase: string): PassphraseStrength {
  if (passphraseLength(passphrase) < PASSPHRASE_LEAST) return 'short';
  const letters = [...passphrase.normalize('NFKC')];
  let bits = 0;
  for (const [place, letter] of letters.slice(0, periodOf(letters)).entries()) {
    const step = place === 0 ? 2 : Math.abs(letter.codePointAt(0)! - letters[place - 1]!.codePointAt(0)!);
    if (step > 1) bits += bitsOf(letter, letters[place - 1]);
  }
  if (bits < FAIR_BITS) return 'weak';
  return bits < STRONG_BITS ? 'fair' : 'strong';
}

/** A capital inside of a word is no habit. */
function bitsOf(letter: string, before: string | undefined): number {
  if (/\p{Nd}/u.test(letter)) return BITS.digit;
  if (/\p{Lu}/u.test(letter) && before !== undefined && /[\p{L}\p{Nd}]/u.test(before)) return BITS.other;
  return /[\p{L}\p{M}\s]/u.test(letter) ? BITS.letter : BITS.other;
}

/** After how many characters it begins to repeat itself; its length where it does not. */
function periodOf(letters: readonly string[]): number {
  for (let period = 1; period <= letters.length / 2; period++) {
    if (letters.every((letter, place) => letter === letters[place % period])) return period;
  }
  return letters.length;
}
