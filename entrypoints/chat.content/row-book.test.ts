import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RowsReport, RowVerdict } from '../../lib/relay/page-contract.ts';
import { rpcFailure } from '../../lib/rpc/client.ts';
import type { Chat, RowSighting } from '../../lib/sites/index.ts';
import { RowBook } from './row-book.ts';

vi.mock('../../lib/browser.ts', () => ({ browser: {} }));
vi.stubGlobal('Node', { DOCUMENT_POSITION_FOLLOWING: 4 });

/** Rows in the order of their places. */
function sightingsOf(count: number): RowSighting[] {
  return Array.from({ length: count }, (_, place) => {
    const row = {
      place,
      compareDocumentPosition: (other: { place: number }) => (other.place > place ? 4 : 2),
    } as unknown as HTMLElement;
    const text = `armour ${place}`;
    const spans = [{ start: 0, end: text.length, complete: true }];
    return { chat, rows: [row], bodies: [row], text, spans, complete: true, id: undefined, own: undefined };
  });
}

const chat = {} as Chat;
const calls: RowsReport[] = [];
/** Runs before a call is answered. */
let before: (report: RowsReport) => void = () => {};
/** Runs when the book asks for a connection. */
let connect = () => {};
let told: Promise<unknown>;
let book: RowBook;

beforeEach(() => {
  calls.length = 0;
  before = () => {};
  connect = () => {};
  let tell: (failure?: unknown) => void = () => {};
  const next = () => {
    told = new Promise((resolve) => {
      tell = resolve;
    });
  };
  next();
  const call = async (_method: string, report: RowsReport): Promise<RowVerdict[]> => {
    calls.push(report);
    await Promise.resolve();
    before(report);
    return report.rows.map(({ row }) => ({ row, show: 'bubble' }));
  };
  book = new RowBook(
    { call, open: () => connect() } as never,
    1,
    chat,
    () => {},
    (failure) => {
      const done = tell;
      next();
      done(failure);
    },
  );
});

