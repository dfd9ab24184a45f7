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

const NEWER = { major: 1, minor: 1 };
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
const reaction = (...fields: [number, number | string | Uint8Array][]) => message([8, message(...fields)]);

describe('decoding refuses as Malformed', () => {
  it.each<[string, Uint8Array]>([
    ['no kind at all', message()],
    ['common parts without a kind', message([32, idOf(1)])],
    ['two kinds', message(TEXT, [10, message([1, idOf(1)])])],
    ['the same kind twice', message(TEXT, TEXT)],
    ['a kind that no version has', message([14, ''])],
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
    ['a notice that no version has', noted([5, ''])],
    ['a notice with an addition', noted([1, ''], [32, 1])],
    ['an established session with a field', noted([1, message([1, 1])])],
    ['a short fingerprint', noted([2, message([1, 'a'.repeat(15)])])],
    ['a long fingerprint', noted([2, message([1, 'a'.repeat(65)])])],
    ['a receipt of nothing', noted([4, message([1, 1])])],
    ['a receipt of too much', noted([4, message([1, 1], ...new Array(65).fill([2, idOf(1)]))])],
    ['a receipt of no known state', noted([4, message([1, 3], [2, idOf(1)])])],
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
  });
});

describe('a content that needs a newer minor version', () => {
  const unknown: ReceivedContent = { kind: 'unknown', neededVersion: NEWER };
  it.each<[string, Uint8Array]>([
    ['of a new kind', message([14, 'anything'])],
    ['of a new notice', noted([5, 'anything'])],
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
    ['two kinds', message(TEXT, [14, ''])],
    ['a field twice', message([7, message([1, 'a'], [1, 'b'])])],
    ['a missing field', message([7, message([2, 'x'])])],
    ['text over its limit', message([7, message([1, 'a'.repeat(65_537)])])],
  ])('is Malformed with %s: what version 1 has stays as it is', (_, encoded) => {
    expect(refused(encoded, NEWER)).toBe('Malformed');
  });
});

it('a content of a newer major version is unknown, whatever stands in it', () => {
  for (const encoded of [message(), message(TEXT), message(TEXT, TEXT), message([14, 'x'], [15, 3])]) {
    expect(decode(encoded, NEXT_MAJOR)).toEqual({ kind: 'unknown', neededVersion: NEXT_MAJOR });
  }
});
