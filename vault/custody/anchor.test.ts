import { describe, expect, it } from 'vitest';
import { decodeAnchor, encodeAnchor, requireReplicaName } from './anchor.ts';

const head = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('the text of an anchor', () => {
  it('is base64url of seq and head, and comes back', () => {
    const text = encodeAnchor({ seq: 0x0102, head });
    expect(text).toBe(Buffer.concat([Buffer.from('0000000000000102', 'hex'), head]).toString('base64url'));
    expect(text).toHaveLength(54);
    expect(decodeAnchor(text)).toEqual({ seq: 0x0102, head });
    const last = { seq: Number.MAX_SAFE_INTEGER, head };
    expect(decodeAnchor(encodeAnchor(last))).toEqual(last);
  });

  it('is not read where it is cut, grown, foreign, or counts past the safe integers', () => {
    const text = encodeAnchor({ seq: 1, head });
    for (const other of ['', text.slice(1), text.slice(0, -1), `${text}A`, `${text}AAAA`, `!${text.slice(1)}`]) {
      expect(decodeAnchor(other)).toBeUndefined();
    }
    expect(decodeAnchor(Buffer.alloc(40, 0xff).toString('base64url'))).toBeUndefined();
  });

  it('is not made of a head of another length or a seq that is no safe integer', () => {
    expect(() => encodeAnchor({ seq: 1, head: head.slice(1) })).toThrow(RangeError);
    expect(() => encodeAnchor({ seq: 1, head: Uint8Array.of(...head, 0) })).toThrow(RangeError);
    for (const seq of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => encodeAnchor({ seq, head })).toThrow(RangeError);
  });
});

describe("a replica's name", () => {
  it('has 1 to 32 letters, digits, dots, dashes and underscores', () => {
    for (const name of ['a', 'Replica-1_b.c', 'x'.repeat(32)]) expect(() => requireReplicaName(name)).not.toThrow();
    for (const name of ['', 'x'.repeat(33), 'a b', 'a/b', 'ä', 'a\n']) {
      expect(() => requireReplicaName(name)).toThrow(RangeError);
    }
  });
});
