/** Owns comparing a safety number by the camera: what stands on the contact's screen, with what stands here. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { HomeContact } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import { CodeCamera } from './code-camera.tsx';
import type { HomeEvents } from './home-events.ts';
import type { ScanEvents, Scanned } from './scan-events.ts';
import { scanFailureText } from './scan-text.ts';

interface SafetyScanProps {
  readonly contact: HomeContact;
  /** The number that is shown here. */
  readonly digits: string;
  /** Everybody else with a number: theirs may have been scanned by mistake. */
  readonly others: readonly HomeContact[];
  readonly events: HomeEvents;
  readonly scanEvents: ScanEvents;
  /** Hears of each comparison. */
  readonly onCompared: (same: boolean) => void;
}

/** `whose`: the name of the one with whom one has the number that was scanned, where that is somebody else. */
type Compared = 'not' | 'same' | { readonly whose: string | null };

const isNumber = (words: string): boolean => /^\d{60}$/.test(words);

/** The button, the camera, and what came of it. */
export function SafetyScan({ contact, digits, others, events, scanEvents, onCompared }: SafetyScanProps) {
  const [looking, setLooking] = useState(false);
  const [failure, setFailure] = useState<Scanned['code']>('');
  const [compared, setCompared] = useState<Compared>('not');
  const begin = useRef<HTMLButtonElement>(null);
  const looked = useRef(false);
  useLayoutEffect(() => {
    if (looked.current && !looking) begin.current?.focus();
    looked.current = looking;
  }, [looking]);
  const start = (): void => {
    setFailure('');
    setCompared('not');
    setLooking(true);
  };
  const take = async ({ code, words }: Scanned): Promise<void> => {
    setLooking(false);
    setFailure(code);
    if (code !== '') return;
    onCompared(words === digits);
    setCompared(words === digits ? 'same' : { whose: await nameOf(words, others, events) });
  };
  if (looking) {
    return (
      <CodeCamera
        events={scanEvents}
        sought="number"
        wanted={isNumber}
        onEnd={(scanned) => {
          void take(scanned);
        }}
      />
    );
  }
  return (
    <>
      <button ref={begin} type="button" class="plain" onClick={start}>
        {text('safetyScan')}
      </button>
      <p class="good" role="status">
        {compared === 'same' && text('safetyScanSame', contact.name)}
      </p>
      <p class="alarm" role="alert">
        {scanFailureText(failure, 'number')}
        {typeof compared === 'object' &&
          (compared.whose === null
            ? text('safetyScanOther', contact.name)
            : text('safetyScanOthers', compared.whose, contact.name))}
      </p>
    </>
  );
}

async function nameOf(
  digits: string,
  others: readonly HomeContact[],
  events: Pick<HomeEvents, 'onReadSafety'>,
): Promise<string | null> {
  for (const { conversation, name } of others) {
    const theirs = await events.onReadSafety(conversation).catch(() => null);
    if (theirs?.digits === digits) return name;
  }
  return null;
}
