/**
 * The content script of the tests: runs lib/sites in the isolated world of both browsers and answers calls from the page
 * by events with JSON texts, which cross the border between the worlds unchanged.
 */

import {
  type Chat,
  type ChatsWatch,
  emptyComposer,
  guessedSendButton,
  insertText,
  pickedAdapter,
  type RowSighting,
  readComposer,
  type SiteAdapter,
  sendTexts,
  watchChats,
} from '../../../lib/sites/index.ts';
import type { DriverCalls, RowReport } from './calls.ts';

const log: { seen: string[]; lost: number; hints: number; states: number } = { seen: [], lost: 0, hints: 0, states: 0 };
let watch: ChatsWatch = start([]);

function start(picked: readonly SiteAdapter[]): ChatsWatch {
  return watchChats(
    document,
    {
      onChats: () => log.states++,
      onHint: () => log.hints++,
      onRows: ({ seen, lost }) => {
        log.seen.push(...seen.map(armourOf));
        log.lost += lost.length;
      },
    },
    picked,
  );
}

function armourOf({ text, spans }: RowSighting): string {
  return spans.map(({ start, end }) => text.slice(start, end).replace(/\s+/g, '')).join(' ');
}

/** How the tests name an element: the mark they put on it, its id or its tag. */
function nameOf(element: Element | undefined): string | undefined {
  if (element === undefined) return undefined;
  return element.getAttribute('data-mark') ?? (element.id === '' ? element.localName : `#${element.id}`);
}

function marked(name: string): Element {
  for (const root of watch.page.roots()) {
    const found = root.querySelector(`[data-mark="${name}"]`);
    if (found !== null) return found;
  }
  throw new Error(`nothing is marked ${name}`);
}

function chatOf(composer: string | undefined): Chat {
  const { chats } = watch.state();
  const chat = composer === undefined ? chats[0] : chats.find((each) => nameOf(each.composer) === composer);
  if (chat === undefined) throw new Error(`no chat ${composer ?? ''}: ${JSON.stringify(watch.state().health)}`);
  return chat;
}

function reportRow(sighting: RowSighting): RowReport {
  return {
    armour: armourOf(sighting),
    complete: sighting.complete,
    own: sighting.own,
    id: sighting.id,
    row: nameOf(sighting.rows[0])!,
    rows: sighting.rows.length,
    bodies: sighting.bodies.map((body) => nameOf(body)!),
  };
}

async function timed(
  work: () => Promise<void>,
  composer: HTMLElement,
): Promise<{ code?: string; ms: number; box: string }> {
  const began = performance.now();
  let code: string | undefined;
  try {
    await work();
  } catch (error) {
    code = (error as { code?: string }).code ?? String(error);
  }
  const result = { ms: performance.now() - began, box: readComposer(composer) };
  return code === undefined ? result : { ...result, code };
}

const calls: DriverCalls = {
  state: () => {
    const { adapter, chats, health, candidates } = watch.state();
    return {
      adapter: adapter.id,
      health,
      candidates: candidates.map((each) => nameOf(each)!),
      chats: chats.map((chat) => ({
        composer: nameOf(chat.composer)!,
        list: nameOf(chat.list),
        scroller: nameOf(chat.scroller),
        send: nameOf(guessedSendButton(chat)),
      })),
    };
  },
  refresh: () => watch.refresh(),
  hint: ({ composer }) => watch.hint(chatOf(composer)),
  rows: () => watch.rows.sightings().map(reportRow),
  log: () => log,
  insert: ({ text, composer }) => {
    const chat = chatOf(composer);
    return timed(() => insertText(chat.composer, text), chat.composer);
  },
  empty: ({ composer }) => emptyComposer(chatOf(composer).composer),
  send: async ({ texts, composer, abortAfterMs, stillThere, proofWithinMs }) => {
    const chat = chatOf(composer);
    const abort = new AbortController();
    if (abortAfterMs !== undefined) setTimeout(() => abort.abort(), abortAfterMs);
    const steps: string[] = [];
    const context = {
      chat,
      page: watch.page,
      rows: watch.rows,
      signal: abort.signal,
      ...(proofWithinMs === undefined ? {} : { proofWithinMs }),
      ...(stillThere === undefined ? {} : { stillThere: () => stillThere }),
    };
    const result = await timed(() => sendTexts(texts, context, (_, step) => steps.push(step)), chat.composer);
    return { ...result, steps };
  },
  pick: ({ composer, messages, send }) => {
    const picks = {
      composer: marked(composer),
      messages: [marked(messages[0]), marked(messages[1])] as const,
      ...(send === undefined ? {} : { send: marked(send) }),
    };
    const adapter = pickedAdapter(picks, location.hostname, watch.page.roots());
    if (adapter === undefined) return undefined;
    watch.stop();
    watch = start([adapter]);
    return { composer: adapter.composer, list: adapter.list, send: adapter.send };
  },
  idleWork: async ({ ms }) => {
    let calls = 0;
    const count = (
      name: 'setTimeout' | 'setInterval' | 'requestIdleCallback' | 'requestAnimationFrame',
    ): (() => void) => {
      const real = globalThis[name] as (...all: unknown[]) => unknown;
      const counting = (...all: unknown[]): unknown => {
        calls++;
        return real.apply(globalThis, all);
      };
      Object.assign(globalThis, { [name]: counting });
      return () => Object.assign(globalThis, { [name]: real });
    };
    const sleep = globalThis.setTimeout.bind(globalThis);
    const undo = (['setTimeout', 'setInterval', 'requestIdleCallback', 'requestAnimationFrame'] as const).map(count);
    await new Promise((resolve) => sleep(resolve, ms));
    for (const each of undo) each();
    return calls;
  },
  rescan: () => {
    const began = performance.now();
    watch.rows.rescan();
    return performance.now() - began;
  },
};

document.addEventListener('sotto-call', async (event) => {
  const { id, name, argument } = JSON.parse((event as CustomEvent<string>).detail);
  let answer: { value?: unknown; error?: string };
  try {
    answer = { value: await calls[name as keyof DriverCalls](argument as never) };
  } catch (error) {
    answer = { error: String(error) };
  }
  document.dispatchEvent(new CustomEvent(`sotto-answer-${id}`, { detail: JSON.stringify(answer) }));
});
document.documentElement.dataset.driver = 'ready';
