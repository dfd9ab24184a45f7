/** A session from its first message on: what both sides see, and what stays as it was when something is refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import { OurParty } from '../../../test/support/signal/our-party.ts';
import type { Envelope, Verdict } from '../../../test/support/signal/party.ts';
import { systemRandom } from '../../../test/support/signal/random.ts';
import { encodeUtf8, SecretBytes } from '../../bytes/index.ts';
import { cryptoReady, type X25519PublicKey } from '../../crypto/index.ts';
import type { Outcome } from '../../failure/index.ts';
import { generateKeyPair } from '../keys.ts';
import { parsePreKeySignalMessage } from '../wire/pre-key-signal-message.ts';
import { parseSignalMessage } from '../wire/signal-message.ts';
import { WorkAllowance } from '../work-allowance.ts';
import { decryptMessage } from './decrypt.ts';
import { decryptPreKeyMessage } from './decrypt-pre-key.ts';
import { encryptMessage } from './encrypt.ts';
import { initiateSession } from './initiate.ts';
import { receiveInState } from './receive.ts';
import { decodeSessionRecord, type SessionRecord } from './session-record.ts';
import { decodeSessionState } from './session-state-codec.ts';

beforeAll(cryptoReady);

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;
const codeOf = (outcome: Outcome<unknown, string>): string => (outcome.ok ? 'ok' : outcome.failure.code);
const accepted = (text: string): Verdict => ({ kind: 'accepted', text });

async function send(from: OurParty, text: string): Promise<Envelope> {
  const envelope = await from.encrypt(text);
  if (!envelope) throw new Error('nothing to send in');
  return envelope;
}

async function exchange(from: OurParty, to: OurParty, text: string): Promise<void> {
  expect(await to.decrypt(await send(from, text))).toEqual(accepted(text));
}

/** Alice has opened a session with Bob, and Bob has answered. */
async function openPair(oneTime = true): Promise<{ alice: OurParty; bob: OurParty }> {
  const [alice, bob] = [new OurParty(1), new OurParty(2)];
  await alice.initiate(await bob.publish(oneTime));
  await exchange(alice, bob, 'hello');
  await exchange(bob, alice, 'there');
  return { alice, bob };
}

const currentState = (party: OurParty) => decodeSessionState(decodeSessionRecord(party.record)[0]!);

