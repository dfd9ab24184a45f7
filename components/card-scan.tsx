/** Owns reading the QR code of a recovery card by the camera or from a picture: chosen, dropped or pasted. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { text } from '../lib/text/index.ts';
import { CodeCamera } from './code-camera.tsx';
import type { ScanEvents, Scanned } from './scan-events.ts';
import { scanFailureText } from './scan-text.ts';

interface CardScanProps {
  readonly events: ScanEvents;
  /** Something new is begun: what was said before is of no use any more. */
  readonly onBegin: () => void;
  /** What the code of a card says. Secret. */
  readonly onCard: (card: string) => void;
}

/** How the code of every card begins; whether it is whole is found by who opens it. */
const isCard = (words: string): boolean => words.startsWith('sotto-backup:');

/** The camera, or what begins it, and the picker. */
export function CardScan({ events, onBegin, onCard }: CardScanProps) {
  const [doing, setDoing] = useState<'nothing' | 'looking' | 'reading'>('nothing');
  const [failure, setFailure] = useState<Scanned['code']>('');
  const begin = useRef<HTMLButtonElement>(null);
  const looked = useRef(false);
  const drawn = useRef(true);
  const take = ({ code, words }: Scanned): void => {
    if (!drawn.current) return;
    setDoing('nothing');
    setFailure(code);
    if (code === '') onCard(words);
  };
  const start = (next: 'looking' | 'reading'): void => {
    onBegin();
    setFailure('');
    setDoing(next);
  };
  const read = (file: File | undefined): void => {
    if (file === undefined || doing === 'reading') return;
    start('reading');
    void events.onPicture(file, isCard).then(take);
  };
  // The button that has begun it is there again. Before the next picture: a key pressed meanwhile must not be lost.
  useLayoutEffect(() => {
    if (looked.current && doing === 'nothing') begin.current?.focus();
    looked.current = doing === 'looking';
  }, [doing]);
  useEffect(
    () => () => {
      drawn.current = false;
    },
    [],
  );
  // Wherever the caret is: nothing else here takes a picture.
  useEffect(() => {
    const onPaste = ({ clipboardData }: ClipboardEvent): void => read(pictureIn(clipboardData));
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  });
  if (doing === 'looking') return <CodeCamera events={events} sought="card" wanted={isCard} onEnd={take} />;
  return (
    <DropPlace onFile={read}>
      <button ref={begin} type="button" disabled={doing === 'reading'} onClick={() => start('looking')}>
        {text('scanCamera')}
      </button>
      <label>
        {text('scanPicture')}
        <input
          type="file"
          accept="image/png,image/jpeg,image/webp"
          disabled={doing === 'reading'}
          onChange={({ currentTarget }) => {
            read(currentTarget.files?.[0]);
            // The same one may be chosen again, and its name need not stand there.
            currentTarget.value = '';
          }}
        />
      </label>
      <p role="status">{doing === 'reading' && text('scanReading')}</p>
      <p class="alarm" role="alert">
        {scanFailureText(failure, 'card')}
      </p>
    </DropPlace>
  );
}

/** What can be dropped on: a picture in place of the page would be what the browser makes of it otherwise. */
function DropPlace({ onFile, children }: { onFile: (file: File | undefined) => void; children: ComponentChildren }) {
  const [over, setOver] = useState(false);
  return (
    <fieldset
      class={over ? 'scan over' : 'scan'}
      aria-label={text('restoreScanned')}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        onFile(event.dataTransfer.files[0]);
      }}
    >
      {children}
    </fieldset>
  );
}

/** What was copied from a picture; words and anything else are not ours to take. */
function pictureIn(copied: DataTransfer | null): File | undefined {
  return [...(copied?.files ?? [])].find(({ type }) => type.startsWith('image/'));
}
