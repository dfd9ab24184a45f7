import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfLength, concatBytes } from '../bytes/index.ts';
import { encodeEnvelope } from './envelope.ts';
import type { ContentFailureCode } from './failure.ts';
import { chainTag, NO_CONTENT } from './hash.ts';
import { encodeContent } from './kinds.ts';
import { openContent, reopenContent } from './open.ts';
import { PADDED_SIZES, padContent, unpadContent } from './padding.ts';
import { EMPTY_RECEIVED_CHAIN } from './received-chain.ts';
import { sealContent } from './seal.ts';
import { beginSentChain } from './sent-chain.ts';
import { anyContent, CONTEXT, codeOf, seal, sha256, tagOf, textOf, unwrap } from './test-support.ts';

const open = (plaintext: Uint8Array, chain = EMPTY_RECEIVED_CHAIN) => openContent(plaintext, CONTEXT, chain, sha256);
const FIRST = { generation: 0, sequence: 0, previous: NO_CONTENT };
const REFUSALS: readonly ContentFailureCode[] = [
  'Malformed',
  'BadPadding',
  'WrongSite',
  'WrongConversation',
  'WrongSender',
];

describe('sealing', () => {
  it('gives the same bytes for the same content, place and chain', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        expect(seal(content)).toEqual(seal(content));
      }),
    );
  });

  it('fits 61 bytes of text into the smallest size, and 60 from sequence number 128 on', () => {
    const later = { generation: 0, sequence: 128, previous: tagOf(1) };
    expect(seal(textOf('a'.repeat(60)), later).plaintext.length).toBe(127);
    expect(seal(textOf('a'.repeat(61)), later).plaintext.length).toBe(351);
    expect(seal(textOf('a'.repeat(61))).plaintext.length).toBe(127);
    expect(seal(textOf('a'.repeat(62))).plaintext.length).toBe(351);
  });

  it('shows only the size: any two short messages are as long as each other', () => {
    const short = fc.string({ unit: 'binary-ascii', maxLength: 60 });
    fc.assert(
      fc.property(short, short, (one, other) => {
        expect(seal(textOf(one)).plaintext.length).toBe(seal(textOf(other)).plaintext.length);
      }),
    );
  });

  it('uses nothing up when it refuses', () => {
    const chain = beginSentChain();
    expect(codeOf(sealContent(textOf('\ud800'), CONTEXT, chain, sha256))).toBe('TextNotWellFormed');
    expect(codeOf(sealContent(textOf('a'.repeat(65_537)), CONTEXT, chain, sha256))).toBe('TextTooLong');
    expect(chain).toEqual(beginSentChain());
  });

  it('holds the largest content that the limits allow', () => {
    const picture = { type: 'image/png' as const, bytes: new Uint8Array(32_768).fill(1) };
    const preview = {
      url: `https://${'a'.repeat(2040)}`,
      title: 'a'.repeat(512),
      description: 'a'.repeat(1024),
      siteName: 'a'.repeat(256),
      picture,
    };
    const sealed = seal({ kind: 'text', text: 'a'.repeat(65_536), previews: new Array(4).fill(preview) });
    expect(sealed.plaintext.length).toBe(229_375);
    expect(unwrap(open(sealed.plaintext)).gap).toBe(0);
  });
});

describe('opening', () => {
  it('keeps the place of a content that only a newer version can read', () => {
    const version = { major: 3, minor: 2 };
    const encoded = encodeEnvelope({ version, context: CONTEXT, link: FIRST }, Uint8Array.of(0x3a, 1, 0xff));
    const opened = unwrap(open(padContent(encoded)));
    expect(opened).toMatchObject({ content: { kind: 'unknown', neededVersion: version }, sequence: 0, gap: 0 });
    const next = seal(textOf('hi'), { generation: 0, sequence: 1, previous: chainTag(opened.id) });
    expect(unwrap(open(next.plaintext, opened.chain)).gap).toBe(0);
  });

  it('says Malformed for a content that is none, after its place was found right', () => {
    const empty = encodeEnvelope({ version: { major: 1, minor: 0 }, context: CONTEXT, link: FIRST }, new Uint8Array());
    expect(codeOf(open(padContent(empty)))).toBe('Malformed');
  });

  it('looks at the place before the content: what was moved here is not read at all', () => {
    const marks = bytesOfLength<'ContextMarks'>(new Uint8Array(4), 4);
    const context = { hash: bytesOfLength<'ContextHash'>(new Uint8Array(32), 32), marks };
    const empty = encodeEnvelope({ version: { major: 1, minor: 0 }, context, link: FIRST }, new Uint8Array());
    expect(codeOf(open(padContent(empty)))).toBe('WrongSite');
  });

  it('refuses for good: the same bytes will never be taken, except where a person can mend their text', () => {
    const opened = unwrap(open(seal(textOf('a')).plaintext));
    const again = open(seal(textOf('a')).plaintext, opened.chain);
    expect(again.ok ? undefined : [again.failure.code, again.failure.retry]).toEqual(['Repeated', 'never']);
  });

  it('reads a stored plaintext again without the chain, but not in another place', () => {
    const sealed = seal(textOf('kept'), beginSentChain(4));
    const read = unwrap(reopenContent(sealed.plaintext, CONTEXT, sha256));
    expect(read).toEqual({ content: textOf('kept'), id: sealed.id, generation: 4, sequence: 0 });
    const elsewhere = { ...CONTEXT, hash: bytesOfLength<'ContextHash'>(new Uint8Array(32), 32) };
    expect(codeOf(reopenContent(sealed.plaintext, elsewhere, sha256))).toBe('WrongConversation');
  });

  it('gives every content a name of its own: one other byte is another id', () => {
    const ids = [textOf('a'), textOf('b')].map((content) => seal(content).id);
    expect(ids[0]).not.toEqual(ids[1]);
    expect(seal(textOf('a'), beginSentChain(1)).id).not.toEqual(ids[0]);
  });
});

