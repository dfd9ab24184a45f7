import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import type { ReceivedContent } from './content.ts';
import { decodeContent } from './kinds.ts';
import { codeThrown, idOf } from './test-support.ts';
import { CURRENT_VERSION } from './version.ts';
import { splitFields } from './wire.ts';

/** A message by hand: numbers are varints, texts and bytes have a length before them. */
function message(...fields: [number, number | string | Uint8Array][]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    if (typeof value === 'number') writer.tag(number, WireType.Varint).uint32(value);
    else if (typeof value === 'string') writer.tag(number, WireType.LengthDelimited).string(value);
    else writer.tag(number, WireType.LengthDelimited).bytes(value);
  }
  return writer.finish();
}

const FIRST_VERSION = { major: 1, minor: 0 };
const NEWER = { major: 1, minor: 2 };
const NEXT_MAJOR = { major: 2, minor: 0 };
const decode = (encoded: Uint8Array, version = CURRENT_VERSION) => decodeContent(splitFields(encoded), version);
const refused = (encoded: Uint8Array, version = CURRENT_VERSION) => codeThrown(() => decode(encoded, version));

const HI = message([1, 'hi']);
const TEXT: [number, Uint8Array] = [7, HI];
const URL_FIELD: [number, string] = [1, 'https://a/'];
const previewed = (...fields: [number, number | string | Uint8Array][]) => message(TEXT, [33, message(...fields)]);
const noted = (...fields: [number, number | string | Uint8Array][]) => message([13, message([1, message(...fields)])]);
const attached = (...fields: [number, number | string | Uint8Array][]) =>
  message([12, message([1, message(...fields)], [2, ''])]);
const FILE: [number, number | string | Uint8Array][] = [
  [1, idOf(1)],
  [2, idOf(2)],
  [3, 5],
  [4, 'n'],
  [5, 'a/b'],
];
const PLACE: [number, Uint8Array & number][] = [
  [1, idOf(1).slice(16)],
  [2, 0],
  [3, 0xfffffffe],
] as never;
const AGAIN: [number, number | string | Uint8Array][] = [...PLACE, [4, 0xffffffff], [5, 'a'.repeat(32_768)]];
const EMPTY = message(...AGAIN.slice(0, 4), [5, '']);
const ONE = message(...AGAIN.slice(0, 4), [5, 'a']);
const DIGEST: [number, Uint8Array] = [2, idOf(1).slice(24)];
const armoured = (chunks: number) =>
  message(...AGAIN, [6, message([1, idOf(1).slice(24)], ...new Array(chunks).fill(DIGEST))]);
const again = (...texts: Uint8Array[]) =>
  message([14, message(...texts.map((each): [number, Uint8Array] => [1, each]), [2, 0])]);
const reaction = (...fields: [number, number | string | Uint8Array][]) => message([8, message(...fields)]);

