import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, decodeUtf8, encodeHex, encodeUtf8, SecretBytes } from '../../bytes/index.ts';
import { cryptoReady, type RandomSource, signXEdDsa, verifyXEdDsa } from '../../crypto/index.ts';
import { Failure, type Outcome } from '../../failure/index.ts';
import { distributionId } from '../wire/sender-key-header.ts';
import {
  encodeSenderKeyMessage,
  encodeSignedPart,
  parseSenderKeyMessage,
  type SenderKeyMessageContent,
} from '../wire/sender-key-message.ts';
import { createSenderKeyDistribution, processSenderKeyDistribution } from './distribution.ts';
import { decryptGroupMessage, encryptGroupMessage, readGroupMessageHeader } from './group-cipher.ts';
import {
  changeRecord,
  decodeSenderKeyRecord,
  encodeSenderKeyRecord,
  type SenderKeyRecord,
} from './sender-key-record.ts';
import vectors from './vectors/group-conversation.json' with { type: 'json' };

const ID = distributionId(new Uint8Array(16).fill(0x1d));
const OTHER_ID = distributionId(new Uint8Array(16).fill(0x2d));

beforeAll(cryptoReady);

/** Random bytes that a test can foretell: every request is answered with one value, the next one for the next. */
function counting(first = 1): RandomSource {
  let value = first;
  return (length) => new Uint8Array(length).fill(value++);
}

function unwrap<Value>(outcome: Outcome<Value, string>): Value {
  if (!outcome.ok) throw outcome.failure;
  return outcome.value;
}

function codeOf(outcome: Outcome<unknown, string>): string {
  return outcome.ok ? 'accepted' : outcome.failure.code;
}

function hexOf(record: SenderKeyRecord): string {
  return encodeHex(record.reveal());
}

/** A sender and the record that a reader has of it. */
function pair(first = 1, id = ID) {
  const { record, message } = unwrap(createSenderKeyDistribution(undefined, id, counting(first)));
  return { own: record, theirs: unwrap(processSenderKeyDistribution(undefined, message.reveal())).record };
}

/** Signs whatever is said, as a member of the group who departs from the protocol could. */
function signedBy(own: SenderKeyRecord, changes: Partial<SenderKeyMessageContent>): Uint8Array {
  const contents = decodeSenderKeyRecord(own);
  const { chainId, signingPrivateKey } = contents.states[0]!;
  const ciphertext = new Uint8Array(16).fill(0xaa);
  const signedPart = encodeSignedPart({ distributionId: ID, chainId, iteration: 0, ciphertext, ...changes });
  return encodeSenderKeyMessage(signedPart, signXEdDsa(signingPrivateKey!, signedPart, new Uint8Array(64)));
}

/** `own` with its chain at another iteration. */
function movedTo(record: SenderKeyRecord, iteration: number): SenderKeyRecord {
  return changeRecord(record, (contents) => {
    contents.states[0]!.iteration = iteration;
  }).record;
}