describe('a book of rows', () => {
  it('tells a short list in one call', async () => {
    book.read(sightingsOf(3));
    await told;
    expect(calls.map(({ rows, order, known }) => [rows.length, order.length, known])).toEqual([[3, 3, false]]);
    expect(book.rows()).toHaveLength(3);
  });

  it('tells an empty list: before, the background does not know what the site has', async () => {
    book.read([]);
    await told;
    expect(calls).toEqual([{ chat: 1, rows: [], order: [], known: false }]);
  });

  it('asks of a long list the newest first, and then tells all in its order', async () => {
    book.read(sightingsOf(250));
    await told;
    expect(calls.map(({ rows, known }) => [rows.length, known])).toEqual([
      [40, true],
      [100, false],
      [100, false],
      [50, false],
    ]);
    const order = calls[0]!.order;
    expect(calls.slice(1).flatMap(({ rows }) => rows.map(({ row }) => row))).toEqual(order);
    expect(calls[0]!.rows.map(({ row }) => row)).toEqual(order.slice(-40));
  });

  it('loses no row when the background forgets in the middle of being told, and the bubbles stay', async () => {
    const sightings = sightingsOf(250);
    before = () => {
      if (calls.length !== 3) return;
      book.forget();
      book.read(sightings);
      expect(book.rows()).toHaveLength(140);
    };
    book.read(sightings);
    await told;
    const after = calls.slice(3).filter(({ known }) => !known);
    expect(after.flatMap(({ rows }) => rows)).toHaveLength(250);
    expect(book.rows()).toHaveLength(250);
  });

  it('tells a background that woke what nobody read yet, and only then what it forgot', async () => {
    const sightings = sightingsOf(51);
    book.read(sightings.slice(0, 50));
    await told;
    calls.length = 0;
    connect = () => {
      connect = () => {};
      book.forget();
    };
    book.read(sightings);
    await told;
    expect(calls.map(({ rows, order, known }) => [rows.length, order.length, known])).toEqual([
      [1, 51, false],
      [40, 51, true],
      [50, 51, false],
    ]);
  });

  it('wakes no background for a list that it knows', async () => {
    const sightings = sightingsOf(2);
    book.read(sightings);
    await told;
    connect = () => {
      throw new Error('asked for');
    };
    book.read(sightings);
    expect(calls).toHaveLength(1);
  });

  it('tells all to a background that is new, whatever the old one never answers', async () => {
    let hang = true;
    const call = (_method: string, report: RowsReport): Promise<RowVerdict[]> => {
      calls.push(report);
      return hang ? new Promise(() => {}) : Promise.resolve(report.rows.map(({ row }) => ({ row, show: 'bubble' })));
    };
    const own = new RowBook(
      { call, open: () => undefined } as never,
      1,
      chat,
      () => {},
      () => {},
    );
    const sightings = sightingsOf(2);
    own.read(sightings);
    hang = false;
    own.forget();
    own.read(sightings);
    await vi.waitFor(() => expect(own.rows()).toHaveLength(2));
    expect(calls).toHaveLength(2);
  });

  it('knows the rows of a list that is drawn anew, and where they stand now', async () => {
    book.read(sightingsOf(3));
    await told;
    const ids = book.rows().map(({ id }) => id);
    const anew = sightingsOf(3);
    expect(book.read(anew)).toBe(false);
    expect(calls).toHaveLength(1);
    expect(book.rows()).toEqual(anew.map(({ bodies }, place) => ({ id: ids[place], anchor: bodies[0] })));
  });

  it('takes a row of the same words for another one where the site says it is of another sender', async () => {
    book.read(sightingsOf(1));
    await told;
    book.read(sightingsOf(1).map((each) => ({ ...each, own: true })));
    await told;
    expect(calls.map(({ rows }) => rows.map(({ own }) => own))).toEqual([['unknown'], ['yes']]);
    expect(calls[1]!.order).not.toEqual(calls[0]!.order);
  });

  it('tells two rows of the same words apart, in whatever elements they come again', async () => {
    const twice = () => sightingsOf(2).map((each) => ({ ...each, text: 'armour' }));
    book.read(twice());
    await told;
    const ids = book.rows().map(({ id }) => id);
    book.read(twice());
    expect(book.rows().map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(2);
  });

  it('tells nothing more of rows that are gone while it was telling', async () => {
    const others = sightingsOf(3).map((each) => ({ ...each, text: `other ${each.text}` }));
    before = () => {
      if (calls.length === 2) book.read(others);
    };
    book.read(sightingsOf(250));
    await told;
    expect(calls.map(({ rows, order, known }) => [rows.length, order.length, known])).toEqual([
      [40, 250, true],
      [100, 250, false],
      [3, 3, false],
    ]);
  });

  it('tells what came while it was telling, after that', async () => {
    const sightings = sightingsOf(5);
    before = () => {
      if (calls.length === 1) book.read(sightings);
    };
    book.read(sightings.slice(0, 3));
    await told;
    expect(calls.map(({ rows, order }) => [rows.length, order.length])).toEqual([
      [3, 3],
      [2, 5],
    ]);
  });

  it('notices a list whose rows stand for other messages than before, and no text that only grew', async () => {
    const sightings = sightingsOf(2);
    book.read(sightings);
    book.read([sightings[0]!, { ...sightings[1]!, text: 'armour 1 and more' }]);
    expect(book.recycled).toBe(false);
    book.read([{ ...sightings[0]!, text: 'another' }, sightings[1]!]);
    expect(book.recycled).toBe(true);
    book.clear();
    expect(book.recycled).toBe(false);
  });

  it('tells again, when it is next read, what nobody heard', async () => {
    before = () => {
      if (calls.length === 1) throw rpcFailure('TimedOut');
    };
    const sightings = sightingsOf(2);
    book.read(sightings);
    expect(await told).toMatchObject({ code: 'TimedOut' });
    book.read(sightings);
    expect(await told).toBeUndefined();
    expect(calls.map(({ rows }) => rows.length)).toEqual([2, 2]);
  });
});