/** A content or one of these refusals; anything that is thrown fails the test. */
function expectTyped(plaintext: Uint8Array): void {
  const outcome = open(plaintext);
  if (!outcome.ok) {
    expect(REFUSALS).toContain(outcome.failure.code);
    return;
  }
  const { content, generation, sequence } = outcome.value;
  if (content.kind === 'unknown') return;
  // What was read has one spelling, so that reading is not more generous than writing.
  const link = { generation, sequence, previous: previousOf(plaintext) };
  const version = { major: 1, minor: 0 };
  const again = encodeEnvelope({ version, context: CONTEXT, link }, encodeContent(content));
  if (plaintext[1] === 16) expect(padContent(again)).toEqual(plaintext);
}

/** The 16 bytes that end the envelope: the generation and the sequence before them vary in length. */
function previousOf(plaintext: Uint8Array) {
  const varintEnd = (at: number): number => (plaintext[at]! < 0x80 ? at + 1 : varintEnd(at + 1));
  let at = 2 + 34 + 5;
  if (plaintext[at] === 0x20) at = varintEnd(at + 1);
  at = varintEnd(at + 1);
  return bytesOfLength<'ChainTag'>(plaintext.slice(at + 2, at + 18), 16);
}

describe('opening hostile bytes ends in a content or a typed failure', () => {
  const sealed = anyContent.map((content) => seal(content, beginSentChain(1)).plaintext);

  it('for arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), expectTyped), { numRuns: 1000 });
  });

  it('for arbitrary bytes of a good size and padding', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }).map(padContent), expectTyped), { numRuns: 1000 });
  });

  it('for arbitrary fields behind a good envelope, of this and later versions', () => {
    const version = fc.record({ major: fc.integer({ min: 1, max: 2 }), minor: fc.nat(2) });
    const tag = fc.nat(45).chain((number) => fc.nat(5).map((wire) => Uint8Array.of(...varint((number << 3) | wire))));
    const part = fc.tuple(tag, fc.nat(6), fc.uint8Array({ maxLength: 6 })).map(([head, length, value]) => {
      return concatBytes(head, Uint8Array.of(length), value);
    });
    fc.assert(
      fc.property(version, fc.array(part, { maxLength: 4 }), (needed, parts) => {
        expectTyped(
          padContent(encodeEnvelope({ version: needed, context: CONTEXT, link: FIRST }, concatBytes(...parts))),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('for every single flipped bit of a short message', () => {
    const whole = seal(textOf('hello')).plaintext;
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expectTyped(flipped);
    }
  });

  it('for flipped bits in every kind, under a padding that stays good', () => {
    fc.assert(
      fc.property(sealed, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (plaintext, bits) => {
        const content = unpadContent(plaintext).slice();
        for (const bit of bits) content[(bit >> 3) % content.length]! ^= 1 << (bit & 7);
        expectTyped(padContent(content));
      }),
      { numRuns: 1000 },
    );
  });

  it('for every kind cut short, with and without good padding', () => {
    fc.assert(
      fc.property(sealed, fc.nat(), (plaintext, cut) => {
        const content = unpadContent(plaintext);
        const outcome = open(padContent(content.subarray(0, cut % content.length)));
        expect(outcome.ok && outcome.value.content.kind === 'unknown').toBe(false);
        expectTyped(padContent(content.subarray(0, cut % content.length)));
        expect(codeOf(open(plaintext.subarray(0, cut % plaintext.length)))).not.toBe('no failure');
      }),
      { numRuns: 500 },
    );
  });

  it('never for a size that is none', () => {
    fc.assert(
      fc.property(fc.nat(5000), (length) => {
        fc.pre(!PADDED_SIZES.includes(length));
        expect(codeOf(open(new Uint8Array(length).fill(0x80, -1)))).toBe('BadPadding');
      }),
    );
  });
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
}
