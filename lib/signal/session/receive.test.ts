/** One message in one session, and which of several sessions it is opened in. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { OurParty } from '../../../test/support/signal/our-party.ts';
import { systemRandom } from '../../../test/support/signal/random.ts';
import { ByteWriter, concatBytes, decodeHex, encodeUtf8, SecretBytes, writeUint32 } from '../../bytes/index.ts';
import { cryptoReady, encryptAesCbc, hkdfSha256 } from '../../crypto/index.ts';
import { attempt, type Outcome } from '../../failure/index.ts';
import type { SignalFailureCode } from '../failure.ts';
import { generateKeyPair } from '../keys.ts';
import { deriveMessageKeySeed } from '../ratchet/message-keys.ts';
import { encodeSignalMessage, parseSignalMessage } from '../wire/signal-message.ts';
import { WorkAllowance } from '../work-allowance.ts';
import { decryptMessage } from './decrypt.ts';
import { encryptMessage } from './encrypt.ts';
import { initiateSession } from './initiate.ts';
import { receiveInState } from './receive.ts';
import { decodeSessionRecord, type SessionRecord } from './session-record.ts';
import { sendingMac } from './session-state.ts';
import { decodeSessionState, encodeSessionState } from './session-state-codec.ts';

beforeAll(cryptoReady);

const ZERO = new Uint8Array(32);
const codeOf = (outcome: Outcome<unknown, string>): string => (outcome.ok ? 'ok' : outcome.failure.code);
const decrypt = (record: SessionRecord, message: Uint8Array, more = {}) =>
  decryptMessage({ record, message, trustedIdentity: undefined, random: systemRandom, ...more });

/** A record of these sessions, written by hand. */
function recordOf(...sessions: readonly Uint8Array[]): SessionRecord {
  const bodies = sessions.map((bytes) => concatBytes(writeUint32(bytes.length), bytes));
  return SecretBytes.of(concatBytes(Uint8Array.of(1), writeUint32(sessions.length), ...bodies));
}

/** Alice has opened `count` sessions with Bob, who answered in each; gives one unread message of each, oldest first. */
async function openSessions(count: number): Promise<{ alice: OurParty; bob: OurParty; unread: Uint8Array[] }> {
  const [alice, bob] = [new OurParty(1), new OurParty(2)];
  const unread: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    await alice.initiate(await bob.publish(true));
    await bob.decrypt((await alice.encrypt('hello'))!);
    await alice.decrypt((await bob.encrypt('there'))!);
    unread.push((await alice.encrypt(`message ${i}`))!.bytes);
  }
  return { alice, bob, unread };
}

describe('a message in its session', () => {
  it('turns the ratchet for the price of one agreement and of its length, and not where that is too much', async () => {
    const { bob, unread } = await openSessions(1);
    const message = parseSignalMessage(unread[0]!);
    const open = (units: number) => {
      const state = decodeSessionState(decodeSessionRecord(bob.record)[0]!);
      const context = { random: systemRandom, work: new WorkAllowance(units) };
      return codeOf(attempt<Uint8Array, SignalFailureCode>(() => receiveInState(state, message, context)));
    };
    expect(open(40)).toBe('MessageGapTooBig');
    expect(open(41)).toBe('ok');
  });

  it('wipes the keys that a turn replaces', async () => {
    const { bob, unread } = await openSessions(1);
    const state = decodeSessionState(decodeSessionRecord(bob.record)[0]!);
    const { rootKey, sendingChain } = state;
    receiveInState(state, parseSignalMessage(unread[0]!), { random: systemRandom, work: new WorkAllowance(1000) });
    for (const old of [rootKey, sendingChain.chainKey, sendingChain.ratchetKeyPair.privateKey]) {
      expect(old.reveal()).toEqual(ZERO);
    }
    expect(state.sendingChain.ratchetKeyPair.privateKey.reveal()).not.toEqual(ZERO);
  });

  it.each(['', '00', '02', '0201010100', 'ff'])(
    'by somebody who holds every key of the Double Ratchet, with %j for the post-quantum one, is refused',
    async (pqRatchet) => {
      const { alice, bob } = await openSessions(1);
      const state = decodeSessionState(decodeSessionRecord(alice.record)[0]!);
      const seed = deriveMessageKeySeed(state.sendingChain.chainKey).reveal();
      const keys = hkdfSha256(seed, 'WhisperMessageKeys', 80);
      const header = {
        ratchetKey: state.sendingChain.ratchetKeyPair.publicKey,
        counter: state.sendingChain.index,
        previousCounter: 0,
        ciphertext: encryptAesCbc(keys.subarray(0, 32), keys.subarray(64), encodeUtf8('forged')),
        pqRatchet: decodeHex(pqRatchet)!,
      };
      const message = encodeSignalMessage(header, sendingMac(state, keys.subarray(32, 64)));
      expect(codeOf(decrypt(bob.record!, message))).toBe('InvalidMessage');
    },
  );

  it('that the ratchet cannot turn for does not open, and a defect is not hidden', async () => {
    const { bob, unread } = await openSessions(2);
    const broken = () => {
      throw new TypeError('no randomness');
    };
    expect(() => decrypt(bob.record!, unread[1]!, { random: broken })).toThrow(TypeError);
  });
});

