/**
 * Owns one person at a browser with Sotto: a profile that outlives a restart, a page with a chat, and what a person does
 * and sees there: the lock, the card, the composer, the bubbles. Clicks are counted.
 * Does not own the chat itself.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core';
import { findChromium, findFirefox } from '../../scripts/support/programs.mjs';
import { createReach, type Reach } from '../hostile/support/chrome-frames.ts';
import { untilBegun, untilBegunInFirefox } from './begun.ts';
import { CHROMIUM_FLAGS } from './browsers.ts';
import { killWorker } from './kill.ts';
import { AREA, BOXES, BUBBLES, COMPOSER_NOW, DRAWN, PAGE_NOW, type SeenBubble, WORDS_IN_SIGHT } from './looks.ts';

/** A busy machine shows late what an idle one shows at once, in milliseconds. */
const PATIENCE_MS = 60_000;

/** A press of an invite goes on while the button is looked at; then its answer is waited for, in milliseconds. */
const PRESSING_MS = 8000;
const ANSWERED_MS = 1500;

/** In the place of an answer. */
const SILENCE: unique symbol = Symbol('no answer in 5 s');

export type BrowserName = 'chromium' | 'firefox';

/** How the browser's window is: unseen where nothing is said. */
export interface PersonWindow {
  readonly headless: boolean;
  /** On the display, in CSS pixels. */
  readonly window: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Tall, so that a whole conversation of a test is in sight. */
const UNSEEN: PersonWindow = { headless: true, window: { x: 0, y: 0, width: 1000, height: 1400 } };

const INVITE_BUTTON = '.invite button:not(:disabled)';
/** A point in CSS pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** All who have a browser open: what one waits for in vain may hang at another. */
const PEOPLE = new Set<Person>();

/** A person. */
export class Person {
  readonly browserName: BrowserName;
  /** Clicks since the person began. */
  clicks = 0;
  page!: Page;
  readonly #extension: string;
  readonly #profile: string;
  #browser!: Browser;
  #targets!: () => Promise<Reach[]>;

  readonly #window: PersonWindow;

  private constructor(browserName: BrowserName, extension: string, profile: string, window: PersonWindow) {
    this.#window = window;
    this.browserName = browserName;
    this.#extension = extension;
    this.#profile = profile;
  }

  /** Starts a browser with the unpacked extension in `extension`. */
  static async begin(browserName: BrowserName, extension: string, window = UNSEEN): Promise<Person> {
    const person = new Person(browserName, extension, await mkdtemp(join(tmpdir(), 'sotto-person-')), window);
    PEOPLE.add(person);
    await person.#launch(true);
    return person;
  }

  /** Closes the browser and starts it again with the same profile. */
  async restart(): Promise<void> {
    await this.#browser.close();
    await this.#launch(false);
  }

