import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../bytes/index.ts';
import * as row from './row-codec.ts';

const SAMPLE = row.record({
  yes: row.flag,
  count: row.uint32,
  at: row.uint53,
  words: row.text,
  any: row.bytes<'Any'>(),
  four: row.fixed<'Four'>(4),
  state: row.oneOf('on', 'off'),
  maybe: row.optional(row.uint32),
  many: row.list(row.text, 2),
});
const VALUE = {
  yes: true,
  count: 7,
  at: 2 ** 50,
  words: 'half \ud83d of a pair, “quotes” \u0000',
  any: Uint8Array.of(1, 2) as never,
  four: Uint8Array.of(1, 2, 3, 4) as never,
  state: 'off' as const,
  maybe: undefined,
  many: ['a', ''],
};
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'no failure';
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
};

describe('the bytes of a row', () => {
  it('come back as the value that was written', () => {
    expect(row.decodeRow(SAMPLE, 1, row.encodeRow(SAMPLE, 1, VALUE))).toEqual(VALUE);
  });

  it('keep secrets secret values', () => {
    const codec = row.secret<'Key'>(2);
    const read = row.decodeRow(codec, 1, row.encodeRow(codec, 1, SecretBytes.of(Uint8Array.of(5, 6))));
    expect(read.reveal()).toEqual(Uint8Array.of(5, 6));
    expect(String(read)).toBe('[redacted]');
  });

  it('keep any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(row.decodeRow(row.text, 1, row.encodeRow(row.text, 1, text))).toBe(text);
      }),
    );
  });

  it('are damaged when cut, longer or changed where a change can be told', () => {
    const bytes = row.encodeRow(SAMPLE, 1, VALUE);
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => row.decodeRow(SAMPLE, 1, bytes.subarray(0, length)))).toBe('StoreDamaged');
    }
    expect(codeOf(() => row.decodeRow(SAMPLE, 1, Uint8Array.of(...bytes, 0)))).toBe('StoreDamaged');
    expect(codeOf(() => row.decodeRow(row.oneOf('a'), 1, Uint8Array.of(1, 1)))).toBe('StoreDamaged');
    expect(codeOf(() => row.decodeRow(row.list(row.flag, 1), 1, Uint8Array.of(1, 0, 0, 0, 2, 0, 0)))).toBe(
      'StoreDamaged',
    );
    for (const json of ['1', '{', '\xff']) {
      const spelt = row.encodeRow(row.bytes(), 1, Buffer.from(json, 'latin1') as never);
      expect(codeOf(() => row.decodeRow(row.text, 1, spelt))).toBe('StoreDamaged');
    }
  });

  it('of a later layout are named so', () => {
    expect(codeOf(() => row.decodeRow(row.flag, 1, Uint8Array.of(2, 0)))).toBe('StoreNewer');
    expect(codeOf(() => row.decodeRow(row.flag, 2, Uint8Array.of(1, 0)))).toBe('StoreDamaged');
  });

  it('can not be made of what does not fit: a mistake of the caller', () => {
    expect(codeOf(() => row.encodeRow(row.fixed(4), 1, new Uint8Array(3) as never))).toBe('RangeError');
    expect(codeOf(() => row.encodeRow(row.list(row.flag, 1), 1, [true, true]))).toBe('RangeError');
    expect(codeOf(() => row.encodeRow(row.oneOf('a'), 1, 'b' as never))).toBe('RangeError');
  });
});