describe('a message among several sessions', () => {
  it('is found in an archived one, which becomes current', async () => {
    const { bob, unread } = await openSessions(4);
    const before = decodeSessionRecord(bob.record).map((bytes) => decodeSessionState(bytes).baseKey);
    const outcome = decrypt(bob.record!, unread[1]!);
    if (!outcome.ok) throw outcome.failure;
    expect(new TextDecoder().decode(outcome.value.plaintext)).toBe('message 1');
    const after = decodeSessionRecord(outcome.value.record).map((bytes) => decodeSessionState(bytes).baseKey);
    expect(after).toEqual([before[2], before[0], before[1], before[3]]);
  });

  it('is a duplicate where an archived session has read it, whatever the current one says', async () => {
    const { bob, unread } = await openSessions(3);
    const first = decrypt(bob.record!, unread[0]!);
    if (!first.ok) throw first.failure;
    const second = decrypt(first.value.record, unread[2]!);
    if (!second.ok) throw second.failure;
    expect(codeOf(decrypt(second.value.record, unread[0]!))).toBe('DuplicateMessage');
  });

  it('is not shown where the session that opens it is of an identity that is not trusted', async () => {
    const { bob, unread } = await openSessions(2);
    const trustedIdentity = generateKeyPair(systemRandom).publicKey;
    for (const message of unread) {
      expect(codeOf(decrypt(bob.record!, message, { trustedIdentity }))).toBe('UntrustedIdentity');
    }
  });

  it('that none opens is refused with what the current session says', async () => {
    const { bob, unread } = await openSessions(2);
    const damaged = unread[1]!.with(-1, unread[1]!.at(-1)! ^ 1);
    expect(codeOf(decrypt(bob.record!, damaged))).toBe('InvalidMessage');
  });
});

describe('stored sessions', () => {
  it('come back as they were', async () => {
    const { bob } = await openSessions(2);
    const sessions = decodeSessionRecord(bob.record).map((bytes) => bytes.reveal());
    expect(recordOf(...sessions).reveal()).toEqual(bob.record!.reveal());
    for (const bytes of sessions) {
      const writer = new ByteWriter();
      encodeSessionState(writer, decodeSessionState(SecretBytes.of(bytes)));
      expect(writer.finish()).toEqual(bytes);
    }
  });

  it('are refused when they are cut short or go on, inside or at the end', async () => {
    const { bob, unread } = await openSessions(2);
    const [current, archived] = decodeSessionRecord(bob.record).map((bytes) => bytes.reveal().slice()) as [
      Uint8Array,
      Uint8Array,
    ];
    const more = Uint8Array.of(0);
    const whole = recordOf(current, archived).reveal();
    for (const broken of [
      recordOf(current.subarray(0, -1), archived),
      recordOf(concatBytes(current, more), archived),
      recordOf(current, archived.subarray(0, -1)),
      SecretBytes.of<'SessionRecord'>(concatBytes(whole, more)),
    ]) {
      expect(codeOf(decrypt(broken, unread[0]!))).toBe('InvalidState');
    }
  });

  it('give a typed outcome whatever became of their bytes, for sending and for receiving', async () => {
    const { bob, unread } = await openSessions(2);
    const stored = bob.record!.reveal();
    const change = fc.tuple(fc.nat({ max: stored.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = stored.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const record: SessionRecord = SecretBytes.of(bytes);
        const sent = encryptMessage({
          record,
          plaintext: ZERO,
          trustedIdentity: undefined,
          nowMs: 0,
          random: systemRandom,
        });
        const read = decrypt(record, unread[1]!);
        for (const outcome of [sent, read]) if (!outcome.ok) expect(outcome.failure.code).toMatch(/^[A-Z]/);
      }),
      { numRuns: 400 },
    );
  });

  it('hold, when just begun, the chain that the other side could answer in at once', async () => {
    const [alice, bob] = [new OurParty(1), new OurParty(2)];
    const bundle = await bob.publish(true);
    const drawn: Uint8Array[] = [];
    const random = (length: number): Uint8Array => {
      const bytes = systemRandom(length);
      drawn.push(bytes);
      return bytes;
    };
    const { identity, registrationId } = alice;
    const outcome = initiateSession({
      record: undefined,
      identity,
      registrationId,
      bundle,
      trustedIdentity: undefined,
      nowMs: 5,
      random,
    });
    if (!outcome.ok) throw outcome.failure;
    const state = decodeSessionState(decodeSessionRecord(outcome.value.record)[0]!);
    expect(state.receivingChains.map(({ ratchetKey, index }) => [ratchetKey, index])).toEqual([
      [bundle.signedPreKey.publicKey, 0],
    ]);
    expect(state.pending?.createdAtMs).toBe(5);
    expect(state.previousCounter).toBe(0);
    // The base key has done its work: whoever has it later reads the whole session.
    expect(drawn[0]).toEqual(ZERO);
  });
});
