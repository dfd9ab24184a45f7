import { describe, expect, it } from 'vitest';
import { type SiteCode, siteFailure } from './failure.ts';

describe('siteFailure', () => {
  it.each<[SiteCode, string]>([
    ['ComposerMissing', 'later'],
    ['InsertRefused', 'user'],
    ['TextMangled', 'never'],
    ['TooLong', 'never'],
    ['SendControlMissing', 'user'],
    ['SendUnconfirmed', 'user'],
    ['SendAborted', 'user'],
    ['ConversationChanged', 'user'],
  ])('%s may be tried again: %s', (code, retry) => {
    expect(siteFailure(code)).toMatchObject({ code, retry, message: code });
  });
});
