import { describe, expect, it } from 'vitest';
import { Failure } from '../failure/index.ts';
import { type ArmourFailureCode, refusal } from './failure.ts';

describe('a refusal of armour', () => {
  it.each<[ArmourFailureCode, string]>([
    ['NotArmour', 'never'],
    ['Truncated', 'later'],
    ['Altered', 'user'],
    ['UnknownVersion', 'user'],
    ['Malformed', 'never'],
    ['TooLong', 'user'],
    ['InvalidState', 'never'],
  ])('as %s may be tried again: %s', (code, retry) => {
    const failure = refusal(code);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code, retry, message: code });
  });
});
