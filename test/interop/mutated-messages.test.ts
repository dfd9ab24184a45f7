/** 10 000 damaged messages, and the dearest ones that can be forged: refused by name, for nothing, and soon. */
import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex, equalBytes } from '../../lib/bytes/index.ts';
import { cryptoReady } from '../../lib/crypto/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import {
  encodeSignalMessage,
  generateKeyPair,
  parsePreKeySignalMessage,
  parseSignalMessage,
  serializePublicKey,
} from '../../lib/signal/index.ts';
import { OurParty } from '../support/signal/our-party.ts';
import type { Envelope } from '../support/signal/party.ts';
import { SeededRandom, seedOfRun, systemRandom } from '../support/signal/random.ts';
import { MUTATIONS } from './support/mutation.ts';

const SEED = seedOfRun();
const COUNT = 10_000;
/** What one unauthenticated message may cost. */
const MOST_MS = 30;

/** Milliseconds of processor time that this thread has used: what work costs, whatever else the machine is doing. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The clock of a thread is coarse: one reading says little, the mean of a few says much. */
const RUNS = 8;

/** The processor time of `work`: the least of a few means, since caches and neighbours also count. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 4 && least > MOST_MS / 2; i++) {
    const began = processorMs();
    for (let run = 0; run < RUNS; run++) await work();
    least = Math.min(least, (processorMs() - began) / RUNS);
  }
  return least;
}

/** HMACs of 32 bytes in a chain, which take about 30 ms where nobody else is at work. */
const YARD_HMACS = 3000;

/** What MOST_MS is on this machine now: neighbours make all work dearer, also in processor time. At least MOST_MS. */
async function mostNow(): Promise<number> {
  let key: Uint8Array = new Uint8Array(32);
  const cost = await costOf(async () => {
    for (let i = 0; i < YARD_HMACS; i++) key = createHmac('sha256', key).update(key).digest();
  });
  return Math.max(MOST_MS, cost);
}

/** A receiver, and messages on their way to it that it has not seen: three first ones, or forty later ones. */
interface Scene {
  readonly receiver: OurParty;
  readonly underWay: readonly Envelope[];
}

async function send(from: OurParty, count: number): Promise<Envelope[]> {
  const envelopes: Envelope[] = [];
  for (let i = 0; i < count; i++) envelopes.push((await from.encrypt(`message ${i}`))!);
  return envelopes;
}

async function firstMessages(): Promise<Scene> {
  const [sender, receiver] = [new OurParty(1), new OurParty(2)];
  await sender.initiate(await receiver.publish(true));
  const underWay = await send(sender, 3);
  return { receiver, underWay };
}

async function laterMessages(): Promise<Scene> {
  const [sender, receiver] = [new OurParty(1), new OurParty(2)];
  await sender.initiate(await receiver.publish(true));
  await receiver.decrypt((await sender.encrypt('hello'))!);
  for (let i = 0; i < 30; i++) {
    await sender.decrypt((await receiver.encrypt('there'))!);
    await receiver.decrypt((await sender.encrypt('here'))!);
  }
  return { receiver, underWay: await send(sender, 40) };
}