  async end(): Promise<void> {
    PEOPLE.delete(this);
    await this.#browser?.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** Waits until `look` gives something. */
  async until<Value>(what: string, look: () => Promise<Value | undefined | false>): Promise<Value> {
    const end = Date.now() + PATIENCE_MS;
    let last: unknown = 'none';
    for (;;) {
      // A frame that is just changing its process does not answer, and does when it is asked again.
      const tried = look().catch((error: unknown) => {
        last = error;
        return undefined;
      });
      const value = await Promise.race([tried, rest(5000).then((): typeof SILENCE => SILENCE)]);
      if (value === SILENCE) last = SILENCE;
      else if (value !== undefined && value !== false) return value as Value;
      if (Date.now() > end) {
        // Whoever does not answer now, either, must not hide what was waited for.
        const described = [...PEOPLE].map((person) => Promise.race([person.#describe().catch(String), rest(10_000)]));
        const everyone = await Promise.all(described);
        throw new Error(`waited in vain for: ${what}; last error: ${String(last)};\n${everyone.join(';\n')}`);
      }
      await rest(60);
    }
  }

  /** Presses the lock at the site's box `selector`. */
  async pressLock(selector: string): Promise<void> {
    const place = await this.until('the lock', () =>
      this.page.$eval(selector, (box) => {
        // Closed as it is, all that a page sees of it is a div that stands over the end of the box.
        const host = [...box.parentElement!.children].find(
          (each) => each !== box && each.localName === 'div' && (each as HTMLElement).style.position === 'absolute',
        );
        const { left, top, width, height } = host?.getBoundingClientRect() ?? { left: 0, top: 0, width: 0, height: 0 };
        // Our composer is a div beside the box, too, and as wide as that: it goes a moment after the chat has ended.
        return width > 0 && width < 48 ? { x: left + width / 2, y: top + height / 2 } : false;
      }),
    );
    this.clicks += 1;
    await this.#click(place.x, place.y);
  }

  /** Accepts the last invite in the list: the button counts a press only after it was in sight for a while. */
  async accept(): Promise<void> {
    await this.pressInvite(async () => (await this.#reach('composer')) !== undefined);
  }

  /** Presses the button of the last invite in the list until `done` says that it had an effect. */
  async pressInvite(done: () => Promise<boolean>): Promise<void> {
    let next = 0;
    await this.until('an effect of the invite', async () => {
      if (await done()) return true;
      if (Date.now() < next) return false;
      // A look that takes long is begun again beside it: nobody presses twice at a time.
      next = Date.now() + PRESSING_MS;
      const pressed = await this.#pressInvite().finally(() => {
        next = Date.now() + ANSWERED_MS;
      });
      if (!pressed) next = 0;
      return false;
    });
  }

  /** Waits until the chat is private: our composer stands over the site's box. */
  async untilPrivate(): Promise<void> {
    await this.until('the composer', () => this.#inComposer<boolean>(`document.querySelector('textarea') !== null`));
  }

  /** Writes `text` in the composer, after a click where the site's box is, and sends it with Enter. */
  async say(text: string): Promise<void> {
    await this.untilPrivate();
    await this.until('an empty composer', () => this.#inComposer<boolean>(`${AREA}.value === ''`));
    await this.until('the caret in the composer', async () => {
      const { x, y } = await this.page.$eval(BOXES, (box) => {
        const { left, top, width, height } = box.getBoundingClientRect();
        return { x: left + width / 2, y: top + height - 12 };
      });
      await this.#click(x, y);
      await rest(60);
      return this.#inComposer<boolean>(`document.hasFocus() && document.activeElement === ${AREA}`);
    });
    // Long texts are pasted, as people paste them; the keys themselves are the matter of the hostile tests.
    const words = JSON.stringify(text);
    await this.until('the words in the composer', () =>
      this.#inComposer<boolean>(`(() => {
      if (${AREA}.value === ${words}) return true;
      document.execCommand('insertText', false, ${words});
      if (${AREA}.value !== ${words}) ${AREA}.setRangeText(${words}, 0, ${AREA}.value.length, 'end');
      ${AREA}.dispatchEvent(new Event('input', { bubbles: true }));
      return ${AREA}.value === ${words};
    })()`),
    );
    await this.page.keyboard.press('Enter');
  }

  /** Waits until all that was said has left the composer. */
  async untilSent(): Promise<void> {
    await this.until('everything sent', () =>
      this.#inComposer<boolean>(`${AREA}.getAttribute('aria-busy') !== 'true' && ${AREA}.value === ''`),
    );
  }

  /**
   * Ends the background as the browser does after half a minute of rest. Only in Chromium, and past Puppeteer: its own way
   * lets go of a session that is gone already, or leaves the next worker waiting for a debugger.
   */
  stopBackground(): Promise<void> {
    return killWorker(this.#browser);
  }

  /** What the composer says above its box: to whom, and whether verified. */
  async composerSays(): Promise<string> {
    return (await this.#inComposer<string>(`document.querySelector('.to').textContent`)) ?? '';
  }

  /** What stands in the part `selector` of the composer. */
  async composerShows(selector: string): Promise<string> {
    return (await this.#inComposer<string>(`document.querySelector('${selector}')?.textContent ?? ''`)) ?? '';
  }

  /** Presses the button `selector` of the composer. */
  async pressInComposer(selector: string): Promise<void> {
    await this.until(selector, () =>
      this.#inComposer<boolean>(`(() => {
        const button = document.querySelector('${selector}');
        button?.click();
        return button !== null;
      })()`),
    );
    this.clicks += 1;
  }

  /** Opens Sotto's popup over the chat, as a press of its button does. Only in Chromium. */
  async openPopup(): Promise<Page> {
    await this.page.bringToFront();
    const [extension] = (await this.#browser.extensions()).values();
    await this.page.triggerExtensionAction(extension!);
    const target = await this.#browser.waitForTarget((each) => each.url().endsWith('/popup.html'), {
      timeout: PATIENCE_MS,
    });
    const popup = await target.asPage();
    await this.until('the popup', () => popup.evaluate(() => document.querySelector('section') !== null));
    return popup;
  }

  /** Opens `part` of Sotto's home in a tab of its own, which stands before the chat from then on. In Firefox from a private chat. */
  async openHome(part: string): Promise<Page> {
    const home = await this.#browser.newPage();
    if (this.browserName === 'firefox') {
      const origin = await this.until('our origin', () => this.inFrame<string>('composer', 'location.origin'));
      // Its load is never reported.
      await home.goto(`${origin}/home.html#${part}`, { timeout: 1500 }).catch(() => undefined);
    } else {
      const [extension] = (await this.#browser.extensions()).values();
      await home.goto(`chrome-extension://${extension!.id}/home.html#${part}`);
    }
    await this.until('home', () => home.evaluate(() => document.querySelector('main > :not(h1, .quiet)') !== null));
    return home;
  }

  /** The addresses of all tabs. */
  async tabs(): Promise<string[]> {
    return (await this.#browser.pages()).map((page) => page.url());
  }

  /** The bubbles in sight, in reading order. */
  async bubbles(): Promise<SeenBubble[]> {
    const seen = await (await this.#reach('transcript'))?.evaluate<(SeenBubble & { readonly top: number })[]>(BUBBLES);
    if (seen === undefined) return [];
    return seen.sort((one, other) => one.top - other.top).map(({ from, state, words }) => ({ from, state, words }));
  }

  /** What bubbles say that are in sight, in reading order, in however many frames they stand. Only in Chromium. */
  async wordsInSight(): Promise<string[]> {
    const frames = (await this.#targets()).filter(({ address }) => address.includes('/transcript.html'));
    const seen = await Promise.all(frames.map((frame) => frame.evaluate<string[]>(WORDS_IN_SIGHT)));
    return seen.flat();
  }

  /** Waits until exactly `texts` stand in bubbles, in this order, invites aside. */
  async untilRead(texts: readonly string[]): Promise<void> {
    await this.until(`${texts.length} messages`, async () => {
      const words = (await this.bubbles())
        .map((bubble) => bubble.words)
        .filter((each) => !/ to talk privately\.$/.test(each));
      return words.length === texts.length && words.every((each, place) => each === texts[place]);
    });
  }

  /** A click whose answer is lost, with a frame that goes, would leave the button down, and no later one would count. */
  async #click(x: number, y: number): Promise<void> {
    const pressed = this.page.mouse.click(x, y).then(() => true);
    if ((await Promise.race([pressed, rest(3000)])) === true) return;
    await Promise.race([this.page.mouse.reset(), rest(1000)]);
    throw new Error('a click went astray');
  }

  async #pressInvite(): Promise<boolean> {
    const place = await (this.browserName === 'firefox' ? this.#placeByFrame() : this.#placeByHost());
    if (place === undefined) return false;
    const { x, y } = place;
    await this.page.mouse.move(x, y);
    const drawn = Promise.all([this.page.evaluate(DRAWN), this.inFrame('transcript', DRAWN)]).catch(() => undefined);
    await Promise.race([drawn, rest(3000)]);
    this.clicks += 1;
    await this.#click(x, y);
    return true;
  }

  /** The middle of an invite's button in the page. */
  async #placeByFrame(): Promise<Place | undefined> {
    const button = (await (await this.#frame('transcript'))?.$$(INVITE_BUTTON))?.at(-1);
    if (button === undefined) return undefined;
    await button.scrollIntoView();
    return button.clickablePoint();
  }

  /** The same without the list of frames that loses some: closed as they are, our hosts are divs of the frames' sizes. */
  async #placeByHost(): Promise<Place | undefined> {
    const inFrame = await (await this.#reach('transcript'))?.evaluate<(Place & { size: number[] }) | null>(`(() => {
      const button = [...document.querySelectorAll('${INVITE_BUTTON}')].at(-1);
      const { left, top, width, height } = button?.getBoundingClientRect() ?? {};
      return button && { x: left + width / 2, y: top + height / 2, size: [innerWidth, innerHeight] };
    })()`);
    if (!inFrame) return undefined;
    return this.page.evaluate(({ x, y, size: [width, height] }) => {
      const host = [...document.querySelectorAll<HTMLElement>('div:empty[style]')].find((each) => {
        const box = each.getBoundingClientRect();
        return Math.abs(box.width - width!) <= 1 && Math.abs(box.height - height!) <= 1;
      });
      if (host === undefined) return undefined;
      for (let at = host.parentElement; at !== null; at = at.parentElement) {
        const box = at.getBoundingClientRect();
        if (at.scrollHeight > at.clientHeight)
          at.scrollTop += host.getBoundingClientRect().top + y - (box.top + box.height / 2);
      }
      const { left, top } = host.getBoundingClientRect();
      return { x: left + x, y: top + y };
    }, inFrame);
  }

  async #describe(): Promise<string> {
    const all = await this.bubbles().catch(() => []);
    const frames = await Promise.all(this.page.frames().map((frame) => addressOf(frame)));
    const seen = all.map(({ from, state, words }) => `${from} ${state} ${words.slice(0, 24)}`);
    const composer = await this.#inComposer<string>(COMPOSER_NOW).catch(String);
    const page = await Promise.race([this.page.evaluate(PAGE_NOW), rest(2000)]).catch(String);
    const tabs = await this.tabs().catch(String);
    return `${this.browserName} ${JSON.stringify(seen).slice(0, 4000)} frames: ${frames.join(' ')} composer: ${composer} page: ${page} tabs: ${tabs}`;
  }

  /** What `expression` gives in our frame of `kind`; undefined where none shows anything. */
  async inFrame<Value>(kind: 'composer' | 'transcript', expression: string): Promise<Value | undefined> {
    return (await this.#reach(kind))?.evaluate<Value>(expression);
  }

  #inComposer<Value>(expression: string): Promise<Value | undefined> {
    return this.inFrame('composer', expression);
  }

  /** A way into our frame of `kind` that shows something. Puppeteer's own list of frames loses one of two that come at once. */
  async #reach(kind: 'composer' | 'transcript'): Promise<Reach | undefined> {
    if (this.browserName === 'firefox') {
      const frame = await this.#frame(kind);
      return frame && { address: '', evaluate: (expression) => frame.evaluate(expression) as Promise<never> };
    }
    for (const found of await this.#targets()) {
      if (!found.address.includes(`/${kind}.html`)) continue;
      const drawn = found.evaluate<boolean>('document.body?.childElementCount > 0').catch(() => false);
      if ((await Promise.race([drawn, rest(2000)])) === true) return found;
    }
    return undefined;
  }

  /** Our frame of `kind` that shows something. */
  async #frame(kind: 'composer' | 'transcript'): Promise<Frame | undefined> {
    for (const frame of this.page.frames()) {
      if (frame === this.page.mainFrame()) continue;
      const address = this.browserName === 'chromium' ? frame.url() : await addressOf(frame);
      if (!/^(chrome|moz)-extension:/.test(address) || !address.includes(`/${kind}.html`)) continue;
      const drawn = await Promise.race([frame.evaluate(() => document.body?.childElementCount > 0), rest(2000)]).catch(
        () => false,
      );
      if (drawn === true) return frame;
    }
    return undefined;
  }

  async #launch(first: boolean): Promise<void> {
    const { headless, window } = this.#window;
    const { x, y, width, height } = window;
    const common = {
      timeout: PATIENCE_MS,
      headless,
      userDataDir: this.#profile,
      defaultViewport: headless ? { width, height } : null,
    };
    if (this.browserName === 'chromium') {
      this.#browser = await puppeteer.launch({
        ...common,
        executablePath: findChromium() ?? 'chromium',
        args: [...CHROMIUM_FLAGS, `--window-position=${x},${y}`, `--window-size=${width},${height}`],
        enableExtensions: [this.#extension],
      });
      this.#targets = await createReach(this.#browser);
      await untilBegun(this.#browser, first);
    } else {
      this.#browser = await puppeteer.launch({
        ...common,
        browser: 'firefox',
        executablePath: findFirefox() ?? 'firefox',
        args: ['--remote-allow-system-access'],
        // Nobody can press its question: what is asked for in a press is given without one.
        extraPrefsFirefox: { 'extensions.webextOptionalPermissionPrompts': false },
      });
      await this.#browser.installExtension(this.#extension);
      await untilBegunInFirefox(this.#browser);
    }
    this.page = await this.#browser.newPage();
  }
}

async function addressOf(frame: Frame): Promise<string> {
  const address = await Promise.race([frame.evaluate(() => location.href), rest(2000)]).catch(() => undefined);
  return address ?? '';
}

/** Waits. */
export function rest(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
