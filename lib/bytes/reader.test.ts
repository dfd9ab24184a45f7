import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from './reader.ts';

class Refusal extends Error {}
const refuse = () => new Refusal('refused');
const read = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes), refuse);

describe('a byte reader', () => {
  it('reads integers with the most significant byte first', () => {
    expect(read(0xff).uint8()).toBe(0xff);
    expect(read(0x01, 0x02).uint16()).toBe(0x0102);
    expect(read(0x01, 0x02, 0x03, 0x04).uint32()).toBe(0x01020304);
    expect(read(0xff, 0xff, 0xff, 0xff).uint32()).toBe(0xffffffff);
    expect(read(0, 1, 2, 3, 4, 5, 6, 7).uint53()).toBe(0x01020304050607);
  });

  it('goes on where the last read ended, and counts what is left', () => {
    const reader = read(1, 0, 2, 0, 0, 0, 3, 9, 8);
    expect(reader.remaining).toBe(9);
    expect(reader.uint8()).toBe(1);
    expect(reader.uint16()).toBe(2);
    expect(reader.uint32()).toBe(3);
    expect(reader.remaining).toBe(2);
    expect(reader.take(2)).toEqual(Uint8Array.of(9, 8));
    expect(reader.remaining).toBe(0);
    expect(() => reader.end()).not.toThrow();
  });

  it('reads within its array, not within the buffer behind it', () => {
    const reader = new ByteReader(Uint8Array.of(9, 1, 2, 9).subarray(1, 3), refuse);
    expect(reader.uint16()).toBe(0x0102);
    expect(() => reader.uint8()).toThrow(Refusal);
  });

  it('takes copies: they stay whole when the source is wiped', () => {
    const source = Uint8Array.of(1, 2, 3);
    const taken = new ByteReader(source, refuse).take(3);
    source.fill(0);
    expect(taken).toEqual(Uint8Array.of(1, 2, 3));
  });

  it.each([
    ['uint8', 1, (r: ByteReader) => r.uint8()],
    ['uint16', 2, (r: ByteReader) => r.uint16()],
    ['uint32', 4, (r: ByteReader) => r.uint32()],
    ['uint53', 8, (r: ByteReader) => r.uint53()],
    ['flag', 1, (r: ByteReader) => r.flag()],
    ['count', 4, (r: ByteReader) => r.count(9)],
    ['take', 5, (r: ByteReader) => r.take(5)],
    ['takePrefixed', 4, (r: ByteReader) => r.takePrefixed()],
    ['viewPrefixed', 4, (r: ByteReader) => r.viewPrefixed()],
  ] as const)('%s takes %i bytes and refuses one byte fewer, staying where it was', (_, length, method) => {
    const enough = new ByteReader(new Uint8Array(length), refuse);
    method(enough);
    expect(enough.remaining).toBe(0);
    const short = new ByteReader(new Uint8Array(length - 1), refuse);
    expect(() => method(short)).toThrow(Refusal);
    expect(short.remaining).toBe(length - 1);
  });

  it('takes nothing where nothing is asked for', () => {
    expect(read().take(0)).toEqual(new Uint8Array(0));
  });

  it.each([-1, 0.5, Number.NaN])('calls a length of %d a mistake of the caller, even at the end', (length) => {
    expect(() => read(1, 2).take(length)).toThrow(new RangeError('a length is a non-negative integer'));
  });

  it('takes a prefixed string of up to the limit', () => {
    expect(read(0, 0, 0, 2, 7, 8).takePrefixed(2)).toEqual(Uint8Array.of(7, 8));
    expect(() => read(0, 0, 0, 3, 7, 8, 9).takePrefixed(2)).toThrow(Refusal);
    expect(read(0, 0, 0, 0).takePrefixed(0)).toEqual(new Uint8Array(0));
    expect(read(0, 0, 0, 2, 7, 8, 9).takePrefixed()).toEqual(Uint8Array.of(7, 8));
    expect(() => read(0, 0, 0, 3, 7, 8).takePrefixed(3)).toThrow(Refusal);
    expect(() => read(0xff, 0xff, 0xff, 0xff, 7).takePrefixed()).toThrow(Refusal);
  });

  it('views a prefixed string in place: a change of the source is a change of the view', () => {
    const source = Uint8Array.of(0, 0, 0, 2, 7, 8, 9);
    const reader = new ByteReader(source, refuse);
    const view = reader.viewPrefixed();
    expect(view).toEqual(Uint8Array.of(7, 8));
    expect(reader.remaining).toBe(1);
    source.fill(1);
    expect(view).toEqual(Uint8Array.of(1, 1));
    expect(() => read(0, 0, 0, 3, 7, 8).viewPrefixed()).toThrow(Refusal);
    expect(() => read(0xff, 0xff, 0xff, 0xff, 7).viewPrefixed()).toThrow(Refusal);
  });

  it('counts up to the limit', () => {
    expect(read(0, 0, 0, 5).count(5)).toBe(5);
    expect(() => read(0, 0, 0, 6).count(5)).toThrow(Refusal);
  });

  it('knows two flags', () => {
    expect(read(0).flag()).toBe(false);
    expect(read(1).flag()).toBe(true);
    expect(() => read(2).flag()).toThrow(Refusal);
    expect(() => read(0xff).flag()).toThrow(Refusal);
  });

  it('reads times up to the greatest safe integer', () => {
    expect(read(0, 0x1f, 255, 255, 255, 255, 255, 255).uint53()).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => read(0, 0x20, 0, 0, 0, 0, 0, 0).uint53()).toThrow(Refusal);
    expect(() => read(255, 255, 255, 255, 255, 255, 255, 255).uint53()).toThrow(Refusal);
  });

  it('reads an optional value behind its flag, and nothing where there is none', () => {
    const there = read(1, 42);
    expect(there.optional(() => there.uint8())).toBe(42);
    const none = read(0, 42);
    expect(none.optional(() => none.uint8())).toBeUndefined();
    expect(none.remaining).toBe(1);
  });

  it('reads a list of up to the limit, and reads no element of a longer one', () => {
    const two = read(0, 0, 0, 2, 7, 8);
    expect(two.list(2, () => two.uint8())).toEqual([7, 8]);
    const three = read(0, 0, 0, 3, 7, 8, 9);
    let elements = 0;
    expect(() => three.list(2, () => ++elements)).toThrow(Refusal);
    expect(elements).toBe(0);
    const none = read(0, 0, 0, 0);
    expect(none.list(0, () => none.uint8())).toEqual([]);
  });

  it('refuses left-over bytes at the end', () => {
    const reader = read(1, 2);
    reader.uint8();
    expect(() => reader.end()).toThrow(Refusal);
    reader.uint8();
    expect(() => reader.end()).not.toThrow();
  });

  it('asks for a new refusal each time', () => {
    let made = 0;
    const reader = new ByteReader(new Uint8Array(0), () => new Refusal(String(++made)));
    expect(() => reader.uint8()).toThrow('1');
    expect(() => reader.uint16()).toThrow('2');
    expect(made).toBe(2);
  });

  it('gives a value or its own refusal for any bytes and any way of reading them', () => {
    const methods: ((r: ByteReader) => unknown)[] = [
      (r) => r.uint8(),
      (r) => r.uint16(),
      (r) => r.uint32(),
      (r) => r.uint53(),
      (r) => r.flag(),
      (r) => r.count(4),
      (r) => r.take(3),
      (r) => r.takePrefixed(8),
      (r) => r.viewPrefixed(),
      (r) => r.optional(() => r.uint16()),
      (r) => r.list(4, () => r.uint8()),
      (r) => r.end(),
    ];
    const bytes = fc.uint8Array({ maxLength: 24 }).map((array) => array.map((byte) => (byte < 128 ? byte & 3 : byte)));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat({ max: methods.length - 1 }), { maxLength: 8 }), (input, steps) => {
        const reader = new ByteReader(input, refuse);
        for (const step of steps) {
          const before = reader.remaining;
          try {
            methods[step]!(reader);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
          expect(reader.remaining).toBeLessThanOrEqual(before);
          expect(reader.remaining).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
