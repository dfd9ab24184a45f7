/**
 * Owns the page's own view of when things happen in the demonstration chat's list: when a row comes, and when the bubble
 * over it has its words. No frame of ours is asked: a bubble with words of three lines is higher than one that is still
 * being read, and the height that our frame has its row reserve is for the page to see.
 * Does not own opening the page.
 */
import type { MeasuredPage } from './devtools.ts';

/** When rows came and were read, in milliseconds since 1970, by the site's id of the message. */
export interface ListTimes {
  readonly came: Readonly<Record<string, number>>;
  readonly read: Readonly<Record<string, number>>;
  /** The ids of rows that are in sight now. */
  readonly inSight: readonly string[];
  /** When one of our frames was last moved, cut or sized. */
  readonly placed: number;
}

/** Higher than a bubble of one line and its state, lower than one of three, in CSS pixels. */
const WITH_WORDS = 60;

/** Runs in the page, before any script of its own. */
function watchList(withWords: number): void {
  const came: Record<string, number> = {};
  const read: Record<string, number> = {};
  let placed = 0;
  const now = (): number => performance.timeOrigin + performance.now();
  const times = (): unknown => {
    const list = document.querySelector('#messages')!;
    const { top, bottom } = list.getBoundingClientRect();
    const inSight = [...list.querySelectorAll<HTMLElement>('article')].filter((row) => {
      const place = row.getBoundingClientRect();
      return place.height > 0 && place.bottom > top && place.top < bottom;
    });
    return { came, read, placed, inSight: inSight.map((row) => row.dataset.id) };
  };
  Object.assign(window, { listTimes: times });
  function take({ type, target, addedNodes }: MutationRecord): void {
    for (const node of addedNodes) if (node instanceof HTMLElement && node.dataset.id) came[node.dataset.id] = now();
    if (type !== 'attributes' || !(target instanceof HTMLElement)) return;
    const id = target.className === 'text' ? target.closest('article')?.dataset.id : undefined;
    if (id === undefined) {
      if (target.parentElement?.id === 'messages' && target.localName === 'div') placed = now();
    } else if (Number.parseFloat(target.style.height) > withWords) read[id] ??= now();
  }
  addEventListener('DOMContentLoaded', () => {
    const options = { childList: true, subtree: true, attributes: true, attributeFilter: ['style'] };
    new MutationObserver((records) => records.forEach(take)).observe(document.querySelector('#messages')!, options);
  });
}

/** The script for {@link Chromium.open}. */
export const LIST_CLOCK = `(${watchList})(${WITH_WORDS})`;

/** What the page has seen since it was loaded. */
export function readTimes(page: MeasuredPage): Promise<ListTimes> {
  return page.evaluate<ListTimes>('listTimes()');
}

/** Waits until `count` rows are read. */
export async function untilRead(page: MeasuredPage, count: number): Promise<ListTimes> {
  await page.until(`${count} read`, `Object.keys(listTimes().read).length >= ${count}`);
  return readTimes(page);
}
