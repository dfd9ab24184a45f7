/**
 * Owns the camera while somebody holds a QR code before it: opening it, one frame after another, and closing it for whatever
 * reason comes first: the code, the person, a tab that is not seen, a camera that is gone, time.
 * Does not own finding the code in a frame (code-pixels.ts), nor the picture on the page (components/code-camera.tsx).
 * Invariants: when the answer is there the camera is off, also where it was still being opened; no frame outlives the next one.
 */
import type { CameraFailure, CameraWish, ScanEvents, Scanned } from '../../components/scan-events.ts';
import { readFrame } from './code-pixels.ts';

/** Codes of cards are dense: a camera that can, gives this many pixels. */
const FRAME = { width: { ideal: 1920 }, height: { ideal: 1080 } };
/** Of a frame the middle square is read, which is what the page shows; larger ones are drawn smaller. In pixels. */
const MAX_SIDE = 1080;
/** Between two frames: a hand that moves is not quicker, and the page stays idle most of the time. */
const FRAME_MS = 120;
/** After so long without any code it is said what helps. */
const HINT_MS = 6000;
/** How long it is said that a code was another one than wanted. */
const OTHER_MS = 2500;
/** A camera that was forgotten is closed. */
const LONGEST_MS = 120_000;

/** What a browser calls its reasons (w3.org/TR/mediacapture-streams, 10.3.2). */
const FAILURES: Readonly<Record<string, CameraFailure>> = {
  NotAllowedError: 'CameraRefused',
  SecurityError: 'CameraRefused',
  NotFoundError: 'NoCamera',
  OverconstrainedError: 'NoCamera',
  NotReadableError: 'CameraBusy',
  AbortError: 'CameraBusy',
};

/** Looks for the code that is wanted. */
export const lookForCode: ScanEvents['onLook'] = async (wish) => {
  if (wish.stop.aborted) return { code: 'Stopped', words: '' };
  const over = new AbortController();
  const end = (why: CameraFailure): void => over.abort(why);
  const why = new Promise<CameraFailure>((resolve) => {
    over.signal.addEventListener('abort', () => resolve(over.signal.reason as CameraFailure));
  });
  const { signal } = over;
  const left = (): void => end('TabHidden');
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && left(), { signal });
  addEventListener('pagehide', left, { signal });
  wish.stop.addEventListener('abort', () => end('Stopped'), { signal });
  const clock = setTimeout(end, LONGEST_MS, 'NothingSeen');
  const seen = watch(wish, signal, end);
  const first = await Promise.race([seen, why]);
  clearTimeout(clock);
  end('Stopped');
  return typeof first === 'object' ? first : { code: first, words: '' };
};

/** Until `signal`: opens the camera, and closes it whenever it was opened. */
async function watch(
  { video, wanted, tell }: CameraWish,
  signal: AbortSignal,
  end: (why: CameraFailure) => void,
): Promise<Scanned> {
  const refused = (code: CameraFailure): Scanned => ({ code, words: '' });
  let close = (): void => undefined;
  try {
    const opened = await open();
    close = () => closeCamera(video, opened);
    // At once, and not with the next frame: timers of a tab that is not seen are slow.
    signal.addEventListener('abort', close);
    if (signal.aborted) return refused('Stopped');
    show(video, opened);
    for (const track of opened.getTracks()) track.addEventListener('ended', () => end('CameraLost'), { signal });
    await video.play();
    if (signal.aborted) return refused('Stopped');
    return await readFrames(video, { wanted, tell }, signal);
  } catch (error) {
    return refused(failureOf(error));
  } finally {
    close();
  }
}

/** The rear camera where there are two. Where a browser has none for pages, it has no such call. */
async function open(): Promise<MediaStream> {
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices?.getUserMedia === undefined) throw new DOMException('', 'NotFoundError');
  return devices.getUserMedia({ audio: false, video: { facingMode: 'environment', ...FRAME } });
}

function show(video: HTMLVideoElement, stream: MediaStream): void {
  // A camera that looks at the person is shown as a mirror, where a hand goes the way it is meant to; see scan.css.
  video.dataset.facing = stream.getVideoTracks()[0]?.getSettings().facingMode ?? '';
  video.srcObject = stream;
}

function closeCamera(video: HTMLVideoElement, stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
  if (video.srcObject === stream) video.srcObject = null;
}

function failureOf(error: unknown): CameraFailure {
  const known = error instanceof DOMException && Object.hasOwn(FAILURES, error.name);
  return (known && FAILURES[error.name]) || 'CameraFailed';
}

async function readFrames(
  video: HTMLVideoElement,
  { wanted, tell }: Pick<CameraWish, 'wanted' | 'tell'>,
  signal: AbortSignal,
): Promise<Scanned> {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!;
  let quietSince = Date.now();
  let otherAt = Number.NEGATIVE_INFINITY;
  tell('open');
  try {
    for (; !signal.aborted; await new Promise((resolve) => setTimeout(resolve, FRAME_MS))) {
      const pixels = square(video, context);
      const words = pixels && readFrame(pixels);
      pixels?.data.fill(0);
      if (words !== undefined && wanted(words)) return { code: '', words };
      const now = Date.now();
      if (words !== undefined) [otherAt, quietSince] = [now, now];
      tell(now - otherAt < OTHER_MS ? 'other' : now - quietSince < HINT_MS ? 'open' : 'nothing');
    }
    return { code: 'Stopped', words: '' };
  } finally {
    canvas.width = 0;
  }
}

/** The middle square of what the camera shows now; undefined before its first frame. */
function square(video: HTMLVideoElement, context: OffscreenCanvasRenderingContext2D): ImageData | undefined {
  const { videoWidth, videoHeight } = video;
  const side = Math.min(videoWidth, videoHeight);
  if (side === 0) return undefined;
  const drawn = Math.min(side, MAX_SIDE);
  const { canvas } = context;
  if (canvas.width !== drawn) canvas.width = canvas.height = drawn;
  context.drawImage(video, (videoWidth - side) / 2, (videoHeight - side) / 2, side, side, 0, 0, drawn, drawn);
  return context.getImageData(0, 0, drawn, drawn);
}
