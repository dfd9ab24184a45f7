/**
 * Owns how much an editable element looks like the box of a chat. Pure: geometry and words come in as features.
 * Source: the scoring rules that found the right box on 12 of 12 real pages (facts on chat sites, section 5).
 */
import { namesMessage, namesOtherField } from './words.ts';

/** What is judged of one editable element. */
export interface ComposerFeatures {
  /** A textarea, or an element with role textbox. */
  readonly textbox: boolean;
  /** A text area or editable element that takes several lines, as opposed to a one-line input. */
  readonly multiline: boolean;
  readonly label: string;
  /** Inside role=search, or of a type that is not free text. */
  readonly searchField: boolean;
  /** 0 at the top of the window, 1 at its lower end or below. */
  readonly lowness: number;
  readonly enterKeySends: boolean;
  /** A message list lies above it. */
  readonly hasList: boolean;
}

/** From here on a box is taken for a composer... */
export const ACCEPTED_SCORE = 8;
/** ...if nothing else comes nearer than this. */
export const CLEAR_LEAD = 3;

/** The score, from -6 to 16. */
export function scoreComposer(features: ComposerFeatures): number {
  let score = 4 * Math.min(1, Math.max(0, features.lowness));
  if (features.textbox) score += 2;
  if (features.multiline) score += 1;
  if (features.enterKeySends) score += 2;
  if (features.hasList) score += 3;
  if (features.searchField || namesOtherField(features.label)) score -= 6;
  else if (namesMessage(features.label)) score += 3;
  return score;
}
