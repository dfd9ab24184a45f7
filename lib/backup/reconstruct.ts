/**
 * Owns what follows from the vaults' answers to one PIN, by arithmetic alone: the keys, and which vaults answered wrongly.
 * Does not own asking. Every subset is tried, so that a lying vault costs no further query where enough others answered.
 */
import { encodeHex, equalBytes } from '../bytes/index.ts';
import type { OprfOutput, ScalarShare, StretchedPassword } from '../crypto/index.ts';
import { encodeBody, type Locator, type SealedPart, sealedPart } from '../vault-protocol/index.ts';
import { fits, openSecret, type SecretKeys, unmaskShare } from './shared-secret.ts';

/** One vault's answer: its place among the vaults (from 0), what its OPRF gave, and the sealed part that it keeps. */
export interface VaultEvaluation {
  readonly index: number;
  readonly output: OprfOutput;
  readonly sealed: SealedPart;
}

/**
 * opened: the PIN was right; `liars` gave a wrong evaluation or sealed part, `strangers` hold another enrolment (a PIN change
 * that has not reached them). wrong: enough agree on one sealed part, and no subset of them opens it. split: too few agree.
 */
export type Reconstruction =
  | {
      readonly kind: 'opened';
      readonly sealed: SealedPart;
      readonly keys: SecretKeys;
      readonly liars: readonly number[];
      readonly strangers: readonly number[];
    }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'split' };

/** What `answers` give. Changes nothing. */
export function reconstruct(
  locator: Locator,
  stretched: StretchedPassword,
  answers: readonly VaultEvaluation[],
): Reconstruction {
  let isWhole = false;
  for (const group of groupsOf(answers)) {
    const { sealed } = group[0]!;
    if (group.length < sealed.threshold) continue;
    isWhole = true;
    const shares = group.map(({ index, output }) => unmaskShare(sealed, index + 1, output));
    const present = shares.filter((share) => share !== undefined);
    for (const chosen of subsets(present, sealed.threshold)) {
      const keys = openSecret(locator, sealed, stretched, chosen);
      if (keys !== undefined) return { kind: 'opened', sealed, keys, ...wrongOnes(answers, sealed, present, chosen) };
    }
  }
  return { kind: isWhole ? 'wrong' : 'split' };
}

function wrongOnes(
  answers: readonly VaultEvaluation[],
  sealed: SealedPart,
  present: readonly ScalarShare[],
  chosen: readonly ScalarShare[],
): { liars: number[]; strangers: number[] } {
  const own = encodeBody(sealedPart, sealed);
  const liars: number[] = [];
  const strangers: number[] = [];
  for (const answer of answers) {
    const share = present.find(({ place }) => place === answer.index + 1);
    if (answer.sealed.epoch !== sealed.epoch) strangers.push(answer.index);
    else if (!equalBytes(encodeBody(sealedPart, answer.sealed), own)) liars.push(answer.index);
    else if (share === undefined || !fits(chosen, share)) liars.push(answer.index);
  }
  return { liars, strangers };
}

/** Answers with the same sealed part together, the newest epoch first. */
function groupsOf(answers: readonly VaultEvaluation[]): VaultEvaluation[][] {
  const groups = new Map<string, VaultEvaluation[]>();
  for (const answer of answers) {
    const key = encodeHex(encodeBody(sealedPart, answer.sealed));
    groups.set(key, [...(groups.get(key) ?? []), answer]);
  }
  return [...groups.values()].sort((a, b) => b[0]!.sealed.epoch - a[0]!.sealed.epoch);
}

function* subsets<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  if (size === 0) yield [];
  for (const [index, item] of items.entries()) {
    if (size === 0) return;
    for (const rest of subsets(items.slice(index + 1), size - 1)) yield [item, ...rest];
  }
}
