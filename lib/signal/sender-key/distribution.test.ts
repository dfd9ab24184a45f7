import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, encodeHex, isAllZero, SecretBytes } from '../../bytes/index.ts';
import { cryptoReady, deriveX25519PublicKey, type RandomSource, x25519PrivateKey } from '../../crypto/index.ts';
import type { Outcome } from '../../failure/index.ts';
import { encodeSenderKeyDistribution, parseSenderKeyDistribution } from '../wire/sender-key-distribution-message.ts';
import { distributionId } from '../wire/sender-key-header.ts';
import { createSenderKeyDistribution, processSenderKeyDistribution, readDistributionHeader } from './distribution.ts';
import { encryptGroupMessage } from './group-cipher.ts';
import { decodeSenderKeyRecord, type SenderKeyRecord } from './sender-key-record.ts';
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

function created(first = 1, id = ID) {
  return unwrap(createSenderKeyDistribution(undefined, id, counting(first)));
}

describe('giving a sender key away', () => {
  it('makes a new key: random chain id of 31 bits, iteration 0, random chain key and signing key', () => {
    const { record, message } = unwrap(createSenderKeyDistribution(undefined, ID, counting(0xfd)));
    const parsed = parseSenderKeyDistribution(message.reveal());
    expect(parsed.distributionId).toEqual(ID);
    expect(parsed.chainId).toBe(0xfefefefe >>> 1);
    expect(parsed.iteration).toBe(0);
    expect(encodeHex(parsed.chainKey.reveal())).toBe('ff'.repeat(32));
    const privateKey = x25519PrivateKey(new Uint8Array(32).fill(0xfd));
    expect(parsed.signingKey).toEqual(deriveX25519PublicKey(privateKey));
    const contents = decodeSenderKeyRecord(record);
    expect(contents.distributionId).toEqual(ID);
    expect(contents.states.length).toBe(1);
    const state = contents.states[0]!;
    expect(state.signingPrivateKey!.equals(privateKey)).toBe(true);
    expect(state.signingPublicKey).toEqual(parsed.signingKey);
    expect(state.chainKey.equals(parsed.chainKey)).toBe(true);
    expect([state.chainId, state.iteration, state.skipped.count]).toEqual([parsed.chainId, 0, 0]);
  });

  it('does not print the message, which opens all that follows', () => {
    expect(String(created().message)).toBe('[redacted]');
  });

  it('wipes the randomness that the key was made of', () => {
    const drawn: Uint8Array[] = [];
    const random: RandomSource = (length) => {
      drawn.push(new Uint8Array(length).fill(7));
      return drawn.at(-1)!;
    };
    unwrap(createSenderKeyDistribution(undefined, ID, random));
    const secrets = drawn.filter(({ length }) => length === 32);
    expect(secrets.length).toBe(2);
    expect(secrets.every(isAllZero)).toBe(true);
  });

  it('announces the key again as it stands now, and changes nothing', () => {
    const first = created();
    const { record } = unwrap(encryptGroupMessage(first.record, new Uint8Array(), counting()));
    const before = hexOf(record);
    const again = unwrap(createSenderKeyDistribution(record, ID, counting()));
    expect(again.record).toBe(record);
    expect(hexOf(record)).toBe(before);
    const old = parseSenderKeyDistribution(first.message.reveal());
    const parsed = parseSenderKeyDistribution(again.message.reveal());
    expect([parsed.chainId, parsed.iteration, parsed.signingKey]).toEqual([old.chainId, 1, old.signingKey]);
    expect(parsed.chainKey.equals(decodeSenderKeyRecord(record).states[0]!.chainKey)).toBe(true);
    expect(parsed.chainKey.equals(old.chainKey)).toBe(false);
  });

  it("does not give another's key away as ours", () => {
    const received = unwrap(processSenderKeyDistribution(undefined, created().message.reveal()));
    expect(codeOf(createSenderKeyDistribution(received.record, ID, counting()))).toBe('SenderKeyNotFound');
  });

  it('refuses stored bytes that are none of ours', () => {
    const record = SecretBytes.of<'SenderKeyRecord'>(new Uint8Array(10));
    expect(codeOf(createSenderKeyDistribution(record, ID, counting()))).toBe('InvalidState');
  });

  it('throws for mistakes of the caller: a record of another distribution, a source that gives too little', () => {
    const { record } = created();
    expect(() => createSenderKeyDistribution(record, OTHER_ID, counting())).toThrow(RangeError);
    const meagre =
      (short: number): RandomSource =>
      (length) =>
        new Uint8Array(length === short ? length - 1 : length).fill(7);
    for (const length of [4, 32])
      expect(() => createSenderKeyDistribution(undefined, ID, meagre(length))).toThrow(RangeError);
    let asked = 0;
    const shortChainKey: RandomSource = (length) => new Uint8Array(++asked === 3 ? length - 1 : length).fill(7);
    expect(() => createSenderKeyDistribution(undefined, ID, shortChainKey)).toThrow(RangeError);
  });
});