/** Nothing in the protocol authenticates the registration id of a first message, and nothing here depends on it. */
function differsInRegistrationIdAlone(envelope: Envelope, mutated: Uint8Array): boolean {
  if (envelope.type !== 'preKey') return false;
  try {
    const [before, after] = [parsePreKeySignalMessage(envelope.bytes), parsePreKeySignalMessage(mutated)];
    const flat = (message: typeof before): string =>
      JSON.stringify({ ...message, registrationId: 0 }, (_key, value) =>
        value instanceof Uint8Array ? encodeHex(value) : value,
      );
    return flat(before) === flat(after);
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

async function refuseMutations(scene: Scene, count: number, random: SeededRandom): Promise<number> {
  let slowest = 0;
  for (let done = 0; done < count; ) {
    const envelope = random.pick(scene.underWay);
    const mutated = random.pick(MUTATIONS)(envelope.bytes, random.pick(scene.underWay).bytes, random);
    if (scene.underWay.some(({ bytes }) => equalBytes(bytes, mutated))) continue;
    if (differsInRegistrationIdAlone(envelope, mutated)) continue;
    const before = scene.receiver.snapshot();
    const deliver = () => scene.receiver.decrypt({ type: envelope.type, bytes: mutated });
    const began = processorMs();
    const verdict = await deliver();
    let elapsed = processorMs() - began;
    expect(verdict.kind, `seed ${SEED}: ${encodeHex(mutated)}`).not.toBe('accepted');
    expect(equalBytes(before, scene.receiver.snapshot()), `seed ${SEED}: the state has changed`).toBe(true);
    if (elapsed > MOST_MS) elapsed = await costOf(deliver);
    slowest = Math.max(slowest, elapsed);
    done++;
  }
  return slowest;
}

/** A message that nobody sent: a right shape, a jump as far as the limits go, and a MAC that is wrong. */
function forge(
  like: Uint8Array,
  ratchetKey: Uint8Array | undefined,
  jump: number,
  ciphertext?: Uint8Array,
): Uint8Array {
  const message = parseSignalMessage(like);
  const identity = serializePublicKey(message.ratchetKey);
  const pqRatchet = message.pqRatchet.slice();
  // Version, epoch and then the index, here in two bytes: as far ahead as one message may be.
  const forged = jump === 0 ? pqRatchet : Uint8Array.of(...pqRatchet.slice(0, 2), 0x80 | (jump & 0x7f), jump >> 7, 0);
  const header = {
    ...message,
    ratchetKey: (ratchetKey ?? message.ratchetKey) as typeof message.ratchetKey,
    ciphertext: ciphertext ?? message.ciphertext,
    counter: message.counter + jump,
    pqRatchet: forged,
  };
  return encodeSignalMessage(header, {
    macKey: new Uint8Array(32),
    senderIdentity: identity,
    receiverIdentity: identity,
  });
}

/** A receiver with 41 sessions, and an honest message in the current one. */
async function receiverOfMany(): Promise<{ party: OurParty; like: Uint8Array }> {
  const [sender, receiver] = [new OurParty(1), new OurParty(2)];
  for (let i = 0; i < 41; i++) {
    await sender.initiate(await receiver.publish(false));
    await receiver.decrypt((await sender.encrypt('again'))!);
  }
  await sender.decrypt((await receiver.encrypt('answer'))!);
  await receiver.decrypt((await sender.encrypt('next'))!);
  return { party: receiver, like: (await sender.encrypt('like this'))!.bytes };
}

describe('damaged messages', () => {
  beforeAll(cryptoReady);

  it(`are refused by name, ${COUNT} of them, without a change and within ${MOST_MS} ms each`, async () => {
    const random = new SeededRandom(SEED);
    const first = await refuseMutations(await firstMessages(), COUNT / 2, random);
    const later = await refuseMutations(await laterMessages(), COUNT / 2, random);
    console.log(`seed ${SEED}: slowest first message ${first.toFixed(2)} ms, later message ${later.toFixed(2)} ms`);
    expect(Math.max(first, later)).toBeLessThan(MOST_MS);
  });

  it('cost no more than 30 ms where they are long, up to the longest that is parsed', async () => {
    const receiver = await receiverOfMany();
    const { like } = receiver;
    for (const length of [1 << 14, 1 << 16, 1 << 18, (1 << 19) - 400]) {
      const bytes = forge(like, generateKeyPair(systemRandom).publicKey, 0, new Uint8Array(length));
      const deliver = () => receiver.party.decrypt({ type: 'signal', bytes });
      expect((await deliver()).kind).toBe('refused');
      const cost = await costOf(deliver);
      console.log(`${length} bytes: ${cost.toFixed(2)} ms`);
      expect(cost).toBeLessThan(await mostNow());
    }
  });

  it('cost no more than 30 ms where they are forged to be dear, with 40 archived sessions to try', async () => {
    const { party: receiver, like } = await receiverOfMany();
    const strange = generateKeyPair(systemRandom).publicKey;
    for (const ratchetKey of [undefined, strange]) {
      for (const jump of [40, 100, 300, 1000, 1990]) {
        const bytes = forge(like, ratchetKey, jump);
        const before = receiver.snapshot();
        const deliver = () => receiver.decrypt({ type: 'signal', bytes });
        expect((await deliver()).kind).toBe('refused');
        const cost = await costOf(deliver);
        console.log(`${ratchetKey ? 'unknown' : 'known'} ratchet key, jump ${jump}: ${cost.toFixed(2)} ms`);
        expect(cost).toBeLessThan(await mostNow());
        expect(equalBytes(before, receiver.snapshot())).toBe(true);
      }
    }
  });
});
