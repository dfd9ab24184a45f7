import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfLength, encodeHex } from '../bytes/index.ts';
import { bindContext, requireContext } from './context.ts';
import { CONTEXT, codeThrown, PLACE, sha256 } from './test-support.ts';

const bob = new Uint8Array(32).fill(2);

describe('context', () => {
  it('is 32 bytes of hash and 4 of marks, the same for the same place', () => {
    expect([CONTEXT.hash.length, CONTEXT.marks.length]).toEqual([32, 4]);
    expect(bindContext({ ...PLACE }, sha256)).toEqual(CONTEXT);
  });

  it.each([
    ['WrongSite', { ...PLACE, site: 'https://chat.example.org' }],
    ['WrongSite', { site: 'https://other.example', conversation: 'room-2', sender: bob }],
    ['WrongSender', { ...PLACE, sender: bob }],
    ['WrongSender', { ...PLACE, sender: bob, conversation: 'room-2' }],
    ['WrongConversation', { ...PLACE, conversation: 'room-2' }],
    ['WrongConversation', { ...PLACE, conversation: 'ROOM-1' }],
    ['WrongConversation', { ...PLACE, conversation: '' }],
    ['no failure', { ...PLACE }],
  ])('gives %s for %o', (code, place) => {
    expect(codeThrown(() => requireContext(bindContext(place, sha256), CONTEXT))).toBe(code);
  });

  it('rests on the whole hash: one other bit is another conversation, whatever the marks say', () => {
    for (let bit = 0; bit < 256; bit++) {
      const hash = bytesOfLength<'ContextHash'>(CONTEXT.hash.slice(), 32);
      hash[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeThrown(() => requireContext({ ...CONTEXT, hash }, CONTEXT))).toBe('WrongConversation');
    }
  });

  it('refuses the right hash beside other marks', () => {
    for (let i = 0; i < 4; i++) {
      const marks = bytesOfLength<'ContextMarks'>(CONTEXT.marks.slice(), 4);
      marks[i]! ^= 1;
      expect(codeThrown(() => requireContext({ ...CONTEXT, marks }, CONTEXT))).toBe('Malformed');
    }
  });

  it('keeps its parts apart: nothing moves from one to the next', () => {
    const sender = PLACE.sender;
    const places = [
      { site: 'ab', conversation: 'c', sender },
      { site: 'a', conversation: 'bc', sender },
      { site: 'abc', conversation: '', sender },
      { site: 'ab', conversation: 'c', sender: new Uint8Array(33).fill(1) },
    ];
    expect(new Set(places.map((place) => encodeHex(bindContext(place, sha256).hash))).size).toBe(places.length);
  });

  it('tells any two conversations apart, also by half a surrogate pair', () => {
    const any = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
    fc.assert(
      fc.property(any, any, (one, other) => {
        const hashes = [one, other].map((conversation) =>
          encodeHex(bindContext({ ...PLACE, conversation }, sha256).hash),
        );
        expect(hashes[0] === hashes[1]).toBe(one === other);
      }),
      {
        examples: [
          ['\ud800', '\ud801'],
          ['\ud800', '\ufffd'],
          ['é', 'e\u0301'],
        ],
      },
    );
  });

  it('does not work with a hash of another length', () => {
    expect(() => bindContext(PLACE, (data) => sha256(data).subarray(1))).toThrow(RangeError);
  });
});
