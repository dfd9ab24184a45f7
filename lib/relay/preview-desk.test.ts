import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Page, PreviewChoices } from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { LinkState } from '../frames/index.ts';
import type { BuiltPreview, PreviewWish } from '../preview/index.ts';
import { PUBLIC_WEB } from '../preview/index.ts';
import type { Caller } from '../rpc/index.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
let choices: PreviewChoices;
const answers: string[] = [];
vi.mock('../conversation/index.ts', () => ({
  placeOf: () => ({ conversationId: new Uint8Array(16) }),
  previewRooms: () => [900, 1300],
  readPreviewChoices: async () => choices,
  saveSiteAnswer: async (_around: unknown, site: string, answer: 'yes' | 'no') => {
    answers.push(`${site} ${answer}`);
    choices = { ...choices, answer };
  },
  forgetSiteAnswers: async () => {
    choices = { ...choices, answer: undefined };
  },
}));
const { PreviewDesk } = await import('./preview-desk.ts');

const URL_A = 'https://example.org/a';
const TEXT = `look ${URL_A} there`;
const alice = { kind: 'composer', conversation: 'c', tab: 1 } as Caller;
const otherTab = { ...alice, tab: 2 };
const built: BuiltPreview = { preview: { url: URL_A, title: 'A', description: 'b', siteName: 'S' } };

let told: { state: LinkState; to: (caller: Caller) => boolean }[];
let wishes: PreviewWish[];
let finish: ((value: BuiltPreview | Failure<string>) => void)[];
let permitted: boolean;
let forgotten: number;
let desk: InstanceType<typeof PreviewDesk>;

const settle = () => new Promise((resolve) => setImmediate(resolve));
const states = () => told.map(({ state }) => state.state);
const last = () => told.at(-1)!.state;

beforeEach(() => {
  [told, wishes, finish, permitted, forgotten] = [[], [], [], true, 0];
  answers.length = 0;
  choices = { everywhere: 'always', proxy: undefined, chat: undefined, answer: undefined };
  const builder = {
    build: (wish: PreviewWish) =>
      new Promise<never>((resolve) => {
        wishes.push(wish);
        finish.push((value) =>
          resolve((value instanceof Failure ? { ok: false, failure: value } : { ok: true, value }) as never),
        );
      }),
    forget: () => {
      forgotten += 1;
    },
  };
  desk = new PreviewDesk({
    around: async () => ({}) as never,
    pageOf: async (conversation) => (conversation === 'c' ? ({ text: {} } as Page) : undefined),
    policy: PUBLIC_WEB,
    builder: async () => (permitted ? builder : undefined),
    tell: (state, to) => told.push({ state, to }),
  });
});

