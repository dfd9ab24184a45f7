import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Reading } from '../conversation/index.ts';
import type { CallContext } from '../rpc/index.ts';
import type { OpenChat } from './open-chats.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
vi.mock('../text/index.ts', () => ({ text: (key: string) => key }));
/** What each call about rows waits for: the reading of its first span. */
const reading = new Map<
  string,
  { readonly done: Promise<Reading[]>; readonly finish: (readings: Reading[]) => void }
>();
vi.mock('../conversation/index.ts', () => ({
  INVITE_SENTENCE: 'invite',
  invite: vi.fn(),
  stateOf: async () => 'private',
  readSpans: (_around: unknown, _page: unknown, [first]: string[]) => reading.get(first!)!.done,
  bubblesOf: async (_around: unknown, _page: unknown, rows: { id: string; readings: Reading[] }[]) =>
    rows
      .filter(({ readings }) => readings.length > 0)
      .map(({ id, readings: [first] }) => ({ id, reason: first?.kind === 'refused' ? first.code : null })),
}));
const { Desk } = await import('./desk.ts');

const chat = { chat: 1, page: {}, conversation: 'c', readings: new Map(), readAt: new Map(), told: [] };
const parts = {
  now: () => 0,
  around: async () => ({}),
  chats: { find: () => chat as unknown as OpenChat },
  tellStatus: () => {},
  tellVerdicts: () => {},
  tellOutbox: () => {},
  tellBubbles: () => {},
  tellComposers: () => {},
};

describe('the desk', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps the bubbles of rows that came while the rows before them were still being read', async () => {
    const desk = new Desk(parts as unknown as ConstructorParameters<typeof Desk>[0]).handlers();
    const context = { caller: {} } as CallContext;
    const tell = (row: number, order: number[]) => {
      let finish: (readings: Reading[]) => void = () => {};
      const done = new Promise<Reading[]>((resolve) => {
        finish = resolve;
      });
      reading.set(`text ${row}`, { done, finish });
      const rows = [{ row, spans: [`text ${row}`], complete: true, own: 'unknown' as const }];
      return desk['chat.rows']({ chat: 1, rows, order }, context);
    };
    const entry = [{ kind: 'entry', entry: 'e', part: undefined }] as unknown as Reading[];
    const first = tell(1, [1]);
    const second = tell(2, [1, 2]);
    reading.get('text 2')!.finish(entry);
    await second;
    reading.get('text 1')!.finish(entry);
    expect(await first).toEqual([
      { row: 1, show: 'bubble' },
      { row: 2, show: 'bubble' },
    ]);
  });

  it('says of a block that was cut off that parts are missing, when nothing more has come for a while', async () => {
    vi.useFakeTimers();
    const told: unknown[] = [];
    const own = {
      ...parts,
      now: Date.now,
      chats: { find: () => chat, of: () => [chat] },
      tellBubbles: (_: unknown, [bubble]: { state: string; reason: string }[]) => told.push(bubble),
    };
    const desk = new Desk(own as unknown as ConstructorParameters<typeof Desk>[0]).handlers();
    const cut = [{ kind: 'refused', code: 'Incomplete', retry: 'later', part: undefined }] as Reading[];
    reading.set('cut', { done: Promise.resolve(cut), finish: () => {} });
    const rows = [{ row: 7, spans: ['cut'], complete: false, own: 'unknown' as const }];
    await desk['chat.rows']({ chat: 1, rows, order: [7] }, { caller: {} } as CallContext);
    expect(told).toMatchObject([{ state: 'reading', reason: null }]);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(told).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(told.slice(1)).toMatchObject([{ reason: 'Incomplete' }]);
  });
});
