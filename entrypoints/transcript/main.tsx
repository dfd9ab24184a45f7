/** Wiring of a transcript's frame: blank until it is seated, then rows from the page's script, words from the background. */
import { render } from 'preact';
import { TranscriptView } from '../../components/transcript-view.tsx';
import {
  admitFrame,
  applyLook,
  type Bubble,
  createTranscriptBackend,
  Lookout,
  type Row,
  readRows,
  refuseDrags,
  watchButton,
} from '../../lib/frames/index.ts';
import { applyPageLanguage } from '../../lib/text/index.ts';

/**
 * How long a row waits for its words before it is said that it is being read. They come sooner, but from a worker that slept;
 * and a bubble that is drawn twice has the page lay out its list twice.
 */
const READING_MS = 150;
/** A reading that failed is tried again after this long, and so often in all. */
const TRY_AGAIN_MS = 300;
const MOST_TRIES = 8;

async function start(): Promise<void> {
  const admitted = await admitFrame();
  if (admitted === undefined) return;
  const { client, tell, hear } = admitted;
  const backend = createTranscriptBackend(client);
  const lookout = new Lookout(admitted);
  const watch = (button: HTMLElement) => watchButton(button, lookout);
  const bubbles = new Map<string, Bubble>();
  let rows: readonly Row[] = [];
  let looks = 0;
  /** Rows whose words let wait for themselves. */
  const late = new Set<string>();
  let patience: ReturnType<typeof setTimeout> | undefined;
  function show(): void {
    const drawn = rows.filter(({ id }) => bubbles.has(id) || late.has(id));
    if (drawn.length < rows.length) patience ??= setTimeout(showAll, READING_MS);
    else {
      clearTimeout(patience);
      patience = undefined;
    }
    render(
      <TranscriptView
        rows={drawn}
        bubbles={bubbles}
        look={looks}
        onHeights={(heights) => tell({ type: 'heights', rows: heights })}
        onLink={backend.openLink}
        onAccept={backend.accept}
        onRetry={backend.retry}
        onPicture={backend.picture}
        watchButton={watch}
      />,
      document.body,
    );
  }
  function showAll(): void {
    patience = undefined;
    for (const { id } of rows) late.add(id);
    show();
  }
  function take(changed: readonly Bubble[]): void {
    for (const bubble of changed) bubbles.set(bubble.id, bubble);
    show();
  }
  function read(ids: readonly string[], tries = MOST_TRIES): void {
    if (ids.length === 0) return;
    backend.read(ids).then(take, () => {
      // The background died over it: nothing else would bring the words.
      if (tries > 1) setTimeout(() => read(ids, tries - 1), TRY_AGAIN_MS);
    });
  }
  function move(next: readonly Row[]): void {
    const known = new Set(rows.map(({ id }) => id));
    rows = next;
    read(rows.map(({ id }) => id).filter((id) => !known.has(id) && !bubbles.has(id)));
    show();
  }
  hear((message) => {
    if (message.type === 'wake') backend.wake();
    if (message.type === 'sighting') lookout.answer(message.ask, message.sighting);
    if (message.type === 'rows') move(readRows(message.rows));
    if (message.type === 'look') {
      applyLook(document.documentElement, message.look);
      looks += 1;
      show();
    }
  });
  backend.onChange((changed) => (changed === null ? read(rows.map(({ id }) => id)) : take(changed)));
  tell({ type: 'ready' });
}

refuseDrags();
applyPageLanguage(document.documentElement);
void start();
