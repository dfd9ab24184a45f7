/** What first messages do to prekeys, to the memory of base keys and to the sessions beside theirs. */
import { beforeAll, describe, expect, it } from 'vitest';
import { OurParty } from '../../../test/support/signal/our-party.ts';
import type { Envelope } from '../../../test/support/signal/party.ts';
import { systemRandom } from '../../../test/support/signal/random.ts';
import { cryptoReady, type X25519PublicKey } from '../../crypto/index.ts';
import { generateKeyPair } from '../keys.ts';
import { generateKemPreKey, generateSignedPreKey } from '../pqxdh/pre-keys.ts';
import {
  encodePreKeySignalMessage,
  type PreKeySignalMessage,
  parsePreKeySignalMessage,
} from '../wire/pre-key-signal-message.ts';
import { type DecryptPreKeyInput, decryptPreKeyMessage, type PreKeyLookup } from './decrypt-pre-key.ts';
import { initiateSession } from './initiate.ts';
import { decodeSessionRecord, type SessionRecord } from './session-record.ts';
import { decodeSessionState } from './session-state-codec.ts';

beforeAll(cryptoReady);

/** Bob with prekeys that never run out, and a first message to him. */
function makeScene(lastResort: boolean, withOneTime = true) {
  const alice = new OurParty(1);
  const identity = generateKeyPair(systemRandom);
  const signedPreKey = generateSignedPreKey(7, identity, systemRandom);
  const kemPreKey = generateKemPreKey(8, identity, systemRandom);
  const oneTimePreKey = { id: 9, keyPair: generateKeyPair(systemRandom) };
  const bundle = {
    registrationId: 2,
    identityKey: identity.publicKey,
    signedPreKey: { id: 7, publicKey: signedPreKey.keyPair.publicKey, signature: signedPreKey.signature },
    kemPreKey: { id: 8, publicKey: kemPreKey.keyPair.publicKey, signature: kemPreKey.signature },
    oneTimePreKey: withOneTime ? { id: 9, publicKey: oneTimePreKey.keyPair.publicKey } : undefined,
  };
  const preKeys: PreKeyLookup = {
    oneTimePreKey: (id) => {
      if (id === undefined) throw new TypeError('looked up a prekey that no message named');
      return id === 9 ? oneTimePreKey : undefined;
    },
    signedPreKey: (id) => (id === 7 ? signedPreKey : undefined),
    kemPreKey: (id) => (id === 8 ? { keyPair: kemPreKey.keyPair, lastResort } : undefined),
  };
  const input = (
    message: Uint8Array,
    more: Partial<Omit<DecryptPreKeyInput, 'trustedIdentity'>> = {},
  ): DecryptPreKeyInput => ({
    record: undefined,
    message,
    trustedIdentity: undefined,
    identity,
    registrationId: 2,
    baseKeyMemory: undefined,
    preKeys,
    random: systemRandom,
    ...more,
  });
  const initiate = async (): Promise<Uint8Array> => {
    await alice.initiate(bundle);
    return (await alice.encrypt('hello'))!.bytes;
  };
  return { alice, signedPreKey, preKeys, input, initiate };
}

function open(input: DecryptPreKeyInput) {
  const outcome = decryptPreKeyMessage(input);
  if (!outcome.ok) throw outcome.failure;
  return outcome.value;
}

const codeOf = (input: DecryptPreKeyInput): string => {
  const outcome = decryptPreKeyMessage(input);
  return outcome.ok ? 'ok' : outcome.failure.code;
};

const change = (message: Uint8Array, changes: Partial<PreKeySignalMessage>): Uint8Array =>
  encodePreKeySignalMessage({ ...parsePreKeySignalMessage(message), ...changes });