describe('decoding refuses as Malformed', () => {
  it.each<[string, Uint8Array]>([
    ['no kind at all', message()],
    ['common parts without a kind', message([32, idOf(1)])],
    ['two kinds', message(TEXT, [10, message([1, idOf(1)])])],
    ['the same kind twice', message(TEXT, TEXT)],
    ['a kind that no version has', message([15, ''])],
    ['the last number for kinds', message([31, ''])],
    ['an addition that no version has', message(TEXT, [35, 1])],
    ['an addition inside a kind', message([7, message([1, 'hi'], [2, 'x'])])],
    ['a missing field', message([7, message()])],
    ['a field twice', message([7, message([1, 'a'], [1, 'b'])])],
    ['a number for text', message([7, message([1, 5])])],
    ['text for a number', message([11, message([1, '5'])])],
    ['a kind that is no message', message([7, 1])],
    ['a reply that is no message id', message(TEXT, [32, idOf(1).subarray(1)])],
    ['two replies', message(TEXT, [32, idOf(1)], [32, idOf(1)])],
    ['a reply of a kind that has none', message([10, message([1, idOf(1)])], [32, idOf(1)])],
    [
      'previews of an attachment',
      message([12, message([1, message(...FILE)], [2, ''])], [33, message(URL_FIELD, [2, ''], [3, ''])]),
    ],
    ['a timer on an edit', message([9, message([1, idOf(1)], [2, ''])], [34, 5])],
    ['a timer of nothing', message(TEXT, [34, 0])],
    ['a timer of more than a year', message(TEXT, [34, 31_536_001])],
    ['text that is not UTF-8', message([7, message([1, Uint8Array.of(0xff)])])],
    ['a surrogate in UTF-8', message([7, message([1, Uint8Array.of(0xed, 0xa0, 0x80)])])],
    ['a long spelling in UTF-8', message([7, message([1, Uint8Array.of(0xc0, 0x80)])])],
    ['text over its limit', message([7, message([1, 'a'.repeat(65_537)])])],
    ['five previews', message(TEXT, ...new Array(5).fill([33, message(URL_FIELD, [2, ''], [3, ''])]))],
    ['a preview without a title', previewed(URL_FIELD, [3, ''])],
    ['a preview of a script', previewed([1, 'javascript:alert(1)'], [2, ''], [3, ''])],
    ['an address over its limit', previewed([1, `https://${'a'.repeat(2041)}`], [2, ''], [3, ''])],
    ['a title over its limit', previewed(URL_FIELD, [2, 'a'.repeat(513)], [3, ''])],
    ['a description over its limit', previewed(URL_FIELD, [2, ''], [3, 'a'.repeat(1025)])],
    ['a site name over its limit', previewed(URL_FIELD, [2, ''], [3, ''], [5, 'a'.repeat(257)])],
    [
      'a site name before the picture',
      previewed(URL_FIELD, [2, ''], [3, ''], [5, 'a'], [4, message([1, 3], [2, 'x'])]),
    ],
    ['an empty picture', previewed(URL_FIELD, [2, ''], [3, ''], [4, message([1, 1], [2, ''])])],
    ['a picture over its limit', previewed(URL_FIELD, [2, ''], [3, ''], [4, message([1, 1], [2, 'a'.repeat(32_769)])])],
    ['a picture of no known type', previewed(URL_FIELD, [2, ''], [3, ''], [4, message([1, 4], [2, 'x'])])],
    ['a picture of type 0', previewed(URL_FIELD, [2, ''], [3, ''], [4, message([1, 0], [2, 'x'])])],
    ['a reaction with a flag of 2', reaction([1, idOf(1)], [2, 'x'], [3, 2])],
    ['a reaction with a long emoji', reaction([1, idOf(1)], [2, 'x'.repeat(65)], [3, 0])],
    ['an attachment without files', message([12, message([2, ''])])],
    ['nine files', message([12, message(...new Array(9).fill([1, message(...FILE)]), [2, ''])])],
    ['a key of 31 bytes', attached([1, idOf(1).subarray(1)], ...FILE.slice(1))],
    ['a media type with parameters', attached(...FILE.slice(0, 4), [5, 'a/b;c'])],
    ['a file name over its limit', attached(...FILE.slice(0, 3), [4, 'n'.repeat(256)], [5, 'a/b'])],
    ['an empty notice', noted()],
    ['two notices', noted([1, ''], [3, ''])],
    ['a notice that no version has', noted([6, ''])],
    ['a notice with an addition', noted([1, ''], [32, 1])],
    ['an established session with a field', noted([1, message([1, 1])])],
    ['a short fingerprint', noted([2, message([1, 'a'.repeat(15)])])],
    ['a long fingerprint', noted([2, message([1, 'a'.repeat(65)])])],
    ['a receipt of nothing', noted([4, message([1, 1])])],
    ['a receipt of too much', noted([4, message([1, 1], ...new Array(65).fill([2, idOf(1)]))])],
    ['a receipt of no known state', noted([4, message([1, 3], [2, idOf(1)])])],
    ['a place without a thread', noted([5, message([1, message([2, 0], [3, 0])])])],
    ['a thread of 15 bytes', noted([5, message([1, message([1, PLACE[0]![1].slice(1)], [2, 0], [3, 0])])])],
    ['a place behind the last', noted([5, message([1, message(...PLACE.slice(0, 2), [3, 0xffffffff])])])],
    ['two places', noted([5, message([1, message(...PLACE)], [1, message(...PLACE)])])],
    ['what is sent again without a count of the rest', message([14, message([1, message(...AGAIN)])])],
    ['51 texts sent again', again(...new Array(51).fill(EMPTY))],
    ['a text sent again without its time', again(message(...PLACE, [5, 'x']))],
    ['a text sent again that is over its limit', again(message(...AGAIN.slice(0, 4), [5, 'a'.repeat(32_769)]))],
    ['texts sent again that are over their limit together', again(message(...AGAIN), ONE)],
    ['armour without a chunk', again(message(...AGAIN, [6, message([1, idOf(1).slice(24)])]))],
    ['armour of 65 chunks', again(armoured(65))],
    ['an armour id of 7 bytes', again(message(...AGAIN, [6, message([1, idOf(1).slice(25)], DIGEST)]))],
    ['a digest of 7 bytes', again(message(...AGAIN, [6, message([1, idOf(1).slice(24)], [2, idOf(1).slice(25)])]))],
    ['a reply beside what is sent again', message([14, message([2, 0])], [32, idOf(1)])],
  ])('%s', (_, encoded) => {
    expect(refused(encoded)).toBe('Malformed');
  });

  it('nothing that is good: these fields by hand do decode', () => {
    expect(decode(message(TEXT, [32, idOf(1)], [34, 31_536_000]))).toMatchObject({
      text: 'hi',
      expiresAfter: 31_536_000,
    });
    expect(decode(previewed(URL_FIELD, [2, ''], [3, ''], [4, message([1, 3], [2, 'x'])]))).toMatchObject({
      previews: [{ url: 'https://a/', picture: { type: 'image/webp' } }],
    });
    expect(decode(attached(...FILE))).toMatchObject({ attachments: [{ size: 5, type: 'a/b' }] });
    expect(decode(noted([4, message([1, 1], [2, idOf(1)])]))).toMatchObject({ notice: { state: 'received' } });
    expect(decode(reaction([1, idOf(1)], [2, 'x'], [3, 0]))).toMatchObject({ removed: false });
    expect(decode(noted([5, message([1, message(...PLACE)])]))).toMatchObject({
      notice: { after: { sequence: 0xfffffffe } },
    });
    expect(decode(again(armoured(64), ...new Array(49).fill(EMPTY)))).toMatchObject({ kind: 'resent', left: 0 });
    expect(decode(again(message(...AGAIN)))).toMatchObject({ messages: [{ sentAt: 0xffffffff }] });
  });

  it.each([
    ['a notice', noted([5, ''])],
    ['texts sent again', again()],
  ])('%s of 1.1 in a content that says 1.0', (_, encoded) => {
    expect(decode(encoded)).toBeDefined();
    expect(refused(encoded, FIRST_VERSION)).toBe('Malformed');
  });
});

