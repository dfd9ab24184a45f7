import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sight } from '../../components/scan-events.ts';
import { emptyPicture, type Grey, takePicture, toPixels } from '../../test/support/drawn-code.ts';
import { lookForCode } from './code-camera.ts';

const CARD = 'sotto-backup:abc';
const view = { width: 300, height: 300, side: 250 };
const EMPTY = emptyPicture(300, 300);
const SHOWN = takePicture(CARD, view);
const OTHER = takePicture('hello', view);

/** A camera of which one sees whether it is on. */
class Track extends EventTarget {
  on = true;
  readonly facingMode: string | undefined;
  constructor(facingMode?: string) {
    super();
    this.facingMode = facingMode;
  }
  stop(): void {
    this.on = false;
  }
  getSettings() {
    return { facingMode: this.facingMode };
  }
}

/** A page with a camera that shows `seen`. */
class Scene {
  seen: Grey = EMPTY;
  readonly track: Track;
  readonly page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  readonly window = new EventTarget();
  readonly sights: Sight[] = [];
  readonly stop = new AbortController();
  readonly pixels: ReturnType<typeof toPixels>[] = [];
  readonly canvases: { width: number; height: number }[] = [];
  asked: unknown[] = [];
  video = { videoWidth: 400, videoHeight: 300, srcObject: null as unknown, dataset: {} as DOMStringMap };

  constructor(facingMode?: string) {
    this.track = new Track(facingMode);
    this.open(async () => this.stream());
    vi.stubGlobal('document', this.page);
    vi.stubGlobal('addEventListener', this.window.addEventListener.bind(this.window));
    const scene = this;
    vi.stubGlobal(
      'OffscreenCanvas',
      class {
        width = 1;
        height = 1;
        constructor() {
          scene.canvases.push(this);
        }
        getContext() {
          return {
            canvas: this,
            drawImage: (_: unknown, ...place: number[]) => expect(place).toEqual([50, 0, 300, 300, 0, 0, 300, 300]),
            getImageData: () => {
              const taken = toPixels(scene.seen);
              scene.pixels.push(taken);
              return taken;
            },
          };
        }
      },
    );
  }

  stream() {
    return { getTracks: () => [this.track], getVideoTracks: () => [this.track] };
  }

  open(getUserMedia: () => Promise<unknown>): void {
    const asking = (wish: unknown): Promise<unknown> => {
      this.asked.push(wish);
      return getUserMedia();
    };
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: asking } });
  }

  look() {
    const video = Object.assign(this.video, { play: async () => undefined });
    return lookForCode({
      video: video as unknown as HTMLVideoElement,
      wanted: (words) => words === CARD,
      tell: (sight) => {
        if (this.sights.at(-1) !== sight) this.sights.push(sight);
      },
      stop: this.stop.signal,
    });
  }
}

