/**
 * Owns which sites the content scripts run on: exactly those that the person has granted. None at install.
 * Does not own asking for a grant: the popup does, in the person's press.
 *
 * Invariant: a page that was there before the grant is loaded anew, since the focus guard is one only where it came
 * before any script of the page.
 */
import { browser } from '../../lib/browser.ts';

/** Guard first; as WXT names the built files. */
const SCRIPTS = [
  { id: 'guard', js: ['content-scripts/guard.js'], runAt: 'document_start' },
  { id: 'chat', js: ['content-scripts/chat.js'], runAt: 'document_idle' },
] as const;

/** Follows grants from now on. To be called at start-up. `onGone` hears of sites that are granted no more. */
export function followGrants(onGone: () => void): void {
  let last: Promise<void> = Promise.resolve();
  const follow = (): Promise<void> => {
    last = last.then(register, register);
    return last;
  };
  browser.permissions.onAdded.addListener(({ origins = [] }) => {
    void follow().then(() => reload(origins));
  });
  browser.permissions.onRemoved.addListener(() => {
    void follow();
    onGone();
  });
  // An update drops what was registered, and grants can change while no worker lives.
  void follow();
}

async function register(): Promise<void> {
  const { origins = [] } = await browser.permissions.getAll();
  const matches = origins.filter((origin) => /^(https?|[*]):[/]/.test(origin)).sort();
  const known = await browser.scripting.getRegisteredContentScripts();
  const upToDate = known.length === SCRIPTS.length && known.every((script) => sameItems(script.matches, matches));
  if (upToDate || (known.length === 0 && matches.length === 0)) return;
  if (known.length > 0) await browser.scripting.unregisterContentScripts();
  if (matches.length === 0) return;
  await browser.scripting.registerContentScripts(
    SCRIPTS.map(({ id, js, runAt }) => ({
      id,
      js: [...js],
      matches,
      runAt,
      allFrames: true,
      matchOriginAsFallback: true,
      persistAcrossSessions: true,
    })),
  );
}

async function reload(origins: readonly string[]): Promise<void> {
  const tabs = await browser.tabs.query({ url: [...origins] });
  for (const { id } of tabs) if (id !== undefined) await browser.tabs.reload(id);
}

function sameItems(one: readonly string[] = [], other: readonly string[]): boolean {
  return one.length === other.length && [...one].sort().every((item, place) => item === other[place]);
}
