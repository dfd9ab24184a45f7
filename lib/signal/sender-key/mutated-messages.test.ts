import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, decodeUtf8, encodeHex, encodeUtf8 } from '../../bytes/index.ts';
import { cryptoReady, type XEdDsaSignature } from '../../crypto/index.ts';
import type { Outcome } from '../../failure/index.ts';
import { distributionId } from '../wire/sender-key-header.ts';
import {
  encodeSenderKeyMessage,
  encodeSignedPart,
  parseSenderKeyMessage,
  type SenderKeyMessageContent,
} from '../wire/sender-key-message.ts';
import { createSenderKeyDistribution, processSenderKeyDistribution } from './distribution.ts';
import { decryptGroupMessage, encryptGroupMessage } from './group-cipher.ts';
import type { SenderKeyRecord } from './sender-key-record.ts';

const MUTANTS = 2000;
/** The slowest that a forged message may be, in milliseconds. */
const WORST_MS = 30;
const REFUSALS = ['InvalidMessage', 'InvalidSignature', 'LegacyVersion', 'SenderKeyNotFound', 'UnknownVersion'];
/** At most so many bytes come before the ciphertext: a splice before them could give the other message whole. */
const HEADER_LENGTH = 29;
const ID = distributionId(new Uint8Array(16).fill(0x1d));

beforeAll(cryptoReady);

function unwrap<Value>(outcome: Outcome<Value, string>): Value {
  if (!outcome.ok) throw outcome.failure;
  return outcome.value;
}

/** A small generator with a seed (mulberry32), so that a failing mutant can be made again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** `message` with some fields changed and its old signature: what a site that rewrites messages can make. */
function resigned(message: Uint8Array, changes: Partial<SenderKeyMessageContent>): Uint8Array {
  const parsed = parseSenderKeyMessage(message);
  return encodeSenderKeyMessage(encodeSignedPart({ ...parsed, ...changes }), parsed.signature as XEdDsaSignature);
}

/** The least time that `operation` takes, in milliseconds: a busy machine makes one try slow, a slow refusal all five. */
function leastTime(operation: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && least >= WORST_MS; tries++) {
    const start = performance.now();
    operation();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

type Mutation = (message: Uint8Array, other: Uint8Array, below: (most: number) => number) => Uint8Array;
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  bitFlip: (message, _other, below) => {
    const at = below(message.length);
    return message.with(at, message[at]! ^ (1 << below(8)));
  },
  byte: (message, _other, below) => {
    const at = below(message.length);
    return message.with(at, message[at]! ^ (1 + below(255)));
  },
  truncation: (message, _other, below) => message.slice(0, below(message.length)),
  lostStart: (message, _other, below) => message.slice(1 + below(message.length - 1)),
  leftOver: (message, _other, below) =>
    concatBytes(
      message,
      Uint8Array.from({ length: 1 + below(20) }, () => below(256)),
    ),
  doubled: (message) => concatBytes(message, message),
  spliced: (message, other, below) => {
    const at = HEADER_LENGTH + 1 + below(Math.min(message.length, other.length) - HEADER_LENGTH - 1);
    return concatBytes(message.subarray(0, at), other.subarray(at));
  },
  otherSignature: (message, other) => concatBytes(message.subarray(0, -64), other.subarray(-64)),
  otherIteration: (message, _other, below) =>
    resigned(message, { iteration: parseSenderKeyMessage(message).iteration + 1 + below(3000) }),
  farIteration: (message, _other, below) => resigned(message, { iteration: 0xffffffff - below(10) }),
  otherChain: (message, _other, below) => resigned(message, { chainId: below(0x80000000) }),
  otherCiphertext: (message, other) => resigned(message, { ciphertext: parseSenderKeyMessage(other).ciphertext }),
  swappedBlocks: (message) => {
    const { ciphertext } = parseSenderKeyMessage(message);
    return resigned(message, { ciphertext: concatBytes(ciphertext.subarray(16), ciphertext.subarray(0, 16)) });
  },
  otherDistribution: (message, _other, below) =>
    resigned(message, { distributionId: distributionId(new Uint8Array(16).fill(below(0x1d))) }),
};

/** Ten messages of one sender, and a reader that has opened every other one. */
function conversation(random: (length: number) => Uint8Array): { messages: Uint8Array[]; record: SenderKeyRecord } {
  const created = unwrap(createSenderKeyDistribution(undefined, ID, random));
  let { record } = unwrap(processSenderKeyDistribution(undefined, created.message.reveal()));
  let own = created.record;
  const messages: Uint8Array[] = [];
  for (let i = 0; i < 10; i++) {
    const sent = unwrap(encryptGroupMessage(own, encodeUtf8(`message ${i} of some length`), random));
    own = sent.record;
    messages.push(sent.message);
  }
  for (const i of [1, 3, 5, 7]) ({ record } = unwrap(decryptGroupMessage(record, messages[i]!)));
  return { messages, record };
}

describe('mutated group messages', () => {
  it(`are refused, all ${MUTANTS} of them, by a code, at once, and without a trace`, () => {
    const seed = 0x5e4de4;
    const below = generator(seed);
    const { messages, record } = conversation((length) => Uint8Array.from({ length }, () => below(256)));
    const before = encodeHex(record.reveal());
    const names = Object.keys(MUTATIONS);
    const seen = new Set<string>();
    for (let i = 0; i < MUTANTS; i++) {
      const name = names[i % names.length]!;
      const at = below(messages.length);
      const other = messages[(at + 1 + below(messages.length - 1)) % messages.length]!;
      const mutant = MUTATIONS[name]!(messages[at]!, other, below);
      const outcome = decryptGroupMessage(record, mutant);
      const told = `seed ${seed}, mutant ${i} (${name}): ${encodeHex(mutant)}`;
      expect(outcome.ok, told).toBe(false);
      if (!outcome.ok) expect(REFUSALS, told).toContain(outcome.failure.code);
      if (!outcome.ok) seen.add(outcome.failure.code);
      expect(encodeHex(record.reveal()), told).toBe(before);
      expect(
        leastTime(() => decryptGroupMessage(record, mutant)),
        told,
      ).toBeLessThan(WORST_MS);
    }
    expect([...seen].sort()).toEqual(REFUSALS);
    for (const [i, text] of [
      [0, 'message 0 of some length'],
      [9, 'message 9 of some length'],
    ] as const)
      expect(decodeUtf8(unwrap(decryptGroupMessage(record, messages[i]!)).plaintext)).toBe(text);
  });
});
