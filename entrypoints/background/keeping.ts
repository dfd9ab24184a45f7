/** Owns what the background keeps outside of the store: the person's own mark, and the pages of this browser session. */
import { browser } from '../../lib/browser.ts';
import type { TrustMark } from '../../lib/frames/index.ts';
import { GRANT_KEYS } from '../../lib/grants/index.ts';
import type { MarkChoices, PageKeeper } from '../../lib/relay/index.ts';

const MARK = 'sotto.mark';
const PAGES = 'relay.pages';
/** Names of the palette in components/composer-mark.tsx. */
const COLOURS = ['teal', 'blue', 'violet', 'plum', 'rust', 'red', 'green', 'slate'] as const;
/** Signs that look alike on all systems and unlike one another. */
const SIGNS = [
  '🦊',
  '🦉',
  '🐢',
  '🐝',
  '🦋',
  '🐳',
  '🦔',
  '🐙',
  '🌵',
  '🍀',
  '🍄',
  '🌻',
  '🍒',
  '🥝',
  '⚓',
  '🎈',
  '🎲',
  '🧩',
  '🪁',
  '🔔',
] as const;

/** What a person can pick from. */
export const markChoices: MarkChoices = { colours: COLOURS, signs: SIGNS };

/** The person's own mark, drawn by lot at first use until they pick one: what counts is that a page can't know it. */
export async function trustMark(): Promise<TrustMark> {
  const found = (await browser.storage.local.get(MARK))[MARK] as TrustMark | undefined;
  if (found !== undefined) return found;
  const [colour, sign] = crypto.getRandomValues(new Uint32Array(2));
  const mark = { colour: COLOURS[colour! % COLOURS.length]!, sign: SIGNS[sign! % SIGNS.length]! };
  await browser.storage.local.set({ [MARK]: mark });
  return mark;
}

/** Keeps the mark that the person picked. */
export function setTrustMark(mark: TrustMark): Promise<void> {
  return browser.storage.local.set({ [MARK]: mark });
}

/** Forgets all that is kept outside of the store, but for what says what a grant is for: the browser goes on granting it. */
export async function forgetKept(): Promise<void> {
  const names = Object.keys(await browser.storage.local.get(null));
  await browser.storage.local.remove(names.filter((name) => !GRANT_KEYS.includes(name)));
  await browser.storage.session.clear();
}

/** Pages in the memory of the browser's session, which content scripts cannot read. */
export const sessionPages: PageKeeper = {
  load: async () => {
    const found = await browser.storage.session.get(PAGES);
    return (found[PAGES] as Awaited<ReturnType<PageKeeper['load']>> | undefined) ?? {};
  },
  save: (pages) => browser.storage.session.set({ [PAGES]: pages }),
};
