import { describe, expect, it } from 'vitest';
import { badgeState } from './badge-state.ts';

describe('the badge', () => {
  const calm = { open: true, states: [], health: undefined };

  it.each([
    ['nothing where no chat is private', calm, 'none'],
    ['nothing where a chat only waits', { ...calm, states: ['inviting', 'invited', 'ended', 'none'] }, 'none'],
    ['nothing on a page without a chat', { ...calm, health: 'unsupported' as const }, 'none'],
    ['private', { ...calm, states: ['none', 'private'], health: 'healthy' as const }, 'private'],
    ['degraded before private', { ...calm, states: ['private'], health: 'degraded' as const }, 'degraded'],
    [
      'a changed key before degraded',
      { ...calm, states: ['private', 'keyChanged'], health: 'degraded' as const },
      'keyChanged',
    ],
    ['locked before all', { open: false, states: ['keyChanged'], health: 'degraded' as const }, 'locked'],
  ])('says %s', (_, facts, state) => {
    expect(badgeState(facts)).toBe(state);
  });
});