describe('a first message', () => {
  it('spends one-time prekeys, and says which', async () => {
    const { input, initiate, alice } = makeScene(false);
    const receipt = open(input(await initiate()));
    expect(receipt.spent).toEqual({ oneTimePreKeyId: 9, kemPreKeyId: 8 });
    expect(receipt.baseKeyMemory).toBeUndefined();
    expect(receipt.identityKey).toEqual(alice.identity.publicKey);
    expect(receipt.plaintext).toEqual(new TextEncoder().encode('hello'));
  });

  it('leaves a last-resort KEM prekey, and is remembered by its base key', async () => {
    const { input, initiate } = makeScene(true, false);
    const message = await initiate();
    const receipt = open(input(message));
    expect(receipt.spent).toEqual({ oneTimePreKeyId: undefined, kemPreKeyId: undefined });
    expect(codeOf(input(message, { baseKeyMemory: receipt.baseKeyMemory }))).toBe('ReusedBaseKey');
    const other = await initiate();
    expect(codeOf(input(other, { baseKeyMemory: receipt.baseKeyMemory }))).toBe('ok');
  });

  it('does not touch the signed prekey that other sessions need', async () => {
    const { input, initiate, signedPreKey } = makeScene(true);
    const before = signedPreKey.keyPair.privateKey.reveal().slice();
    open(input(await initiate()));
    expect(signedPreKey.keyPair.privateKey.reveal()).toEqual(before);
    open(input(await initiate()));
  });

  it('of a session that is open spends nothing more', async () => {
    const { alice, input, initiate } = makeScene(false);
    const receipt = open(input(await initiate()));
    const again = (await alice.encrypt('again'))!.bytes;
    const refuse = (): never => {
      throw new Error('looked up');
    };
    const preKeys = { oneTimePreKey: refuse, signedPreKey: refuse, kemPreKey: refuse };
    const second = open(input(again, { record: receipt.record, preKeys, baseKeyMemory: receipt.baseKeyMemory }));
    expect(second.spent).toBeUndefined();
    expect(decodeSessionRecord(second.record)).toHaveLength(1);
  });

  it('of a session that is open keeps the memory of base keys as it was', async () => {
    const { alice, input, initiate } = makeScene(true);
    const receipt = open(input(await initiate()));
    const again = (await alice.encrypt('again'))!.bytes;
    const second = open(input(again, { record: receipt.record, baseKeyMemory: receipt.baseKeyMemory }));
    expect(receipt.baseKeyMemory).toBeDefined();
    expect(second.baseKeyMemory).toEqual(receipt.baseKeyMemory);
  });

  it('of a session that is open is refused under another identity', async () => {
    const { alice, input, initiate } = makeScene(false);
    const { record } = open(input(await initiate()));
    const forged = change((await alice.encrypt('again'))!.bytes, {
      identityKey: generateKeyPair(systemRandom).publicKey,
    });
    expect(codeOf(input(forged, { record }))).toBe('InvalidMessage');
  });

  it.each([
    ['signed prekey', { signedPreKeyId: 70 }],
    ['KEM prekey', { kemPreKeyId: 80 }],
    ['one-time prekey', { preKeyId: 90 }],
  ])('that names a %s we do not have is refused', async (_name, changes) => {
    const { input, initiate } = makeScene(false);
    expect(codeOf(input(change(await initiate(), changes)))).toBe('PreKeyNotFound');
  });

  it('without the one-time prekey that it was made with does not open', async () => {
    const { input, initiate } = makeScene(false);
    expect(codeOf(input(change(await initiate(), { preKeyId: undefined })))).toBe('InvalidMessage');
  });

  it('with a base key that no honest side makes is refused', async () => {
    const { input, initiate } = makeScene(false);
    const message = await initiate();
    const { baseKey } = parsePreKeySignalMessage(message);
    for (const bad of [baseKey.with(31, baseKey[31]! | 0x80), new Uint8Array(32), new Uint8Array(32).fill(0xff)]) {
      expect(codeOf(input(change(message, { baseKey: bad as X25519PublicKey })))).toBe('InvalidKey');
    }
  });

  it('that was read before is a duplicate as long as its session is there', async () => {
    const { input, initiate } = makeScene(true);
    const message = await initiate();
    const { record, baseKeyMemory } = open(input(message));
    expect(codeOf(input(message, { record, baseKeyMemory }))).toBe('DuplicateMessage');
  });
});

