/** Owns what tickets and guards need of the browser in the background: session memory, and messages to a tab's frames. */
import { browser, type Runtime } from '../browser.ts';
import type { GuardLines } from './guard-post.ts';
import { GUARD_ARM, GUARD_FREE, GUARD_QUERY } from './mount-guard-line.ts';
import type { Seat, SeatKeeper } from './tickets.ts';

const SEATS = 'frames.seats';
const ARMED = 'frames.armed';

/** What is kept under `name` for the browser's session; content scripts have no access to it. */
async function kept<Value>(name: string, nothing: Value): Promise<Value> {
  const found = await browser.storage.session.get(name);
  return (found[name] as Value | undefined) ?? nothing;
}

/** Seats in the memory of the browser's session. */
export const sessionSeats: SeatKeeper = {
  load: () => kept<readonly Seat[]>(SEATS, []),
  save: (seats) => browser.storage.session.set({ [SEATS]: seats }),
};

/** Guards reached by messages to their tab. */
export const tabGuards: GuardLines = {
  tell: (tab, armed) => {
    // Rejects where a tab has no frame of a granted site any more: then there is nothing to arm.
    browser.tabs.sendMessage(tab, armed ? GUARD_ARM : GUARD_FREE).catch(() => {});
  },
  load: () => kept<readonly number[]>(ARMED, []),
  save: (tabs) => browser.storage.session.set({ [ARMED]: tabs }),
};

/** Answers guards in new frames with what `isArmed` says of their tab. To be called at start-up. */
export function answerGuards(isArmed: (tab: number) => Promise<boolean>): void {
  browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
    if (message !== GUARD_QUERY || sender.id !== browser.runtime.id) return undefined;
    return sender.tab?.id === undefined ? Promise.resolve(false) : isArmed(sender.tab.id);
  });
}

/** Calls `forget` with the id of each tab that is closed. To be called at start-up. */
export function onTabClosed(forget: (tab: number) => void): void {
  browser.tabs.onRemoved.addListener(forget);
}