describe('encrypting for a group', () => {
  it('sends the header of the key, a ciphertext and a signature with the randomness it is given', () => {
    const { own } = pair();
    const before = hexOf(own);
    const random = counting(0x77);
    const { record, message } = unwrap(encryptGroupMessage(own, encodeUtf8('to all'), random));
    expect(hexOf(own)).toBe(before);
    const parsed = parseSenderKeyMessage(message);
    const state = decodeSenderKeyRecord(own).states[0]!;
    expect([parsed.distributionId, parsed.chainId, parsed.iteration]).toEqual([ID, state.chainId, 0]);
    expect(parsed.ciphertext.length).toBe(16);
    expect(verifyXEdDsa(state.signingPublicKey, parsed.signedPart, parsed.signature)).toBe(true);
    const signature = signXEdDsa(state.signingPrivateKey!, parsed.signedPart, new Uint8Array(64).fill(0x77));
    expect(encodeHex(parsed.signature)).toBe(encodeHex(signature));
    const next = decodeSenderKeyRecord(record).states[0]!;
    expect(next.iteration).toBe(1);
    expect(next.chainKey.equals(state.chainKey)).toBe(false);
  });

  it('uses the newest key of the record', () => {
    const older = pair(1);
    const newer = pair(40);
    const both = encodeSenderKeyRecord({
      distributionId: ID,
      states: [decodeSenderKeyRecord(newer.own).states[0]!, decodeSenderKeyRecord(older.own).states[0]!],
    });
    const { message } = unwrap(encryptGroupMessage(both, new Uint8Array(), counting()));
    expect(codeOf(decryptGroupMessage(newer.theirs, message))).toBe('accepted');
    expect(codeOf(decryptGroupMessage(older.theirs, message))).toBe('SenderKeyNotFound');
  });

  it("finds no key without a record, in a record of another's key, and at the end of the chain", () => {
    const { own, theirs } = pair();
    expect(codeOf(encryptGroupMessage(undefined, new Uint8Array(), counting()))).toBe('SenderKeyNotFound');
    expect(codeOf(encryptGroupMessage(theirs, new Uint8Array(), counting()))).toBe('SenderKeyNotFound');
    const last = movedTo(own, 0xfffffffe);
    const { record } = unwrap(encryptGroupMessage(last, new Uint8Array(), counting()));
    expect(codeOf(encryptGroupMessage(record, new Uint8Array(), counting()))).toBe('SenderKeyNotFound');
  });

  it('refuses stored bytes that are none of ours', () => {
    const record = SecretBytes.of<'SenderKeyRecord'>(new Uint8Array(10));
    expect(codeOf(encryptGroupMessage(record, new Uint8Array(), counting()))).toBe('InvalidState');
    const { own } = pair();
    const { message } = unwrap(encryptGroupMessage(own, new Uint8Array(), counting()));
    expect(codeOf(decryptGroupMessage(record, message))).toBe('InvalidState');
  });
});