describe('taking a sender key in', () => {
  it('makes a record that holds the key without its private half', () => {
    const bytes = decodeHex(vectors.laterDistribution)!;
    const processed = unwrap(processSenderKeyDistribution(undefined, bytes));
    expect(encodeHex(processed.distributionId)).toBe(vectors.distributionId);
    expect(encodeHex(bytes)).toBe(vectors.laterDistribution);
    const parsed = parseSenderKeyDistribution(bytes);
    const contents = decodeSenderKeyRecord(processed.record);
    expect(contents.distributionId).toEqual(parsed.distributionId);
    expect(contents.states.length).toBe(1);
    const state = contents.states[0]!;
    expect(state.signingPrivateKey).toBeUndefined();
    expect(state.chainKey.equals(parsed.chainKey)).toBe(true);
    expect([state.chainId, state.iteration, state.signingPublicKey]).toEqual([parsed.chainId, 4, parsed.signingKey]);
    expect(state.skipped.count).toBe(0);
  });

  it('adds a newer key in front and leaves the old record as it was', () => {
    const first = unwrap(processSenderKeyDistribution(undefined, created(1).message.reveal())).record;
    const before = hexOf(first);
    const second = unwrap(processSenderKeyDistribution(first, created(40).message.reveal()));
    expect(second.distributionId).toEqual(ID);
    expect(hexOf(first)).toBe(before);
    const ids = decodeSenderKeyRecord(second.record).states.map(({ chainId }) => chainId);
    expect(ids).toEqual([0x29292929 >>> 1, 0x02020202 >>> 1]);
  });

  it('keeps a key that came before, where its chain stands', () => {
    const own = created();
    const first = unwrap(processSenderKeyDistribution(undefined, own.message.reveal())).record;
    const { record } = unwrap(encryptGroupMessage(own.record, new Uint8Array(), counting()));
    const later = unwrap(createSenderKeyDistribution(record, ID, counting())).message;
    expect(hexOf(unwrap(processSenderKeyDistribution(first, later.reveal())).record)).toBe(hexOf(first));
  });

  it('keeps the private half of our own key when our own message comes back', () => {
    const own = created();
    const processed = unwrap(processSenderKeyDistribution(own.record, own.message.reveal()));
    expect(hexOf(processed.record)).toBe(hexOf(own.record));
  });

  it('refuses a message of another distribution than the record', () => {
    const { record } = unwrap(processSenderKeyDistribution(undefined, created().message.reveal()));
    const before = hexOf(record);
    const other = created(1, OTHER_ID).message.reveal();
    expect(codeOf(processSenderKeyDistribution(record, other))).toBe('InvalidMessage');
    expect(hexOf(record)).toBe(before);
  });

  it('refuses hostile bytes by their code, and stored bytes that are none of ours', () => {
    const good = created().message.reveal();
    const process = (bytes: Uint8Array) => codeOf(processSenderKeyDistribution(undefined, bytes));
    expect(process(good)).toBe('accepted');
    expect(process(new Uint8Array())).toBe('InvalidMessage');
    expect(process(good.with(0, 0x23))).toBe('LegacyVersion');
    expect(process(good.with(0, 0x44))).toBe('UnknownVersion');
    expect(process(good.with(good.length - 33, 0x06))).toBe('InvalidKey');
    const record = SecretBytes.of<'SenderKeyRecord'>(new Uint8Array(10));
    expect(codeOf(processSenderKeyDistribution(record, good))).toBe('InvalidState');
  });

  it('tells the header before any record is looked up', () => {
    const bytes = decodeHex(vectors.laterDistribution)!;
    const { distributionId: id, chainId, iteration } = parseSenderKeyDistribution(bytes);
    expect(readDistributionHeader(bytes)).toEqual({ ok: true, value: { distributionId: id, chainId, iteration } });
    expect(encodeHex(bytes)).toBe(vectors.laterDistribution);
    expect(codeOf(readDistributionHeader(bytes.with(0, 0x23)))).toBe('LegacyVersion');
  });

  it('takes a chain id over 31 bits, as the library does that it comes from', () => {
    const parsed = parseSenderKeyDistribution(created().message.reveal());
    const bytes = encodeSenderKeyDistribution({ ...parsed, chainId: 0xffffffff }).reveal();
    const { record } = unwrap(processSenderKeyDistribution(undefined, bytes));
    expect(decodeSenderKeyRecord(record).states[0]!.chainId).toBe(0xffffffff);
  });
});