describe('a session', () => {
  it('begins with first messages until it is answered, all of the same base key', async () => {
    const [alice, bob] = [new OurParty(0x3abc), new OurParty(2)];
    await alice.initiate(await bob.publish(true));
    const [one, two] = [await send(alice, 'one'), await send(alice, 'two')];
    expect([one.type, two.type]).toEqual(['preKey', 'preKey']);
    const [first, second] = [parsePreKeySignalMessage(one.bytes), parsePreKeySignalMessage(two.bytes)];
    expect(first.baseKey).toEqual(second.baseKey);
    expect(first.registrationId).toBe(0x3abc);
    expect(first.identityKey).toEqual(alice.identity.publicKey);
    expect(await bob.decrypt(one)).toEqual(accepted('one'));
    await exchange(bob, alice, 'answer');
    expect((await send(alice, 'three')).type).toBe('signal');
    expect(await bob.decrypt(two)).toEqual(accepted('two'));
  });

  it('counts messages in each chain, and says how long the chain before was', async () => {
    const { alice, bob } = await openPair();
    const headers = [];
    for (let i = 0; i < 3; i++) {
      const envelope = await send(alice, 'x');
      headers.push(parseSignalMessage(envelope.bytes));
      await bob.decrypt(envelope);
    }
    expect(headers.map(({ counter }) => counter)).toEqual([0, 1, 2]);
    expect(headers.map(({ previousCounter }) => previousCounter)).toEqual([0, 0, 0]);
    await exchange(bob, alice, 'turn');
    const next = parseSignalMessage((await send(alice, 'y')).bytes);
    expect([next.counter, next.previousCounter]).toEqual([0, 2]);
    expect(next.ratchetKey).not.toEqual(headers[0]!.ratchetKey);
  });

  it('reads late messages of the five newest chains and of no older one', async () => {
    const { alice, bob } = await openPair();
    const late: Envelope[] = [];
    for (let i = 0; i < 7; i++) {
      late.push(await send(alice, `late ${i}`));
      await exchange(alice, bob, 'in time');
      await exchange(bob, alice, 'turn');
    }
    expect(currentState(bob).receivingChains).toHaveLength(5);
    const verdicts = [];
    for (const envelope of late) verdicts.push((await bob.decrypt(envelope)).kind);
    expect(verdicts).toEqual(['refused', 'refused', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted']);
  });

  it('refuses a message that was read, and one that was changed, without a change of its own', async () => {
    const { alice, bob } = await openPair();
    const envelope = await send(alice, 'once');
    await bob.decrypt(envelope);
    const before = bob.snapshot();
    expect(await bob.decrypt(envelope)).toEqual({ kind: 'duplicate' });
    const changed = { ...(await send(alice, 'twice')) };
    changed.bytes = changed.bytes.with(changed.bytes.length - 1, changed.bytes.at(-1)! ^ 1);
    expect(await bob.decrypt(changed)).toEqual({ kind: 'refused' });
    expect(bob.snapshot()).toEqual(before);
  });

  it('encrypts the same text differently every time, and an empty one too', async () => {
    const { alice, bob } = await openPair();
    const [one, two] = [await send(alice, ''), await send(alice, '')];
    expect(parseSignalMessage(one.bytes).ciphertext).not.toEqual(parseSignalMessage(two.bytes).ciphertext);
    for (const envelope of [one, two]) expect(await bob.decrypt(envelope)).toEqual(accepted(''));
  });
});

describe('a session that was never answered', () => {
  it('sends for thirty days and not a millisecond longer', async () => {
    const [alice, bob] = [new OurParty(1), new OurParty(2)];
    alice.nowMs = 1_000_000;
    await alice.initiate(await bob.publish(true));
    const encryptAt = (nowMs: number) =>
      encryptMessage({
        record: alice.record,
        plaintext: encodeUtf8('x'),
        trustedIdentity: undefined,
        nowMs,
        random: systemRandom,
      });
    expect(codeOf(encryptAt(1_000_000 + THIRTY_DAYS_MS))).toBe('ok');
    expect(codeOf(encryptAt(1_000_001 + THIRTY_DAYS_MS))).toBe('SessionStale');
    await exchange(alice, bob, 'x');
    await exchange(bob, alice, 'y');
    expect(codeOf(encryptAt(9 * THIRTY_DAYS_MS))).toBe('ok');
  });
});

describe('where there is no session', () => {
  it('nothing is sent and nothing read', async () => {
    const { alice } = await openPair();
    const message = (await send(alice, 'x')).bytes;
    const [random, trustedIdentity] = [systemRandom, undefined];
    expect(codeOf(encryptMessage({ record: undefined, plaintext: message, trustedIdentity, nowMs: 0, random }))).toBe(
      'SessionNotFound',
    );
    expect(codeOf(decryptMessage({ record: undefined, message, trustedIdentity, random }))).toBe('SessionNotFound');
  });

  it('broken stored bytes are named and thrown at nobody', async () => {
    const { alice, bob } = await openPair();
    const message = (await send(alice, 'x')).bytes;
    const stored = bob.record!.reveal();
    const [random, trustedIdentity] = [systemRandom, undefined];
    for (const bytes of [stored.with(0, 2), stored.subarray(0, -1), Uint8Array.of(1, 0, 0, 0, 0), new Uint8Array(0)]) {
      const record: SessionRecord = SecretBytes.of(bytes.slice());
      expect(codeOf(decryptMessage({ record, message, trustedIdentity, random }))).toBe('InvalidState');
      expect(codeOf(encryptMessage({ record, plaintext: message, trustedIdentity, nowMs: 0, random }))).toBe(
        'InvalidState',
      );
    }
    const tooMany = new Uint8Array(5 + 42 * 4);
    tooMany.set([1, 0, 0, 0, 42]);
    expect(codeOf(decryptMessage({ record: SecretBytes.of(tooMany), message, trustedIdentity, random }))).toBe(
      'InvalidState',
    );
  });
});

describe('the identity that a person accepted', () => {
  const stranger = (): X25519PublicKey => generateKeyPair(systemRandom).publicKey;

  it('is required before a bundle is used, a message sent, and a message shown', async () => {
    const { alice, bob } = await openPair();
    const bundle = await bob.publish(true);
    const { record, identity, registrationId, nowMs } = alice;
    const initiate = (trustedIdentity: X25519PublicKey) =>
      initiateSession({ record, identity, registrationId, bundle, trustedIdentity, nowMs, random: systemRandom });
    expect(codeOf(initiate(stranger()))).toBe('UntrustedIdentity');
    expect(codeOf(initiate(bob.identity.publicKey))).toBe('ok');
    const encrypt = (trustedIdentity: X25519PublicKey) =>
      encryptMessage({ record, plaintext: encodeUtf8('x'), trustedIdentity, nowMs, random: systemRandom });
    expect(codeOf(encrypt(stranger()))).toBe('UntrustedIdentity');
    expect(codeOf(encrypt(bob.identity.publicKey))).toBe('ok');
    const message = (await send(alice, 'x')).bytes;
    const decrypt = (trustedIdentity: X25519PublicKey) =>
      decryptMessage({ record: bob.record, message, trustedIdentity, random: systemRandom });
    expect(codeOf(decrypt(stranger()))).toBe('UntrustedIdentity');
    expect(codeOf(decrypt(alice.identity.publicKey))).toBe('ok');
  });

  it('is required of a first message before anything is computed with it', async () => {
    const [alice, bob] = [new OurParty(1), new OurParty(2)];
    await alice.initiate(await bob.publish(true));
    const { bytes: message } = await send(alice, 'x');
    const outcome = decryptPreKeyMessage({
      record: undefined,
      message,
      trustedIdentity: stranger(),
      identity: bob.identity,
      registrationId: 2,
      baseKeyMemory: undefined,
      preKeys: { oneTimePreKey: refuse, signedPreKey: refuse, kemPreKey: refuse },
      random: systemRandom,
    });
    expect(codeOf(outcome)).toBe('UntrustedIdentity');
    function refuse(): never {
      throw new Error('looked up');
    }
  });
});

describe('addresses in a first message', () => {
  const addresses = { sending: new Uint8Array(36).fill(1), receiving: new Uint8Array(36).fill(1) };

  it('must be ours where they are there; a message without any is read', async () => {
    for (const [bound, expectedBy, kind] of [
      [addresses, addresses, 'accepted'],
      [undefined, addresses, 'accepted'],
      [addresses, undefined, 'refused'],
      [addresses, { ...addresses, receiving: new Uint8Array(36).fill(2) }, 'refused'],
    ] as const) {
      const [alice, bob] = [new OurParty(1), new OurParty(2)];
      alice.addresses = bound;
      bob.addresses = expectedBy;
      await alice.initiate(await bob.publish(true));
      expect((await bob.decrypt(await send(alice, 'x'))).kind).toBe(kind);
    }
  });

  it('that are not ours are named as an invalid message', async () => {
    const { alice, bob } = await openPair();
    const message = parseSignalMessage((await send(alice, 'x')).bytes);
    const state = currentState(bob);
    const context = { random: systemRandom, work: new WorkAllowance(1000), addresses: new Uint8Array(36).fill(2) };
    const bound = { ...message, addresses: new Uint8Array(36).fill(1) };
    expect(() => receiveInState(state, bound, context)).toThrow('InvalidMessage');
  });

  it('are not sent any more once the session is answered', async () => {
    const { alice } = await openPair();
    alice.addresses = addresses;
    expect(parseSignalMessage((await send(alice, 'x')).bytes).addresses).toBeUndefined();
  });
});