describe('decrypting in a group', () => {
  it("opens what Signal's library sent, in order and out of order, each once", () => {
    const distribution = decodeHex(vectors.distribution)!;
    for (const order of [
      [0, 1, 2, 3, 4],
      [3, 4, 1, 0, 2],
    ]) {
      let { record } = unwrap(processSenderKeyDistribution(undefined, distribution));
      for (const i of order) {
        const { text, message } = vectors.messages[i]!;
        const opened = unwrap(decryptGroupMessage(record, decodeHex(message)!));
        expect(decodeUtf8(opened.plaintext)).toBe(text);
        expect(codeOf(decryptGroupMessage(opened.record, decodeHex(message)!))).toBe('DuplicateMessage');
        record = opened.record;
      }
    }
  });

  it('opens from the announced iteration on, and calls what was before a duplicate', () => {
    const { record } = unwrap(processSenderKeyDistribution(undefined, decodeHex(vectors.laterDistribution)!));
    const before = decodeHex(vectors.messages[3]!.message)!;
    const after = decodeHex(vectors.messages[4]!.message)!;
    expect(codeOf(decryptGroupMessage(record, before))).toBe('DuplicateMessage');
    expect(decodeUtf8(unwrap(decryptGroupMessage(record, after)).plaintext)).toBe(vectors.messages[4]!.text);
  });

  it('opens messages of every key in the record', () => {
    const pairs = [1, 20, 40].map((first) => pair(first));
    let record: SenderKeyRecord | undefined;
    for (const { own } of pairs) {
      const { message } = unwrap(createSenderKeyDistribution(own, ID, counting()));
      record = unwrap(processSenderKeyDistribution(record, message.reveal())).record;
    }
    for (const { own } of pairs) {
      const { message } = unwrap(encryptGroupMessage(own, encodeUtf8('x'), counting()));
      expect(decodeUtf8(unwrap(decryptGroupMessage(record, message)).plaintext)).toBe('x');
    }
  });

  it('finds no key without a record, of another chain, and of another distribution', () => {
    const { own, theirs } = pair();
    const { message } = unwrap(encryptGroupMessage(own, new Uint8Array(), counting()));
    expect(codeOf(decryptGroupMessage(undefined, message))).toBe('SenderKeyNotFound');
    expect(codeOf(decryptGroupMessage(pair(40).theirs, message))).toBe('SenderKeyNotFound');
    expect(codeOf(decryptGroupMessage(theirs, signedBy(own, { distributionId: OTHER_ID })))).toBe('SenderKeyNotFound');
    const outcome = decryptGroupMessage(undefined, message);
    expect(!outcome.ok && outcome.failure.retry).toBe('later');
  });

  it('reads the message before it looks for a key', () => {
    expect(codeOf(decryptGroupMessage(undefined, new Uint8Array()))).toBe('InvalidMessage');
    expect(codeOf(decryptGroupMessage(undefined, Uint8Array.of(0x23)))).toBe('LegacyVersion');
    expect(codeOf(decryptGroupMessage(undefined, Uint8Array.of(0x43)))).toBe('UnknownVersion');
  });

  it('checks the signature before the chain', () => {
    const { theirs } = pair();
    // Another's private key under this chain id: every iteration must end at the signature.
    const { chainId } = decodeSenderKeyRecord(theirs).states[0]!;
    const forger = pair(40).own;
    for (const iteration of [0, 2000, 2001, 0xffffffff])
      expect(codeOf(decryptGroupMessage(theirs, signedBy(forger, { chainId, iteration })))).toBe('InvalidSignature');
  });

  it('follows a jump of 2000 and refuses one of 2001 even from the owner of the key', () => {
    const { own, theirs } = pair();
    const before = hexOf(theirs);
    expect(codeOf(decryptGroupMessage(theirs, signedBy(own, { iteration: 2001 })))).toBe('MessageGapTooBig');
    let record = own;
    let message: Uint8Array = new Uint8Array();
    for (let i = 0; i <= 2000; i++)
      ({ record, message } = unwrap(encryptGroupMessage(record, encodeUtf8(`${i}`), counting())));
    const opened = unwrap(decryptGroupMessage(theirs, message));
    expect(decodeUtf8(opened.plaintext)).toBe('2000');
    expect(hexOf(theirs)).toBe(before);
    expect(decodeSenderKeyRecord(opened.record).states[0]!.skipped.count).toBe(2000);
  });

  it('refuses a signed ciphertext with wrong padding, and keeps its key for a good one', () => {
    const { own, theirs } = pair();
    const before = hexOf(theirs);
    expect(codeOf(decryptGroupMessage(theirs, signedBy(own, {})))).toBe('InvalidMessage');
    expect(hexOf(theirs)).toBe(before);
    const { message } = unwrap(encryptGroupMessage(own, encodeUtf8('good'), counting()));
    expect(decodeUtf8(unwrap(decryptGroupMessage(theirs, message)).plaintext)).toBe('good');
  });

  it('refuses the last iteration, which no honest sender uses', () => {
    const { own, theirs } = pair();
    const message = signedBy(own, { iteration: 0xffffffff });
    expect(codeOf(decryptGroupMessage(movedTo(theirs, 0xffffffff), message))).toBe('InvalidMessage');
  });

  it('tells the header before any record is looked up', () => {
    const { own } = pair();
    const message = signedBy(own, { chainId: 0x12345, iteration: 9 });
    expect(readGroupMessageHeader(message)).toEqual({
      ok: true,
      value: { distributionId: ID, chainId: 0x12345, iteration: 9 },
    });
    const refused = readGroupMessageHeader(message.with(0, 0x23));
    expect(codeOf(refused)).toBe('LegacyVersion');
    expect(!refused.ok && refused.failure).toBeInstanceOf(Failure);
  });
});
