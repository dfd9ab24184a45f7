import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../bytes/index.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope } from './envelope.ts';
import { NO_CONTENT } from './hash.ts';
import { CONTEXT, codeThrown, tagOf } from './test-support.ts';

const link = { generation: 0, sequence: 0, previous: NO_CONTENT };
const FIRST: Envelope = { version: { major: 1, minor: 0 }, context: CONTEXT, link };
const NONE = new Uint8Array();
const roundTrip = (envelope: Envelope) => decodeEnvelope(encodeEnvelope(envelope, NONE)).envelope;
const refused = (part: object) => codeThrown(() => roundTrip({ ...FIRST, link: { ...link, ...part } }));

/** The envelope by hand, with `change` made to the list of its fields. */
function byHand(change: (fields: Map<number, (writer: BinaryWriter) => void>) => void): string {
  const fields = new Map<number, (writer: BinaryWriter) => void>([
    [1, (writer) => writer.tag(1, WireType.Varint).uint32(16)],
    [2, (writer) => writer.tag(2, WireType.LengthDelimited).bytes(CONTEXT.hash)],
    [3, (writer) => writer.tag(3, WireType.Bit32).raw(CONTEXT.marks)],
    [5, (writer) => writer.tag(5, WireType.Varint).uint32(1)],
    [6, (writer) => writer.tag(6, WireType.LengthDelimited).bytes(tagOf(1))],
  ]);
  change(fields);
  const writer = new BinaryWriter();
  for (const number of [...fields.keys()].sort((a, b) => a - b)) fields.get(number)?.(writer);
  return codeThrown(() => decodeEnvelope(writer.finish()));
}

describe('the envelope', () => {
  it('is 61 bytes before the kind, and 6 more in the later generations of long chains', () => {
    expect(encodeEnvelope(FIRST, NONE).length).toBe(61);
    const far = { generation: 0xffffffff, sequence: 127, previous: tagOf(1) };
    expect(encodeEnvelope({ ...FIRST, link: far }, NONE).length).toBe(67);
    expect(encodeEnvelope({ ...FIRST, link: { ...far, generation: 0, sequence: 128 } }, NONE).length).toBe(62);
  });

  it('stands before the bytes of the kind', () => {
    const body = Uint8Array.of(0x3a, 0, 0x80, 2, 0);
    const encoded = encodeEnvelope(FIRST, body);
    expect(encodeHex(encoded.subarray(61))).toBe(encodeHex(body));
    expect(decodeEnvelope(encoded).body.map(({ number }) => number)).toEqual([7, 32]);
  });

  it('comes back as it was written', () => {
    const envelopes = fc.record({
      version: fc.record({ major: fc.integer({ min: 1, max: 4095 }), minor: fc.nat(15) }),
      context: fc.constant(CONTEXT),
      link: fc.record({
        generation: fc.nat(0xffffffff),
        sequence: fc.integer({ min: 1, max: 0xfffffffe }),
        previous: fc.integer({ min: 1, max: 255 }).map(tagOf),
      }),
    });
    fc.assert(
      fc.property(envelopes, (envelope) => {
        expect(roundTrip(envelope)).toEqual(envelope);
      }),
    );
    expect(roundTrip(FIRST)).toEqual(FIRST);
  });

  it('names a content before it exactly where it is not the first', () => {
    expect(refused({ previous: tagOf(1) })).toBe('Malformed');
    expect(refused({ sequence: 1 })).toBe('Malformed');
    expect(refused({ sequence: 1, previous: tagOf(1) })).toBe('no failure');
  });

  it('does not change when the bytes that it was read from are wiped', () => {
    const encoded = encodeEnvelope(FIRST, NONE);
    const { envelope } = decodeEnvelope(encoded);
    encoded.fill(0);
    expect(envelope).toEqual(FIRST);
  });

  it('does not write marks of another length', () => {
    const marks = CONTEXT.marks.subarray(1) as typeof CONTEXT.marks;
    expect(codeThrown(() => roundTrip({ ...FIRST, context: { ...CONTEXT, marks } }))).toBe('RangeError');
  });

  it('does not write numbers past their end', () => {
    expect(refused({ sequence: 0xffffffff, previous: tagOf(1) })).toBe('RangeError');
    expect(refused({ generation: 2 ** 32 })).toBe('RangeError');
  });

  it.each([1, 2, 3, 5, 6])('is Malformed without field %i', (number) => {
    expect(byHand((fields) => void fields.delete(number))).toBe('Malformed');
  });

  it('is good by hand, and Malformed with an empty generation, a version below 1.0, or one above 16 bits', () => {
    const numbered = (field: number, value: number) =>
      byHand((fields) => void fields.set(field, (writer) => writer.tag(field, WireType.Varint).uint32(value)));
    expect(byHand(() => undefined)).toBe('no failure');
    expect([numbered(4, 0), numbered(4, 1)]).toEqual(['Malformed', 'no failure']);
    expect([numbered(1, 15), numbered(1, 16)]).toEqual(['Malformed', 'no failure']);
    expect([numbered(1, 0xffff), numbered(1, 0x10000)]).toEqual(['no failure', 'Malformed']);
    expect([numbered(5, 0xfffffffe), numbered(5, 0xffffffff)]).toEqual(['no failure', 'Malformed']);
  });
});