describe('a content that needs a newer minor version', () => {
  const unknown: ReceivedContent = { kind: 'unknown', neededVersion: NEWER };
  it.each<[string, Uint8Array]>([
    ['of a new kind', message([15, 'anything'])],
    ['of a new notice', noted([6, 'anything'])],
    ['with a new type of picture', previewed(URL_FIELD, [2, ''], [3, ''], [4, message([1, 4], [2, 'x'])])],
    ['with a new state of receipts', noted([4, message([1, 3], [2, idOf(1)])])],
  ])('%s is unknown, and says which version it needs', (_, encoded) => {
    expect(decode(encoded, NEWER)).toEqual(unknown);
  });

  it.each<[string, Uint8Array]>([
    ['beside the kind', message(TEXT, [35, 1])],
    ['far beside the kind', message(TEXT, [9999, 'x'])],
    ['inside the kind', message([7, message([1, 'hi'], [2, 1])])],
    ['that this kind did not have: a part of other kinds', message(TEXT, [40, idOf(1)], [40, idOf(2)])],
  ])('is read without an addition %s', (_, encoded) => {
    expect(decode(encoded, NEWER)).toEqual({ kind: 'text', text: 'hi', previews: [] });
  });

  it.each<[string, Uint8Array]>([
    ['no kind', message([35, 1])],
    ['two kinds', message(TEXT, [15, ''])],
    ['a field twice', message([7, message([1, 'a'], [1, 'b'])])],
    ['a missing field', message([7, message([2, 'x'])])],
    ['text over its limit', message([7, message([1, 'a'.repeat(65_537)])])],
  ])('is Malformed with %s: what version 1 has stays as it is', (_, encoded) => {
    expect(refused(encoded, NEWER)).toBe('Malformed');
  });
});

it('a content of a newer major version is unknown, whatever stands in it', () => {
  for (const encoded of [message(), message(TEXT), message(TEXT, TEXT), message([15, 'x'], [16, 3])]) {
    expect(decode(encoded, NEXT_MAJOR)).toEqual({ kind: 'unknown', neededVersion: NEXT_MAJOR });
  }
});
