/** Owns drawing the badge at Sotto's button, with a title in words. Does not own what it says (lib/relay, badge-state.ts). */
import { browser } from '../../lib/browser.ts';
import type { Surroundings } from '../../lib/conversation/index.ts';
import { type BadgeState, badgeState, type OpenChats } from '../../lib/relay/index.ts';
import { type TextKey, text } from '../../lib/text/index.ts';

/** Signs that differ without their colours, too; the colours carry white letters. */
const LOOKS: Readonly<Record<BadgeState, { readonly sign: string; readonly colour: string; readonly title: TextKey }>> =
  {
    none: { sign: '', colour: '#245d6b', title: 'extensionName' },
    private: { sign: '✓', colour: '#245d6b', title: 'badgePrivate' },
    degraded: { sign: '?', colour: '#80651c', title: 'badgeDegraded' },
    keyChanged: { sign: '!', colour: '#9f1d1d', title: 'badgeKeyChanged' },
    locked: { sign: '×', colour: '#9f1d1d', title: 'badgeLocked' },
  };

/** What the badge is told from. */
interface BadgeParts {
  readonly around: () => Promise<Surroundings>;
  readonly chats: OpenChats;
}

/** A worker that wakes has a message to read first; a badge that comes so much later, in milliseconds, is soon enough. */
const DRAWN_AFTER_MS = 150;

/** Gives what has the badge of a tab drawn anew, or the one of no tab: soon, and once for all that is asked meanwhile. */
export function followBadges(parts: BadgeParts): (tab: number | undefined) => void {
  const asked = new Set<number | undefined>();
  return (tab) => {
    if (asked.size === 0)
      setTimeout(() => {
        for (const each of asked) void showBadge(parts, each);
        asked.clear();
      }, DRAWN_AFTER_MS);
    asked.add(tab);
  };
}

/** Shows how it stands with the chats of `tab`; without one, whether what is kept can be used at all. */
async function showBadge({ around, chats }: BadgeParts, tab?: number): Promise<void> {
  const opened = await around().catch(() => undefined);
  const open = tab === undefined ? [] : chats.inTab(tab);
  const states = open.flatMap(({ found = 'closed' }) => (found === 'closed' ? [] : found));
  const health = tab === undefined ? undefined : chats.healthOf(tab);
  draw(badgeState({ open: opened !== undefined, states, health }), tab);
}

function draw(state: BadgeState, tab: number | undefined): void {
  const { sign, colour, title } = LOOKS[state];
  const place = tab === undefined ? {} : { tabId: tab };
  // All reject where the tab has just been closed.
  browser.action.setBadgeText({ ...place, text: sign }).catch(() => undefined);
  browser.action.setBadgeBackgroundColor({ ...place, color: colour }).catch(() => undefined);
  browser.action.setTitle({ ...place, title: text(title) }).catch(() => undefined);
}