describe('the link in a composer', () => {
  it('is looked up where that is allowed, and its preview is told to that composer alone', async () => {
    await desk.look(alice, TEXT);
    await settle();
    expect(wishes).toMatchObject([{ url: URL_A, rooms: [900, 1300], proxy: undefined }]);
    finish[0]!(built);
    await settle();
    expect(states()).toEqual(['building', 'ready']);
    expect(last()).toEqual({
      state: 'ready',
      url: URL_A,
      picture: '',
      card: {
        ...built.preview,
        host: { text: 'example.org', mark: 'plain', port: '', secure: true },
        picture: null,
      },
    });
    const [{ to }] = told as [(typeof told)[0]];
    expect([
      to(alice),
      to(otherTab),
      to({ ...alice, conversation: 'd' }),
      to({ ...alice, kind: 'transcript' }),
    ]).toEqual([true, false, false, false]);
  });

  it('is one: the same one is not looked up again, another one ends it', async () => {
    await desk.look(alice, TEXT);
    await desk.look(alice, `${TEXT} and more`);
    await settle();
    expect(wishes).toHaveLength(1);
    await desk.look(alice, 'https://example.org/b');
    await settle();
    expect(wishes.map(({ url, signal }) => [url, signal!.aborted])).toEqual([
      [URL_A, true],
      ['https://example.org/b', false],
    ]);
    finish[0]!(built);
    await settle();
    expect(states()).toEqual(['building', 'building', 'building']);
  });

  it('is gone with its address', async () => {
    await desk.look(alice, TEXT);
    await settle();
    await desk.look(alice, 'look there');
    expect([wishes[0]!.signal!.aborted, last().state]).toEqual([true, 'none']);
    expect(await desk.take(alice, TEXT)).toBeUndefined();
  });

  it.each(['off', 'no'] as const)('is not looked up, and nobody asks, where it is %s', async (why) => {
    choices = why === 'off' ? { ...choices, everywhere: 'off' } : { ...choices, everywhere: 'ask', answer: 'no' };
    await desk.look(alice, TEXT);
    await settle();
    expect([states(), wishes]).toEqual([['none'], []]);
  });

  it('is asked about first, and looked up after a yes', async () => {
    choices = { ...choices, everywhere: 'ask' };
    await desk.look(alice, TEXT);
    await settle();
    expect([states(), wishes]).toEqual([['ask'], []]);
    await desk.answer(alice, URL_A, true);
    await settle();
    expect([answers, states(), wishes.length]).toEqual([['example.org yes'], ['ask', 'building'], 1]);
  });

  it('is not looked up after a no', async () => {
    choices = { ...choices, everywhere: 'ask' };
    await desk.look(alice, TEXT);
    await desk.answer(alice, URL_A, false);
    await settle();
    expect([answers, states(), wishes]).toEqual([['example.org no'], ['ask', 'none'], []]);
  });

  it("waits for the browser's permission, and goes on when it is there", async () => {
    permitted = false;
    await desk.look(alice, TEXT);
    expect([states(), wishes]).toEqual([['permit'], []]);
    permitted = true;
    await desk.settingsChanged();
    await settle();
    expect([states(), wishes.length]).toEqual([['permit', 'building'], 1]);
  });

  it('of a private network is refused before anybody is asked', async () => {
    choices = { ...choices, everywhere: 'ask' };
    await desk.look(alice, 'http://192.168.1.1/admin');
    expect(last()).toMatchObject({ state: 'failed', code: 'PrivateAddress' });
    expect(wishes).toEqual([]);
  });

  it('says why there is no preview', async () => {
    await desk.look(alice, TEXT);
    await settle();
    finish[0]!(new Failure('DeadLink', 'never'));
    await settle();
    expect(last()).toMatchObject({ state: 'failed', url: URL_A, code: 'DeadLink' });
    expect(await desk.take(alice, TEXT)).toBeUndefined();
  });

  it('of a chat that nobody knows is nothing', async () => {
    await desk.look({ ...alice, conversation: 'd' }, TEXT);
    expect([told, wishes]).toEqual([[], []]);
  });
});

