/**
 * Owns what a PIN is: its one spelling, which ones are refused when it is chosen, and making one.
 * Does not own checking it against a vault. Nothing here is kept, and nothing that could check a PIN ever is.
 *
 * A PIN is 6 to 128 characters of any script after Unicode's NFKC (so that full-width digits and composed letters are one
 * spelling), without blanks at either end. Upper and lower case differ.
 */
import { concatBytes, encodeUtf8, SecretBytes } from '../bytes/index.ts';
import { type RandomSource, type StretchedPassword, sha256, stretchPassword } from '../crypto/index.ts';
import type { Locator } from '../vault-protocol/index.ts';
import { refusal } from './failure.ts';
import { commonPin } from './pin-rules.ts';

/** Characters (code points) of a PIN. A person has at most ten tries at a million, or more, where it is longer. */
export const PIN_LENGTHS = { least: 6, most: 128, made: 6 } as const;

/** 64 MiB, three passes: 0.2 s on a plain computer, 86 core-hours for a million PINs once vaults were broken open. */
const PIN_COST = { passes: 3, memoryKiB: 64 * 1024 } as const;
const SALT_LENGTH = 16;

/** A PIN in its one spelling, as UTF-8. */
export type Pin = SecretBytes<'Pin'>;

/** The PIN that was typed. Throws PinTooShort, PinTooLong, PinNotText. Common ones pass: see {@link choosePin}. */
export function readPin(typed: string): Pin {
  const text = normalise(typed);
  return SecretBytes.of(encodeUtf8(text));
}

/** The PIN that was chosen. Throws as `readPin`, and PinCommon with `why`. */
export function choosePin(typed: string): Pin {
  const text = normalise(typed);
  const why = commonPin(text);
  if (why !== undefined) throw refusal('PinCommon', { why });
  return SecretBytes.of(encodeUtf8(text));
}

/** Six digits that nobody can predict and no rule refuses: about one draw in nine is thrown away. */
export function makePin(random: RandomSource): string {
  for (;;) {
    const draw = random(4);
    const value = new DataView(draw.buffer, draw.byteOffset).getUint32(0);
    const range = 10 ** PIN_LENGTHS.made;
    // The numbers above the last whole multiple would make low PINs likelier.
    if (value >= 2 ** 32 - (2 ** 32 % range)) continue;
    const text = String(value % range).padStart(PIN_LENGTHS.made, '0');
    if (commonPin(text) === undefined) return text;
  }
}

/** The PIN made slow to guess, with a salt of this backup's own. About 0.2 s of blocking work. */
export function stretchPin(pin: Pin, locator: Locator): StretchedPassword {
  const salt = sha256(concatBytes(encodeUtf8('Sotto PIN salt v1'), locator)).slice(0, SALT_LENGTH);
  return stretchPassword(pin.reveal(), salt, PIN_COST);
}

function normalise(typed: string): string {
  // Half a surrogate pair would become U+FFFD in UTF-8, and two different PINs one.
  if (/[\p{Cc}\p{Cs}]/u.test(typed.trim())) throw refusal('PinNotText');
  const text = typed.normalize('NFKC').trim();
  const { length } = [...text];
  if (length < PIN_LENGTHS.least) throw refusal('PinTooShort');
  if (length > PIN_LENGTHS.most) throw refusal('PinTooLong');
  return text;
}
