/**
 * Owns the picture of the camera on the page, what is said beside it, and every way in which a person ends it: the button,
 * Escape, leaving the part.
 * Does not own the camera (entrypoints/home/code-camera.ts).
 */
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { text } from '../lib/text/index.ts';
import type { CameraWish, ScanEvents, Scanned, Sight } from './scan-events.ts';
import { type Sought, sightText } from './scan-text.ts';

interface CodeCameraProps {
  readonly events: Pick<ScanEvents, 'onLook'>;
  readonly sought: Sought;
  readonly wanted: CameraWish['wanted'];
  /** The camera is closed. Not called where the part was left. */
  readonly onEnd: (scanned: Scanned) => void;
}

/** The camera, from when it is drawn until `onEnd`, or until it is drawn no more. */
export function CodeCamera({ events, sought, wanted, onEnd }: CodeCameraProps) {
  const [sight, setSight] = useState<Sight>('asking');
  const video = useRef<HTMLVideoElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const [stop] = useState(() => new AbortController());
  const status = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: one look, with what was given when it began
  useLayoutEffect(() => {
    let drawn = true;
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') stop.abort();
    };
    addEventListener('keydown', onKey);
    cancel.current!.focus();
    const wish = { video: video.current!, wanted, tell: setSight, stop: stop.signal };
    void events.onLook(wish).then((scanned) => drawn && onEnd(scanned));
    return () => {
      drawn = false;
      removeEventListener('keydown', onKey);
      stop.abort();
    };
  }, []);
  return (
    <div class="camera">
      <div class="sight">
        <video ref={video} muted playsInline aria-label={text('scanVideo')} />
      </div>
      <p id={status} role="status">
        {sightText(sight, sought)}
      </p>
      <button ref={cancel} type="button" class="plain" aria-describedby={status} onClick={() => stop.abort()}>
        {text('scanStop')}
      </button>
    </div>
  );
}