describe('what goes with a message', () => {
  it('is the preview that stands there, once', async () => {
    await desk.look(alice, TEXT);
    await settle();
    finish[0]!(built);
    await settle();
    expect(await desk.take(otherTab, TEXT)).toBeUndefined();
    expect(await desk.take(alice, TEXT)).toEqual(built.preview);
    expect(await desk.take(alice, TEXT)).toBeUndefined();
  });

  it('is nothing of another link', async () => {
    await desk.look(alice, TEXT);
    await settle();
    finish[0]!(built);
    await settle();
    expect(await desk.take(alice, 'https://example.org/b')).toBeUndefined();
  });

  it('is nothing that was taken away, and the making of it ends', async () => {
    await desk.look(alice, TEXT);
    await settle();
    desk.remove(alice, 'https://example.org/b');
    expect(wishes[0]!.signal!.aborted).toBe(false);
    desk.remove(alice, URL_A);
    expect([wishes[0]!.signal!.aborted, last().state]).toEqual([true, 'none']);
    finish[0]!(built);
    await settle();
    expect(last().state).toBe('none');
    // It stays away for as long as its link stands there.
    await desk.look(alice, TEXT);
    expect([last().state, wishes.length]).toEqual(['none', 1]);
    expect(await desk.take(alice, TEXT)).toBeUndefined();
  });

  it('does not wait for a server that has not answered, and stops asking', async () => {
    await desk.look(alice, TEXT);
    await settle();
    expect(await desk.take(alice, TEXT)).toBeUndefined();
    expect(wishes[0]!.signal!.aborted).toBe(true);
  });

  it('waits a moment for what is nearly there', async () => {
    await desk.look(alice, TEXT);
    await settle();
    wishes[0]!.onStage!('reading');
    const taken = desk.take(alice, TEXT);
    // The box is empty meanwhile, and that ends nothing.
    await desk.look(alice, '');
    expect(wishes[0]!.signal!.aborted).toBe(false);
    finish[0]!(built);
    expect(await taken).toEqual(built.preview);
  });

  it('stays with words that wait for others, while the next link is looked up', async () => {
    await desk.look(alice, TEXT);
    await settle();
    finish[0]!(built);
    await settle();
    desk.hold(alice, TEXT);
    await desk.look(alice, 'https://example.org/b');
    await settle();
    // Made while its words wait: nothing of it is told in a box that has others.
    desk.hold(alice, 'https://example.org/b');
    await desk.look(alice, 'https://example.org/c');
    await settle();
    const before = told.length;
    finish[1]!({ preview: { ...built.preview, url: 'https://example.org/b' } });
    await settle();
    expect([told.length, wishes.map(({ signal }) => signal!.aborted)]).toEqual([before, [false, false, false]]);
    expect(await desk.take(alice, TEXT)).toEqual(built.preview);
    expect((await desk.take(alice, 'https://example.org/b'))?.url).toBe('https://example.org/b');
    expect(await desk.take(alice, TEXT)).toBeUndefined();
    expect(wishes.map(({ signal }) => signal!.aborted)).toEqual([true, true, false]);
  });

  it('is held for eight texts at most, for none without it, and for none where previews are turned off', async () => {
    const links = Array.from({ length: 9 }, (_, place) => `https://example.org/${place}`);
    for (const text of links) {
      await desk.look(alice, text);
      desk.hold(alice, 'https://example.org/other');
      desk.hold(alice, text);
      desk.hold(alice, text);
    }
    await settle();
    expect(wishes.map(({ signal }) => signal!.aborted)).toEqual([true, ...Array<boolean>(8).fill(false)]);
    for (const finished of finish) finished(built);
    await settle();
    expect(await desk.take(alice, links[0]!)).toBeUndefined();
    expect(await desk.take(alice, links[1]!)).toEqual(built.preview);
    choices = { ...choices, everywhere: 'off' };
    await desk.settingsChanged();
    expect(wishes.every(({ signal }) => signal!.aborted)).toBe(true);
    expect(await desk.take(alice, links[2]!)).toBeUndefined();
  });
});

describe('when the settings change', () => {
  it('what is under way ends, what is in memory is forgotten, and off is off', async () => {
    await desk.look(alice, TEXT);
    await settle();
    choices = { ...choices, everywhere: 'off' };
    await desk.settingsChanged();
    await settle();
    expect([wishes[0]!.signal!.aborted, forgotten, last().state, wishes.length]).toEqual([true, 1, 'none', 1]);
    expect(await desk.take(alice, TEXT)).toBeUndefined();
  });

  it('what was taken away stays away', async () => {
    await desk.look(alice, TEXT);
    desk.remove(alice, URL_A);
    await desk.settingsChanged();
    await settle();
    expect([states(), wishes.length]).toEqual([['building', 'none'], 1]);
  });

  it('a site is asked about anew after the answers are forgotten', async () => {
    choices = { ...choices, everywhere: 'ask', answer: 'no' };
    await desk.look(alice, TEXT);
    await desk.forgetAnswers();
    expect(states()).toEqual(['none', 'ask']);
  });
});
