/**
 * Owns the bubbles of one frame, each at the place of its row, in reading order; and telling how high each wants to be.
 * Does not own where rows are nor what bubbles say.
 *
 * Invariant: a height is told in whole lines, so that the page does not learn how long a line is.
 */
import type { VNode } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Bubble, Row } from '../lib/frames/index.ts';
import { text } from '../lib/text/index.ts';
import { type BubbleEvents, TranscriptBubble } from './transcript-bubble.tsx';

interface TranscriptViewProps extends BubbleEvents {
  readonly rows: readonly Row[];
  readonly bubbles: ReadonlyMap<string, Bubble>;
  /** Another number for another look: then every bubble may want another height. */
  readonly look: number;
  readonly onHeights: (heights: readonly { readonly id: string; readonly height: number }[]) => void;
}

/** What a bubble's height follows from, besides the look. */
interface Measured {
  readonly bubble: Bubble | undefined;
  readonly width: number;
}

interface Drawn {
  readonly bubble: Bubble;
  readonly picture: VNode;
}

/** The share of a line that letters of another script may stand out of it. */
const SLACK = 0.2;

/** The bubbles. */
export function TranscriptView({ rows, bubbles, look, onHeights, ...events }: TranscriptViewProps) {
  const list = useRef<HTMLUListElement>(null);
  const told = useRef(new Map<string, number>());
  const [reworded, setReworded] = useState(0);
  const onReworded = useCallback(() => setReworded((times) => times + 1), []);
  const drawn = useRef(new Map<string, Drawn>());
  useEffect(() => {
    addEventListener('resize', onReworded);
    return () => removeEventListener('resize', onReworded);
  }, [onReworded]);
  const measured = useRef(new Map<string, Measured>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: either may change every height
  useLayoutEffect(() => measured.current.clear(), [look, reworded]);
  useLayoutEffect(() => {
    // A frame that is not laid out knows no heights; it hears when it is.
    if (list.current!.getClientRects().length === 0) return;
    const before = measured.current;
    measured.current = new Map(rows.map(({ id, width }) => [id, { bubble: bubbles.get(id), width }]));
    // One that comes back is another element: what is not there now is forgotten.
    const items = ([...list.current!.children] as HTMLElement[]).filter((item) => {
      const [now, then] = [measured.current.get(item.dataset.id!), before.get(item.dataset.id!)];
      return then === undefined || then.bubble !== now?.bubble || then.width !== now?.width;
    });
    // All are measured before one is sized: in turns, each would have the browser lay out the whole list again.
    const heights = items.map(wholeLines);
    const changed: { id: string; height: number }[] = [];
    for (const [place, item] of items.entries()) {
      const height = heights[place]!;
      const id = item.dataset.id!;
      item.style.blockSize = `${height}px`;
      if (told.current.get(id) === height) continue;
      told.current.set(id, height);
      changed.push({ id, height });
    }
    if (changed.length > 0) onHeights(changed);
  });
  /** A bubble that says what it said is the same picture: hundreds need not be compared for one that came. */
  function draw(bubble: Bubble): VNode {
    const known = drawn.current.get(bubble.id);
    if (known?.bubble === bubble) return known.picture;
    const picture = <TranscriptBubble bubble={bubble} onReworded={onReworded} {...events} />;
    drawn.current.set(bubble.id, { bubble, picture });
    return picture;
  }
  return (
    <ul ref={list} class="transcript" aria-label={text('transcriptLabel')}>
      {rows.map(({ id, x, y, width }) => {
        const bubble = bubbles.get(id);
        return (
          <li
            key={id}
            data-id={id}
            class={`bubble ${bubble?.from ?? ''} ${bubble?.state ?? 'reading'}`}
            style={{ left: `${x}px`, top: `${y}px`, inlineSize: `${width}px` }}
          >
            {bubble === undefined ? <div class="state">{text('bubbleReading')}</div> : draw(bubble)}
          </li>
        );
      })}
    </ul>
  );
}

/** The height of a bubble, its content rounded up to whole lines. */
function wholeLines(item: HTMLElement): number {
  const style = getComputedStyle(item);
  const line = Number.parseFloat(style.lineHeight);
  const around = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
  // A few pixels of slack: letters that stand out of their line are no line.
  const lines = Math.max(1, Math.ceil((item.firstElementChild as HTMLElement).offsetHeight / line - SLACK));
  return Math.ceil(lines * line + around);
}