describe('what stands around a first message of an open session', () => {
  it('is bound by nothing and counts for nothing, as with Signal: the message is the same, and nothing is spent', async () => {
    const { alice, input, initiate } = makeScene(false);
    const { record } = open(input(await initiate()));
    const again = (await alice.encrypt('again'))!.bytes;
    const kemCiphertext = parsePreKeySignalMessage(again).kemCiphertext.with(
      0,
      1,
    ) as PreKeySignalMessage['kemCiphertext'];
    for (const changes of [
      { registrationId: 77 },
      { preKeyId: 77 },
      { signedPreKeyId: 77 },
      { kemPreKeyId: 77 },
      { kemCiphertext },
    ]) {
      const receipt = open(input(change(again, changes), { record }));
      expect(new TextDecoder().decode(receipt.plaintext)).toBe('again');
      expect(receipt.spent).toBeUndefined();
      expect(receipt.identityKey).toEqual(alice.identity.publicKey);
    }
  });
});

describe('sessions beside one another', () => {
  async function openMany(
    count: number,
  ): Promise<{ scene: ReturnType<typeof makeScene>; late: Envelope[]; record: SessionRecord }> {
    const scene = makeScene(true);
    const late: Envelope[] = [];
    let record: SessionRecord | undefined;
    for (let i = 0; i < count; i++) {
      const first = await scene.initiate();
      late.push((await scene.alice.encrypt(`late ${i}`))!);
      record = open(scene.input(first, { record })).record;
    }
    return { scene, late, record: record! };
  }

  it('are kept to the current one and forty archived ones, the newest first', async () => {
    const { scene, late, record } = await openMany(42);
    expect(decodeSessionRecord(record)).toHaveLength(41);
    expect(open(scene.input(late[1]!.bytes, { record })).spent).toBeUndefined();
    // The oldest is gone: its next message opens a new session, with the prekeys that are still there.
    expect(open(scene.input(late[0]!.bytes, { record })).spent).toBeDefined();
  });

  it('change places when an archived one is used: it becomes current, and none is lost', async () => {
    const { scene, late, record } = await openMany(3);
    const baseKeys = (of: SessionRecord) => decodeSessionRecord(of).map((bytes) => decodeSessionState(bytes).baseKey);
    const [third, second, first] = baseKeys(record);
    const after = open(scene.input(late[1]!.bytes, { record })).record;
    expect(baseKeys(after)).toEqual([second, third, first]);
    const same = open(scene.input(late[2]!.bytes, { record })).record;
    expect(baseKeys(same)).toEqual([third, second, first]);
  });

  it('no longer repeat their prekey once they are archived', async () => {
    const [alice, bob] = [new OurParty(1), new OurParty(2)];
    for (let i = 0; i < 2; i++) await alice.initiate(await bob.publish(true));
    const [current, archived] = decodeSessionRecord(alice.record).map(decodeSessionState);
    expect(current!.pending).toBeDefined();
    expect(archived!.pending).toBeUndefined();
  });

  it('that both sides began at once end as one', async () => {
    const [alice, bob] = [new OurParty(1), new OurParty(2)];
    await alice.initiate(await bob.publish(true));
    await bob.initiate(await alice.publish(true));
    const [toBob, toAlice] = [(await alice.encrypt('a'))!, (await bob.encrypt('b'))!];
    expect((await bob.decrypt(toBob)).kind).toBe('accepted');
    expect((await alice.decrypt(toAlice)).kind).toBe('accepted');
    for (let i = 0; i < 3; i++) {
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        const envelope = (await from.encrypt('x'))!;
        expect(envelope.type).toBe('signal');
        expect((await to.decrypt(envelope)).kind).toBe('accepted');
      }
    }
    const baseKey = (party: OurParty) => decodeSessionState(decodeSessionRecord(party.record)[0]!).baseKey;
    expect(baseKey(alice)).toEqual(baseKey(bob));
  });

  it('are left as they were by a bundle that is refused', async () => {
    const scene = makeScene(true);
    await scene.initiate();
    const bundle = await new OurParty(3).publish(true);
    const { record, identity, registrationId, nowMs } = scene.alice;
    const forged = { ...bundle, identityKey: generateKeyPair(systemRandom).publicKey };
    const outcome = initiateSession({
      record,
      identity,
      registrationId,
      bundle: forged,
      trustedIdentity: undefined,
      nowMs,
      random: systemRandom,
    });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'InvalidSignature' } });
    expect(scene.alice.record).toBe(record);
  });
});
