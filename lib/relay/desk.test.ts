import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reading } from '../conversation/index.ts';
import type { Bubble } from '../frames/index.ts';
import type { CallContext } from '../rpc/index.ts';
import type { OpenChat } from './open-chats.ts';
import type { ChatStatus, RowVerdict } from './page-contract.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
vi.mock('../text/index.ts', () => ({ text: (key: string) => key }));
/** What each call about rows waits for: the reading of its first span. */
const reading = new Map<string, { readonly done: Promise<Reading[]>; finish(readings: Reading[]): void }>();
/** Spans that were read before. */
const known = new Set<string>();
/** What every bubble says. */
let words = 'Dinner at eight?';
const ENTRY = { kind: 'entry', entry: 'e', part: undefined } as unknown as Reading;
/** What the bubbles of entries say that are invites. */
const INVITES = new Map([
  ['old', { state: 'invite', from: 'them', name: 'Bob', acceptable: true }],
  ['new', { state: 'invite', from: 'them', name: 'Bob', acceptable: true }],
  ['over', { state: 'invite', from: 'them', name: 'Bob', acceptable: false }],
  ['own', { state: 'invite', from: 'me', name: 'Bob', acceptable: true }],
]);
let state = 'private';
let unsent = false;
const retrySending = vi.fn();
vi.mock('../conversation/index.ts', () => ({
  INVITE_SENTENCE: 'invite',
  invite: async () => 'the invite',
  isInviteUnsent: async () => unsent,
  retrySending,
  stateOf: async () => state,
  readSpans: async (_around: unknown, _page: unknown, spans: string[]) =>
    (await Promise.all(spans.map((span) => reading.get(span)?.done ?? [ENTRY]))).flat(),
  readKnownSpans: async (_around: unknown, _page: unknown, spans: string[]) =>
    spans.map((span) => (known.has(span) ? ENTRY : undefined)),
  bubblesOf: async (
    _around: unknown,
    _page: unknown,
    rows: { id: string; readings: Reading[] }[],
    wanted?: ReadonlySet<string>,
  ) =>
    rows
      .filter(({ id, readings }) => readings.length > 0 && wanted?.has(id) !== false)
      .map(({ id, readings: [first] }) => ({
        id,
        ...(first?.kind === 'entry' ? INVITES.get(first.entry) : undefined),
        reason: first?.kind === 'refused' ? first.code : null,
        text: words,
      })),
}));
const { Desk } = await import('./desk.ts');

const context = { caller: {} } as CallContext;
const bubbles: string[][] = [];
const shown: Bubble[] = [];
const verdicts: RowVerdict[][] = [];
let outboxes = 0;
let tellStatus: (chat: OpenChat, status: ChatStatus) => unknown;
let chat: OpenChat;
let desk: InstanceType<typeof Desk>;

beforeEach(() => {
  bubbles.length = 0;
  shown.length = 0;
  verdicts.length = 0;
  outboxes = 0;
  tellStatus = () => {};
  known.clear();
  reading.clear();
  words = 'Dinner at eight?';
  chat = {
    chat: 1,
    page: {},
    conversation: 'c',
    readings: new Map(),
    readAt: new Map(),
    held: new Map(),
    lost: new Map(),
    order: [],
    listed: false,
    status: '',
    bubbles: new Map(),
    verdicts: new Map(),
  } as unknown as OpenChat;
  const parts = {
    now: () => Date.now(),
    around: async () => ({}),
    chats: { find: () => chat, of: () => [chat], open: async () => chat },
    tellStatus: (...told: Parameters<typeof tellStatus>) => tellStatus(...told),
    tellVerdicts: (_chat: OpenChat, news: RowVerdict[]) => verdicts.push(news),
    tellOutbox: () => {
      outboxes += 1;
    },
    tellBubbles: (_chat: OpenChat, news: Bubble[]) => {
      bubbles.push(news.map(({ id }) => id));
      shown.push(...news);
    },
    tellComposers: () => {},
  };
  desk = new Desk(parts as unknown as ConstructorParameters<typeof Desk>[0]);
});

function tell(rows: number[], order: number[], how: { known?: boolean } = {}): Promise<RowVerdict[]> {
  const reports = rows.map((row) => ({ row, spans: [`text ${row}`], complete: true, own: 'unknown' as const }));
  const report = { chat: 1, rows: reports, order, known: false, ...how };
  return Promise.resolve(desk.handlers()['chat.rows'](report, context));
}

