/**
 * Owns the bubbles of one frame, each at the place of its row, in reading order; and telling how high each wants to be.
 * Does not own where rows are nor what bubbles say.
 *
 * Invariant: a height is told in whole lines, so that the page does not learn how long a line is.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Bubble, Row } from '../lib/frames/index.ts';
import { text } from '../lib/text/index.ts';
import { type BubbleEvents, TranscriptBubble } from './transcript-bubble.tsx';

interface TranscriptViewProps extends BubbleEvents {
  readonly rows: readonly Row[];
  readonly bubbles: ReadonlyMap<string, Bubble>;
  readonly onHeights: (heights: readonly { readonly id: string; readonly height: number }[]) => void;
}

/** The bubbles. */
export function TranscriptView({ rows, bubbles, onHeights, ...events }: TranscriptViewProps) {
  const list = useRef<HTMLUListElement>(null);
  const told = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const changed: { id: string; height: number }[] = [];
    for (const item of list.current!.children) {
      const { id } = (item as HTMLElement).dataset;
      const height = wholeLines(item as HTMLElement);
      if (id === undefined || told.current.get(id) === height) continue;
      told.current.set(id, height);
      changed.push({ id, height });
    }
    if (changed.length > 0) onHeights(changed);
  });
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
            {bubble === undefined ? (
              <span class="state">{text('bubbleReading')}</span>
            ) : (
              <TranscriptBubble bubble={bubble} {...events} />
            )}
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
  const edges = ['paddingTop', 'paddingBottom', 'borderTopWidth', 'borderBottomWidth'] as const;
  const around = edges.reduce((sum, edge) => sum + Number.parseFloat(style[edge]), 0);
  // A pixel of slack: fractions of a pixel are no line.
  const lines = Math.max(1, Math.ceil((item.offsetHeight - around - 1) / line));
  return Math.ceil(lines * line + around);
}
