/** Owns what this room needs of the armour room's detecting half, so that the two meet in one place. */
import { type ArmourSpan, findArmour } from '../armour/detect.ts';
import { stripIgnorable } from '../armour/detect-ignorable.ts';

export { type ArmourSpan, findArmour, stripIgnorable };

/** The complete blocks of armour in `text`, each without blanks and what has no width: equal where the armour is. */
export function completeArmour(text: string): string[] {
  return findArmour(text)
    .filter(({ complete }) => complete)
    .map(({ start, end }) => stripIgnorable(text.slice(start, end)));
}