describe('the desk', () => {
  afterEach(() => {
    vi.useRealTimers();
    state = 'private';
    unsent = false;
  });

  it('keeps the bubbles of rows that came while the rows before them were still being read', async () => {
    let finish: (readings: Reading[]) => void = () => {};
    const done = new Promise<Reading[]>((resolve) => {
      finish = resolve;
    });
    reading.set('text 1', { done, finish });
    const first = tell([1], [1]);
    expect(await tell([2], [1, 2])).toEqual([{ row: 2, show: 'bubble' }]);
    finish([ENTRY]);
    expect(await first).toEqual([{ row: 1, show: 'bubble' }]);
    expect([...chat.bubbles.keys()]).toEqual(['r2', 'r1']);
  });

  it('gives the newest invite in the list that can be accepted, and none where there is none', async () => {
    const list = async (...entries: string[]): Promise<string | undefined> => {
      for (const [at, entry] of entries.entries()) {
        const readings = [{ kind: 'entry', entry, part: undefined }] as unknown as Reading[];
        reading.set(`text ${at + 1}`, { done: Promise.resolve(readings), finish: () => {} });
      }
      const rows = entries.map((_, at) => at + 1);
      await tell(rows, rows);
      return desk.openInvite(chat);
    };
    expect(await list('old', 'new', 'over', 'own', 'e')).toBe('new');
    expect(await list('over', 'own', 'e')).toBeUndefined();
    expect(await list()).toBeUndefined();
  });

  it('looks how a reported chat stands when what came with the report is read, and says it in the answer alone', async () => {
    let finish: (readings: Reading[]) => void = () => {};
    const done = new Promise<Reading[]>((resolve) => {
      finish = resolve;
    });
    reading.set('text 1', { done, finish });
    const told: unknown[] = [];
    tellStatus = (_chat, status) => told.push(status.state);
    state = 'inviting';
    const answers = desk.handlers();
    const answer = Promise.resolve(answers['chat.open']({} as Parameters<(typeof answers)['chat.open']>[0], context));
    const rows = tell([1], [1]);
    await new Promise((resolve) => setTimeout(resolve, 0));
    state = 'private';
    finish([ENTRY]);
    expect((await answer).state).toBe('private');
    expect([await rows, told]).toEqual([[{ row: 1, show: 'bubble' }], []]);
    state = 'keyChanged';
    chat.status = '';
    await tell([2], [1, 2]);
    expect(told).toEqual(['private']);
  });

  it('says nothing of rows that are still to be told, and forgets none that stand in the order', async () => {
    expect(await tell([1], [1, 2, 3])).toEqual([{ row: 1, show: 'bubble' }]);
    expect([chat.listed, outboxes]).toEqual([false, 0]);
    expect(await tell([2, 3], [1, 2, 3])).toEqual([
      { row: 2, show: 'bubble' },
      { row: 3, show: 'bubble' },
    ]);
    expect([chat.listed, outboxes]).toEqual([true, 1]);
    expect([...chat.readings.keys()]).toEqual([1, 2, 3]);
  });

  it('looks up what was read before, and leaves what was not for when it is told in its order', async () => {
    known.add('text 2');
    expect(await tell([2, 3], [1, 2, 3], { known: true })).toEqual([{ row: 2, show: 'bubble' }]);
    expect(chat.readings.has(3)).toBe(false);
  });

  it('tells frames and pages what is news, and nothing twice', async () => {
    await tell([1, 2], [1, 2]);
    await desk.changed('c');
    expect([bubbles, verdicts]).toEqual([[['r1', 'r2']], []]);
    words = 'Dinner at nine.';
    await desk.changed('c');
    expect([bubbles, verdicts]).toEqual([
      [
        ['r1', 'r2'],
        ['r1', 'r2'],
      ],
      [],
    ]);
  });

  it('forgets rows that left the list, so that they are news when they come again', async () => {
    await tell([1, 2], [1, 2]);
    await tell([], [2]);
    expect([[...chat.readings.keys()], [...chat.bubbles.keys()]]).toEqual([[2], ['r2']]);
  });

  it('says of a block that was cut off that parts are missing, when nothing more has come for a while', async () => {
    vi.useFakeTimers();
    const cut = [{ kind: 'refused', code: 'Incomplete', retry: 'later', part: undefined }] as Reading[];
    reading.set('text 7', { done: Promise.resolve(cut), finish: () => {} });
    await tell([7], [7]);
    expect(shown).toMatchObject([{ state: 'reading', reason: null }]);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(shown).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(shown.slice(1)).toMatchObject([{ reason: 'Incomplete' }]);
  });

  it.each(['ContactKeyChanged', 'NoRoom'] as const)(
    'reads a row that was refused with %s again when something has changed, until it is read',
    async (code) => {
      const answer = (given: Reading) => reading.set('text 7', { done: Promise.resolve([given]), finish: () => {} });
      const refusal: Reading = { kind: 'refused', code, retry: 'user', part: undefined };
      answer(refusal);
      await tell([7], [7]);
      await desk.changed('c');
      expect(chat.readings.get(7)).toEqual([refusal]);
      answer(ENTRY);
      await desk.changed('c');
      expect(chat.readings.get(7)).toEqual([ENTRY]);
      expect(shown.map(({ reason }) => reason)).toEqual([code, null]);
      // Read once: from now on it is an entry like any other.
      answer(refusal);
      await desk.changed('c');
      expect(chat.readings.get(7)).toEqual([ENTRY]);
    },
  );

  it('shows why a whole block was refused also where nothing is private, and leaves a look-alike as it is', async () => {
    state = 'none';
    await desk.changed('c');
    const part = { message: '00', index: 0, count: 1 };
    for (const [row, where, show] of [
      [1, part, 'bubble'],
      [2, undefined, 'leave'],
    ] as const) {
      const copied: Reading = { kind: 'refused', code: 'OtherConversation', retry: 'never', part: where };
      reading.set(`text ${row}`, { done: Promise.resolve([copied]), finish: () => {} });
      expect(await tell([row], [row])).toEqual([{ row, show }]);
    }
  });

  it('says at the lock that the site did not take the invite, and posts the same one at the next press', async () => {
    state = 'inviting';
    const seen: unknown[] = [];
    tellStatus = (_chat, status) => seen.push(status);
    await desk.changed('c');
    unsent = true;
    await desk.changed('c');
    expect(seen).toMatchObject([
      { state: 'inviting', label: 'lockInviting' },
      { state: 'none', label: 'lockUnsent' },
    ]);
    await desk.handlers()['chat.invite']({ chat: 1 }, context);
    expect(retrySending.mock.calls.map(([, entry]) => entry)).toEqual(['the invite']);
    unsent = false;
    await desk.handlers()['chat.invite']({ chat: 1 }, context);
    expect(retrySending).toHaveBeenCalledTimes(1);
  });

  it.each(['NotForYou', 'SessionLost'])(
    'looks up a row that was refused with %s whenever more was read, and never reads it again',
    async (code) => {
      const refused = { kind: 'refused', code, retry: 'never', part: undefined } as unknown as Reading;
      let reads = 0;
      reading.set('text 1', { done: Promise.resolve([refused]), finish: () => {} });
      await tell([1], [1]);
      expect(chat.lost).toEqual(new Map([[1, ['text 1']]]));
      expect(chat.held.size).toBe(0);
      reading.set('text 1', {
        get done(): Promise<Reading[]> {
          reads += 1;
          return Promise.resolve([ENTRY]);
        },
        finish: () => {},
      });
      await tell([2], [1, 2]);
      await vi.waitFor(() => expect(shown.map(({ id }) => id)).toContain('r2'));
      expect(chat.readings.get(1)).toEqual([refused]);
      // It was sent again.
      known.add('text 1');
      await tell([3], [1, 2, 3]);
      await vi.waitFor(() => expect(chat.readings.get(1)).toEqual([ENTRY]));
      expect([chat.lost.size, reads]).toEqual([0, 0]);
    },
  );

  it('forgets a row without keys that left the list', async () => {
    const refused = { kind: 'refused', code: 'NotForYou', retry: 'never', part: undefined } as unknown as Reading;
    reading.set('text 1', { done: Promise.resolve([refused]), finish: () => {} });
    await tell([1], [1]);
    expect(chat.lost.size).toBe(1);
    await tell([2], [2]);
    expect(chat.lost.size).toBe(0);
  });
});
