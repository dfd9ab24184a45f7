import { describe, expect, it, vi } from 'vitest';
import type { BubbleView } from '../conversation/index.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
vi.mock('../text/index.ts', () => ({ text: (key: string, ...parts: string[]) => [key, ...parts].join(' ') }));
const { showBubble } = await import('./bubbles.ts');

const view = (part: Partial<BubbleView>): BubbleView => ({
  id: 'r1',
  from: 'them',
  state: 'received',
  text: '',
  name: 'Alice',
  sentAt: 5,
  missingBefore: 0,
  reason: null,
  retry: null,
  acceptable: false,
  preview: null,
  ...part,
});

describe('a bubble', () => {
  it("is a line of our own about a contact's restore, with their name or without", () => {
    expect(showBubble(view({ state: 'restored' }), false)).toMatchObject({
      state: 'note',
      text: 'bubbleTheyRestored Alice',
    });
    expect(showBubble(view({ state: 'restored', name: '' }), false).text).toBe('bubbleTheyRestored someone');
  });

  it('says of words that came again what they are', () => {
    const shown = showBubble(view({ state: 'resent', text: 'missed', missingBefore: 2 }), false);
    expect(shown).toMatchObject({ state: 'resent', text: 'missed', missingBefore: 2, reason: null });
  });

  it('is an invite where that can be accepted, and a sentence where not', () => {
    expect(showBubble(view({ state: 'invite', acceptable: true }), false)).toMatchObject({
      state: 'invite',
      name: 'Alice',
    });
    expect(showBubble(view({ state: 'invite' }), false)).toMatchObject({
      state: 'received',
      text: 'bubbleTheirInvite Alice',
    });
    expect(showBubble(view({ state: 'invite', from: 'me' }), false)).toMatchObject({
      state: 'delivered',
      text: 'bubbleOwnInvite Alice',
    });
  });

  it('is being read while more of it may come', () => {
    const shown = showBubble(view({ state: 'unreadable', reason: 'Incomplete' }), true);
    expect(shown).toMatchObject({ state: 'reading', reason: null });
  });
});
