/** Owns the badge at Sotto's button: private, or nothing. */
import { browser } from '../../lib/browser.ts';
import type { OpenChats } from '../../lib/relay/index.ts';
import { text } from '../../lib/text/index.ts';

/** Shows whether a chat of `tab` is private. */
export function showBadge(tab: number | undefined, chats: OpenChats): void {
  if (tab === undefined) return;
  const isPrivate = chats.inTab(tab).some(({ status }) => status.includes('"state":"private"'));
  const title = isPrivate ? text('badgePrivate') : text('extensionName');
  // All reject where the tab has just been closed.
  browser.action.setBadgeText({ tabId: tab, text: isPrivate ? '✓' : '' }).catch(() => undefined);
  browser.action.setBadgeBackgroundColor({ tabId: tab, color: '#245d6b' }).catch(() => undefined);
  browser.action.setTitle({ tabId: tab, title }).catch(() => undefined);
}
