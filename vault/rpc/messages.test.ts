import { describe, expect, it } from 'vitest';
import { attempt } from '../../lib/failure/index.ts';
import type { BlobKey, Nonce } from '../../lib/vault-protocol/index.ts';
import {
  decodeAnswer,
  decodeCounts,
  decodeHealth,
  decodeKnows,
  decodeQuestion,
  decodeReply,
  encodeAnswer,
  encodeCounts,
  encodeHealth,
  encodeKnows,
  encodeQuestion,
  encodeReply,
  type Question,
} from './messages.ts';

const questions: Question[] = [
  {
    kind: 'serve',
    target: { method: 'POST', path: '/v1/records/x' },
    nonce: new Uint8Array(16).fill(3) as Nonce,
    body: new Uint8Array(9).fill(4),
  },
  { kind: 'health' },
  { kind: 'counts' },
  { kind: 'knows', blobKey: new Uint8Array(32).fill(5) as BlobKey },
];

/** Every way of cutting `bytes` short, and one byte too many. */
function damaged(bytes: Uint8Array): Uint8Array[] {
  const cuts = Array.from({ length: bytes.length }, (_, length) => bytes.slice(0, length));
  return [...cuts, Uint8Array.from([...bytes, 0])];
}

function codeOf(read: () => unknown): string {
  const outcome = attempt(read);
  return outcome.ok ? 'ok' : outcome.failure.code;
}

describe('what the two processes say', () => {
  it.each(questions)('$kind comes back as it went, and in no other length', (question) => {
    const bytes = encodeQuestion(7, question);
    expect(decodeQuestion(bytes)).toEqual({ id: 7, question });
    for (const wrong of damaged(bytes)) expect(codeOf(() => decodeQuestion(wrong))).toBe('MalformedFrame');
  });

  it('is no question of another kind, and no path without end', () => {
    expect(codeOf(() => decodeQuestion(Uint8Array.of(0, 0, 0, 1, 4)))).toBe('MalformedFrame');
    const long = { ...questions[0]!, target: { method: 'GET', path: '/'.repeat(257) } } as Question;
    expect(codeOf(() => decodeQuestion(encodeQuestion(1, long)))).toBe('MalformedFrame');
    const fits = { ...questions[0]!, target: { method: 'GET', path: '/'.repeat(256) } } as Question;
    expect(codeOf(() => decodeQuestion(encodeQuestion(1, fits)))).toBe('ok');
  });

  it('answers, health, counts and knowing come back as they went', () => {
    for (const signature of [undefined, new Uint8Array(64).fill(1)]) {
      const answer = { status: 425, signature, body: new Uint8Array(3) };
      expect(decodeAnswer(encodeAnswer(answer))).toEqual(answer);
      for (const wrong of damaged(encodeAnswer(answer)))
        expect(codeOf(() => decodeAnswer(wrong))).toBe('MalformedFrame');
    }
    expect(decodeHealth(encodeHealth(['A', 'B']))).toEqual(['A', 'B']);
    expect(decodeCounts(encodeCounts([['a', 2 ** 40]]))).toEqual([['a', 2 ** 40]]);
    expect([decodeKnows(encodeKnows(true)), decodeKnows(encodeKnows(false))]).toEqual([true, false]);
    for (const [bytes, decode] of [
      [encodeHealth(['A']), decodeHealth],
      [encodeCounts([['a', 1]]), decodeCounts],
      [encodeKnows(true), decodeKnows],
    ] as const) {
      for (const wrong of damaged(bytes)) expect(codeOf(() => decode(wrong))).toBe('MalformedFrame');
    }
  });

  it('a reply may be none', () => {
    expect(decodeReply(encodeReply(9, undefined))).toEqual({ id: 9, payload: undefined });
    expect(decodeReply(encodeReply(9, new Uint8Array(2)))).toEqual({ id: 9, payload: new Uint8Array(2) });
    for (const wrong of damaged(encodeReply(9, new Uint8Array(2)))) {
      expect(codeOf(() => decodeReply(wrong))).toBe('MalformedFrame');
    }
  });
});
