/**
 * Owns which sites the content scripts run on: exactly those that the person has granted by name. None at install, and none by
 * the permission to ask any web page for link previews.
 * Does not own asking for a grant: the popup does, in the person's press.
 *
 * Invariant: a page that was there before the grant is loaded anew, since the focus guard is one only where it came
 * before any script of the page.
 */
import { browser } from '../../lib/browser.ts';
import { readGrantedSites, SITES_KEY, sitesAmong } from '../../lib/grants/index.ts';

/** Guard first; as WXT names the built files. */
const SCRIPTS = [
  { id: 'guard', js: ['content-scripts/guard.js'], runAt: 'document_start' },
  { id: 'chat', js: ['content-scripts/chat.js'], runAt: 'document_idle' },
] as const;

/** Who hears of grants. */
export interface GrantListener {
  /** Sites are granted no more. */
  readonly onGone: () => void;
  /** Any permission came or went. */
  readonly onChanged: () => void;
}

/**
 * An update drops what was registered, and grants can change while no worker lives. It is looked at so much later, in
 * milliseconds: a worker that wakes has a message to read first.
 */
const LOOKED_AT_AFTER_MS = 300;

/** Follows grants from now on. To be called at start-up. */
export function followGrants({ onGone, onChanged }: GrantListener): void {
  let last: Promise<void> = Promise.resolve();
  const follow = (): Promise<void> => {
    last = last.then(register, register);
    return last;
  };
  browser.permissions.onAdded.addListener(({ origins = [] }) => {
    const sites = sitesAmong(origins);
    if (sites.length > 0) void follow().then(() => reload(sites));
    onChanged();
  });
  browser.permissions.onRemoved.addListener(({ origins = [] }) => {
    if (sitesAmong(origins).length > 0) {
      void follow();
      onGone();
    }
    onChanged();
  });
  // Where the browser had no question left to ask, our pages note what was allowed.
  browser.storage.local.onChanged.addListener((changes) => {
    const change = changes[SITES_KEY];
    if (change === undefined) return;
    const [before, after] = [change.oldValue, change.newValue].map((value) => (Array.isArray(value) ? value : []));
    const added = after!.filter((site) => !before!.includes(site));
    const gone = before!.some((site) => !after!.includes(site));
    void follow().then(() => reload(added));
    if (gone) onGone();
  });
  setTimeout(follow, LOOKED_AT_AFTER_MS);
}

async function register(): Promise<void> {
  const matches = await readGrantedSites(browser);
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
  if (origins.length === 0) return;
  const tabs = await browser.tabs.query({ url: [...origins] });
  for (const { id } of tabs) if (id !== undefined) await browser.tabs.reload(id);
}

function sameItems(one: readonly string[] = [], other: readonly string[]): boolean {
  return one.length === other.length && [...one].sort().every((item, place) => item === other[place]);
}
