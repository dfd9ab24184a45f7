/**
 * Owns what a person sees and does in our frames while things die around them: always by the browser's own list of frames,
 * and never waiting for ever for one that does not answer.
 */
import { createReach, type Reach } from '../hostile/support/chrome-frames.ts';
import type { SeenBubble } from './looks.ts';
import type { Person } from './person.ts';
import { rest } from './person.ts';

/** A busy machine shows late what an idle one shows at once, in milliseconds. */
const PATIENCE_MS = 60_000;
/** A frame that has not answered by then is dying. */
const ANSWER_MS = 2000;
/** One that is still there after that long, and still silent, is given up. */
const SILENT_MS = 20_000;
/** The composer keeps a draft when typing rests for 300 ms. */
const DRAFT_KEPT_MS = 450;

/** What a composer shows. */
export interface SeenComposer {
  readonly words: string;
  readonly busy: boolean;
  readonly problem: string;
}

/** What a bubble shows, with all that we say in it ourselves. */
export interface ShownBubble extends SeenBubble {
  readonly says: string;
}

/** The frames of one browser, as long as it lives. */
export class View {
  readonly #frames: () => Promise<Reach[]>;

  private constructor(frames: () => Promise<Reach[]>) {
    this.#frames = frames;
  }

  static async of(person: Person): Promise<View> {
    return new View(await createReach(person.page.browser()));
  }

  /** The composers that show something, one a tab. */
  async composers(): Promise<(SeenComposer & { readonly frame: Reach })[]> {
    const seen = await this.#ask<SeenComposer | null>(
      'composer',
      `(() => {
        const area = document.querySelector('textarea');
        const problem = document.querySelector('.problem')?.textContent ?? '';
        return area && { words: area.value, busy: area.getAttribute('aria-busy') === 'true', problem };
      })()`,
    );
    return seen.flatMap(({ frame, value }) => (value ? [{ ...value, frame }] : []));
  }

  /** The one composer. */
  async composer(): Promise<(SeenComposer & { readonly frame: Reach }) | undefined> {
    return (await this.composers())[0];
  }

  /** The bubbles of each transcript, from top to bottom. */
  async transcripts(): Promise<ShownBubble[][]> {
    const seen = await this.#ask<ShownBubble[]>(
      'transcript',
      `[...document.querySelectorAll('.bubble')].sort((one, other) => one.offsetTop - other.offsetTop).map((bubble) => ({
        from: bubble.classList.contains('me') ? 'me' : bubble.classList.contains('them') ? 'them' : '',
        state: bubble.classList.item(bubble.classList.length - 1) ?? '',
        words: bubble.querySelector('.words')?.textContent ?? '',
        says: bubble.textContent ?? '',
      }))`,
    );
    return seen.map(({ value }) => value);
  }

  /** How often `words` are shown as a message; what is marked as a repetition aside. */
  async timesShown(words: string): Promise<number> {
    const [bubbles = []] = await this.transcripts();
    return bubbles.filter((bubble) => bubble.words === words && bubble.state !== 'repeated').length;
  }

  /** Writes `words` and waits until a person's pause has kept them as the draft. */
  async write(words: string): Promise<void> {
    const { frame } = await until('an empty composer', async () => {
      const found = await this.composer();
      return found !== undefined && !found.busy && found.words === '' ? found : undefined;
    });
    await typeInto(frame, words);
    await rest(DRAFT_KEPT_MS);
  }

  /** Enter in the composer. */
  async enter(): Promise<void> {
    const { frame } = await until('a composer', () => this.composer());
    await pressEnter(frame);
  }

  /** Until the composer says that `words` are sent: as a person does, Enter again where it gives them back. */
  async untilSent(words: string): Promise<void> {
    await until(`sent: ${words}`, async () => {
      const found = await this.composer();
      if (found === undefined || found.busy) return undefined;
      if (found.words === '') return true;
      await pressEnter(found.frame);
      return undefined;
    });
  }

  /** Waits until `words` are shown. */
  async untilShown(words: string): Promise<void> {
    await until(`shown: ${words}`, async () => ((await this.timesShown(words)) > 0 ? true : undefined)).catch(
      async (error: Error) => {
        throw new Error(
          `${error.message}; shown: ${JSON.stringify((await this.transcripts()).map((all) => all.slice(-6)))}`,
        );
      },
    );
  }

  /** What `expression` gives in any frame of ours. */
  async evaluate<Value>(expression: string): Promise<Value> {
    return until('an answer of a frame', async () => {
      for (const kind of ['composer', 'transcript'] as const) {
        const [first] = await this.#ask<Value>(kind, expression);
        if (first !== undefined) return first.value;
      }
      return undefined;
    });
  }

  /** What `expression` gives in every frame of `kind`. */
  async inFrames<Value>(kind: 'composer' | 'transcript', expression: string): Promise<Value[]> {
    return (await this.#ask<Value>(kind, expression)).map(({ value }) => value);
  }

  async #ask<Value>(kind: string, expression: string): Promise<{ frame: Reach; value: Value }[]> {
    const end = Date.now() + SILENT_MS;
    for (;;) {
      const frames = (await this.#frames()).filter(({ address }) => address.includes(`/${kind}.html`));
      const answers = await Promise.all(
        frames.map(async (frame) => {
          const value = await Promise.race([frame.evaluate<Value>(expression).catch(() => undefined), rest(ANSWER_MS)]);
          return value === undefined ? [] : [{ frame, value }];
        }),
      );
      // What dies is soon no longer in the list; what a busy machine lets wait would be missed.
      if (answers.every(({ length }) => length > 0) || Date.now() > end) return answers.flat();
      await rest(40);
    }
  }
}

/** Puts `words` into the box of a composer, as typing does. */
export async function typeInto(frame: Reach, words: string): Promise<void> {
  await frame.evaluate(`(() => {
    const area = document.querySelector('textarea');
    area.focus();
    area.setRangeText(${JSON.stringify(words)}, 0, area.value.length, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  })()`);
}

/** Enter in a composer. The keys themselves are the matter of the hostile tests. */
export async function pressEnter(frame: Reach): Promise<void> {
  await frame.evaluate(
    `document.querySelector('textarea').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))`,
  );
}

/** Waits until `look` gives something. */
export async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await look().catch(() => undefined);
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await rest(40);
  }
}