let scene: Scene;
beforeEach(() => {
  vi.useFakeTimers();
  scene = new Scene();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('the camera', () => {
  it('shows what it sees until the code is there, and is off then; no frame is left', async () => {
    const looking = scene.look();
    await pass(500);
    expect(scene.video.srcObject).not.toBeNull();
    expect(scene.track.on).toBe(true);
    scene.seen = SHOWN;
    await pass(200);
    expect(await looking).toEqual({ code: '', words: CARD });
    expect(scene.track.on).toBe(false);
    expect(scene.video.srcObject).toBeNull();
    expect(scene.pixels.length).toBeGreaterThan(3);
    expect(scene.pixels.every(({ data }) => data.every((byte) => byte === 0))).toBe(true);
    expect(scene.canvases.map(({ width }) => width)).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is asked for without sound, and preferably for the one that looks away from the person', async () => {
    scene.seen = SHOWN;
    await scene.look();
    const video = { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } };
    expect(scene.asked).toEqual([{ audio: false, video }]);
    expect(scene.video.dataset).toEqual({ facing: '' });
    const rear = new Scene('environment');
    rear.seen = SHOWN;
    await rear.look();
    expect(rear.video.dataset).toEqual({ facing: 'environment' });
  });

  it('says what helps when nothing was seen for six seconds', async () => {
    void scene.look();
    await pass(5900);
    expect(scene.sights).toEqual(['open']);
    await pass(300);
    expect(scene.sights).toEqual(['open', 'nothing']);
    scene.stop.abort();
  });

  it('says that a code is another one, and looks on', async () => {
    const looking = scene.look();
    scene.seen = OTHER;
    await pass(300);
    expect(scene.sights).toEqual(['open', 'other']);
    scene.seen = EMPTY;
    await pass(2700);
    expect(scene.sights).toEqual(['open', 'other', 'open']);
    scene.seen = SHOWN;
    await pass(200);
    expect(await looking).toEqual({ code: '', words: CARD });
  });

  it.each([
    ['NotAllowedError', 'CameraRefused'],
    ['SecurityError', 'CameraRefused'],
    ['NotFoundError', 'NoCamera'],
    ['OverconstrainedError', 'NoCamera'],
    ['NotReadableError', 'CameraBusy'],
    ['AbortError', 'CameraBusy'],
    ['InvalidStateError', 'CameraFailed'],
    ['constructor', 'CameraFailed'],
  ])('that is refused by %s is %s', async (name, code) => {
    scene.open(() => Promise.reject(new DOMException('', name)));
    expect(await scene.look()).toEqual({ code, words: '' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is none where the browser has no such call, and has failed where something else is wrong', async () => {
    vi.stubGlobal('navigator', {});
    expect((await scene.look()).code).toBe('NoCamera');
    scene.open(() => Promise.reject(new TypeError('no')));
    expect((await scene.look()).code).toBe('CameraFailed');
  });

  it('is off at once when the person stops it, or leaves the tab, or when it is gone', async () => {
    const ways: [string, (scene: Scene) => void][] = [
      ['Stopped', ({ stop }) => stop.abort()],
      [
        'TabHidden',
        ({ page }) => {
          page.visibilityState = 'hidden';
          page.dispatchEvent(new Event('visibilitychange'));
        },
      ],
      ['TabHidden', ({ window }) => window.dispatchEvent(new Event('pagehide'))],
      ['CameraLost', ({ track }) => track.dispatchEvent(new Event('ended'))],
    ];
    for (const [code, end] of ways) {
      const one = new Scene();
      const looking = one.look();
      await pass(300);
      expect(one.track.on).toBe(true);
      end(one);
      // Without a moment between.
      expect(one.track.on).toBe(false);
      expect(await looking).toEqual({ code, words: '' });
      await pass(200);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('goes on where the tab is seen again', async () => {
    void scene.look();
    await pass(300);
    scene.page.dispatchEvent(new Event('visibilitychange'));
    expect(scene.track.on).toBe(true);
    scene.stop.abort();
  });

  it('is off after two minutes', async () => {
    const looking = scene.look();
    await pass(119_900);
    expect(scene.track.on).toBe(true);
    await pass(100);
    expect(scene.track.on).toBe(false);
    expect(await looking).toEqual({ code: 'NothingSeen', words: '' });
  });

  it('that opens after the person gave it up is closed at once', async () => {
    let opened: (stream: unknown) => void = () => undefined;
    scene.open(() => new Promise((resolve) => (opened = resolve)));
    const looking = scene.look();
    await pass(100);
    scene.stop.abort();
    expect(await looking).toEqual({ code: 'Stopped', words: '' });
    opened(scene.stream());
    await pass(0);
    expect(scene.track.on).toBe(false);
    expect(scene.video.srcObject).toBeNull();
    expect(scene.sights).toEqual([]);
  });

  it('is not opened for one who has stopped before', async () => {
    scene.stop.abort();
    expect(await scene.look()).toEqual({ code: 'Stopped', words: '' });
    expect(scene.asked).toEqual([]);
  });

  it('waits for its first picture', async () => {
    Object.assign(scene.video, { videoWidth: 0, videoHeight: 0 });
    const looking = scene.look();
    await pass(300);
    expect(scene.pixels).toEqual([]);
    Object.assign(scene.video, { videoWidth: 400, videoHeight: 300 });
    scene.seen = SHOWN;
    await pass(200);
    expect((await looking).code).toBe('');
  });
});
