import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../../lib/bytes/index.ts';
import type { RecordId } from '../../lib/vault-protocol/index.ts';
import { hashOf, type LogEntry } from './attempt-log.ts';
import {
  keyContext,
  macInput,
  newRecord,
  RECORD_COLUMNS,
  recordOf,
  rowInput,
  tombstoneOf,
  valuesOf,
} from './record.ts';

const id = new Uint8Array(16).fill(7) as RecordId;
const record = {
  ...newRecord(id),
  state: 'live' as const,
  generation: 5,
  version: 3,
  keyBlob: Uint8Array.of(1),
  publicKey: Uint8Array.of(2),
  tries: 10,
  left: 4,
  destroyAt: 9,
  eventReplica: 'a',
  eventSeq: 12,
};

describe('a record as a row', () => {
  it('comes back from its columns as it went', () => {
    const values = [...valuesOf(record), Uint8Array.of(9)];
    const row = Object.fromEntries(RECORD_COLUMNS.map((name, index) => [name, values[index]!]));
    expect(recordOf(row)).toEqual({ ...record, mac: Uint8Array.of(9) });
  });

  it('has every one of its columns authenticated', () => {
    const plain = encodeHex(macInput(record));
    for (const field of Object.keys(record) as (keyof typeof record)[]) {
      const value = record[field];
      const changed =
        value === null ? 1 : typeof value === 'number' ? value + 1 : typeof value === 'string' ? 'x' : null;
      expect(encodeHex(macInput({ ...record, [field]: changed }))).not.toBe(plain);
    }
    expect(Object.keys(record)).toHaveLength(RECORD_COLUMNS.length - 1);
  });

  it('is told from every other row by what is authenticated', () => {
    const value = fc.oneof(fc.constant(null), fc.nat(), fc.string(), fc.uint8Array());
    const row = fc.array(value, { maxLength: 4 });
    fc.assert(
      fc.property(row, row, (a, b) => {
        const same = Buffer.compare(rowInput('l', a), rowInput('l', b)) === 0;
        expect(same).toBe(JSON.stringify(a.map(tagged)) === JSON.stringify(b.map(tagged)));
      }),
    );
    expect(rowInput('a', [])).not.toEqual(rowInput('b', []));
  });

  it('that holds numbers which are none is forged', () => {
    for (const left of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => macInput({ ...record, left })).toThrow(expect.objectContaining({ code: 'RowForged' }));
    }
  });

  it('leaves nothing of its owner when it is gone', () => {
    expect(tombstoneOf(record)).toEqual({
      ...newRecord(id),
      generation: 5,
      version: 3,
      tries: 10,
      eventReplica: 'a',
      eventSeq: 12,
    });
  });

  it('names its key by its id and generation', () => {
    expect(encodeHex(keyContext(id, 258))).toBe(`${'07'.repeat(16)}0000000000000102`);
  });
});

function tagged(value: unknown): unknown {
  return value instanceof Uint8Array ? ['bytes', ...value] : value;
}

describe('an entry of the log', () => {
  const entry: LogEntry = {
    replica: 'a',
    seq: 1,
    record: id,
    version: 1,
    event: 'charge',
    left: 9,
    at: 5,
    previous: new Uint8Array(32),
  };

  it('has a hash over all that it holds', () => {
    const plain = encodeHex(hashOf(entry));
    const others: Partial<LogEntry>[] = [
      { replica: 'b' },
      { seq: 2 },
      { record: null },
      { version: 2 },
      { event: 'unlock' },
      { left: 8 },
      { at: 6 },
      { previous: new Uint8Array(32).fill(1) },
    ];
    for (const change of others) expect(encodeHex(hashOf({ ...entry, ...change }))).not.toBe(plain);
    expect(others).toHaveLength(Object.keys(entry).length);
  });
});
