/**
 * Owns a Chromium that is measured: started plainly, and spoken to by the DevTools protocol with as little as there is.
 * Puppeteer attaches to every frame and stops it until it has done so; here only the page itself is attached to, so that
 * our frames and the worker run as they do for a person.
 * Does not own what is measured.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findChromium } from '../../../scripts/support/programs.mjs';
import { CHROMIUM_FLAGS } from '../../support/browsers.ts';
import { type Child, startChild } from '../../support/child.ts';
import { rest } from '../../support/person.ts';

const PATIENCE_MS = 30_000;

type Answer = Record<string, unknown>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Answer;
  readonly result?: Answer;
  readonly error?: { readonly message: string };
}

/** What the browser knows as a target. */
export interface Target {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

/** A running browser. */
export class Chromium {
  readonly #child: Child;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  readonly #listeners = new Set<(method: string, params: Answer) => void>();
  #lastId = 0;

  private constructor(child: Child, socket: WebSocket) {
    this.#child = child;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Message));
  }

  /** Starts a browser with `profile`, and with the unpacked extension in `extension` where one is given. */
  static async start(profile: string, extension?: string): Promise<Chromium> {
    const loading =
      extension === undefined
        ? []
        : [`--load-extension=${extension}`, '--disable-features=DisableLoadExtensionCommandLineSwitch'];
    const fixed = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...CHROMIUM_FLAGS];
    const child = startChild(findChromium() ?? 'chromium', [...fixed, ...loading, 'about:blank']);
    try {
      const address = await until(
        'the address of DevTools',
        async () => /DevTools listening on (ws:\S+)/.exec(child.output())?.[1],
      );
      const socket = new WebSocket(address);
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve);
        socket.addEventListener('error', () => reject(new Error('DevTools does not answer')));
      });
      const browser = new Chromium(child, socket);
      if (extension !== undefined) {
        await until('the worker', async () => (await browser.targets()).find(({ type }) => type === 'service_worker'));
        // Scripts are registered by the background when it first runs; a page before that would be without them.
        await rest(1500);
      }
      return browser;
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  /** Calls `method`, of the browser or of one page's session. Rejects with the browser's own words. */
  call(method: string, params: Answer = {}, sessionId?: string): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
  }

  /** Calls `listener` with every event; the result ends that. */
  listen(listener: (method: string, params: Answer) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async targets(): Promise<Target[]> {
    return (await this.call('Target.getTargets')).targetInfos as Target[];
  }

  /** Ends the extension's worker, as the browser does when it has slept long enough. */
  async killWorker(): Promise<void> {
    const worker = (await this.targets()).find(({ type }) => type === 'service_worker');
    if (worker === undefined) return;
    await this.call('Target.closeTarget', { targetId: worker.targetId });
    await until('the end of the worker', async () =>
      (await this.targets()).every(({ targetId }) => targetId !== worker.targetId) ? true : undefined,
    );
  }

  /** Opens a page at `url`; `script` runs in it before any other, here and after every reload. */
  async open(url: string, script = ''): Promise<MeasuredPage> {
    const { targetId } = await this.call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
    const page = new MeasuredPage(this, sessionId as string);
    await page.call('Page.enable');
    await page.call('Page.addScriptToEvaluateOnNewDocument', { source: script });
    await page.call('Page.navigate', { url });
    return page;
  }

  /**
   * What all its processes keep for themselves in memory, in MiB: what they would give back is collected first, and what
   * they share is nobody's.
   */
  async keptMib(): Promise<number> {
    for (const { targetId, type } of await this.targets()) {
      if (!['page', 'iframe', 'service_worker'].includes(type)) continue;
      const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
      await this.call('HeapProfiler.collectGarbage', {}, sessionId as string);
      await this.call('Target.detachFromTarget', { sessionId });
    }
    // Pages are given back to the system a moment later.
    await rest(2000);
    const { processInfo } = await this.call('SystemInfo.getProcessInfo');
    return privateMib((processInfo as { id: number }[]).map(({ id }) => id));
  }

  async stop(): Promise<void> {
    await this.call('Browser.close').catch(() => undefined);
    this.#socket.close();
    await this.#child.stop();
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method !== undefined) for (const listener of this.#listeners) listener(method, params ?? {});
    if (id === undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result ?? {});
    else waiting?.reject(new Error(error.message));
  }
}

/** A page that is attached to; the frames in it are not. */
export class MeasuredPage {
  readonly #browser: Chromium;
  readonly #session: string;

  constructor(browser: Chromium, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  call(method: string, params: Answer = {}): Promise<Answer> {
    return this.#browser.call(method, params, this.#session);
  }

  /** The value of `expression` in the page's own world; a promise is waited for. Throws what it throws. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const parameters = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', parameters);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails).slice(0, 1000));
    return (result as { value: Value }).value;
  }

  /** Waits until `expression` is true. */
  async until(what: string, expression: string, ms = PATIENCE_MS): Promise<void> {
    await until(what, async () => (await this.evaluate<boolean>(expression).catch(() => false)) || undefined, ms);
  }

  async click(x: number, y: number): Promise<void> {
    const common = { x, y, button: 'left', clickCount: 1 };
    await this.call('Input.dispatchMouseEvent', { type: 'mousePressed', ...common });
    await this.call('Input.dispatchMouseEvent', { type: 'mouseReleased', ...common });
  }

  /** Types `text` with the keyboard, into whatever has the focus, our frames included. */
  async type(text: string): Promise<void> {
    for (const key of text) {
      await this.call('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key });
      await this.call('Input.dispatchKeyEvent', { type: 'keyUp', key });
    }
  }

  /** Presses Enter; the time of the press, in milliseconds since 1970. */
  async pressEnter(): Promise<number> {
    const at = performance.timeOrigin + performance.now();
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
    await this.call('Input.dispatchKeyEvent', { type: 'keyDown', text: '\r', ...enter });
    await this.call('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    return at;
  }
}

/** Waits until `look` gives something. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined>,
  ms = PATIENCE_MS,
): Promise<Value> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await rest(20);
  }
}

/** What processes have written to and share with nobody, in MiB. Only where Linux tells. */
async function privateMib(processes: readonly number[]): Promise<number> {
  let kib = 0;
  for (const id of processes) {
    const file = join('/proc', String(id), 'smaps_rollup');
    if (!existsSync(file)) continue;
    const text = await readFile(file, 'utf8').catch(() => '');
    kib += Number(/^Private_Dirty:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
  }
  return kib / 1024;
}
