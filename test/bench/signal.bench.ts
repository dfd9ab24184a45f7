/**
 * Owns: lib/signal against Signal's own library, on both sides with the state serialised and parsed at every step.
 * Both stand behind the same face (test/support/signal/party.ts), so that neither pays for anything the other does not.
 */
import { cryptoReady } from '../../lib/crypto/index.ts';
import type { PreKeyBundle } from '../../lib/signal/index.ts';
import { TheirParty } from '../interop/support/their-party.ts';
import { OurParty } from '../support/signal/our-party.ts';
import type { Envelope, Party } from '../support/signal/party.ts';
import { type Contender, measureInTurns, median } from './support/measure.ts';
import { reportFigure, reportRate, reportTime } from './support/report.ts';

const BENCH = 'signal';
const PEER = '@signalapp/libsignal-client 0.103.0';
const TEXT = 'fifty bytes of text, as people write them in chats.'.slice(0, 50);

/** A first message answered: both sides send plain messages from here. */
interface Pair {
  readonly alice: Party;
  readonly bob: Party;
}
type Make = (registrationId: number) => Party;
const ours: Make = (id) => new OurParty(id);
const theirs: Make = (id) => new TheirParty(id);

async function send(from: Party): Promise<Envelope> {
  const envelope = await from.encrypt(TEXT);
  if (!envelope) throw new Error('nothing to send in');
  return envelope;
}

async function receive(to: Party, envelope: Envelope): Promise<void> {
  const verdict = await to.decrypt(envelope);
  if (verdict.kind !== 'accepted') throw new Error(`not accepted: ${verdict.kind}`);
}

async function openPair(make: Make): Promise<Pair> {
  const [alice, bob] = [make(1), make(2)];
  await alice.initiate(await bob.publish(true));
  await receive(bob, await send(alice));
  await receive(alice, await send(bob));
  return { alice, bob };
}

async function repeat<Value>(times: number, make: () => Promise<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for (let i = 0; i < times; i++) values.push(await make());
  return values;
}

/** The same work by both. */
async function inTurns<Input>(
  operations: number,
  side: (make: Make) => Omit<Contender<Input>, 'name'>,
): ReturnType<typeof measureInTurns> {
  const project = { name: 'sotto', ...side(ours) };
  const peer = { name: PEER, ...side(theirs) };
  return measureInTurns({ project, peer, operations });
}

async function benchRates(): Promise<void> {
  const count = 1000;
  const encrypting = await inTurns<Pair>(count, (make) => ({
    prepare: () => openPair(make),
    run: ({ alice }) => repeat(count, () => send(alice)),
  }));
  reportRate(BENCH, 'oneway-encrypt', encrypting);
  const decrypting = await inTurns<{ bob: Party; envelopes: Envelope[] }>(count, (make) => ({
    prepare: async () => {
      const { alice, bob } = await openPair(make);
      return { bob, envelopes: await repeat(count, () => send(alice)) };
    },
    run: async ({ bob, envelopes }) => {
      for (const envelope of envelopes) await receive(bob, envelope);
    },
  }));
  reportRate(BENCH, 'oneway-decrypt', decrypting);
  const pingPong = await inTurns<Pair>(count, (make) => ({
    prepare: () => openPair(make),
    run: ({ alice, bob }) =>
      repeat(count, async () => {
        await receive(bob, await send(alice));
        await receive(alice, await send(bob));
      }),
  }));
  reportRate(BENCH, 'pingpong', pingPong);
}

/** The median size of `count` messages, after checking that none of ours is larger than theirs at the same place. */
async function benchSizes(): Promise<void> {
  const sizesOf = async (make: Make): Promise<{ first: number; steady: number[] }> => {
    const [alice, bob] = [make(1), make(2)];
    await alice.initiate(await bob.publish(true));
    const opening = await send(alice);
    await receive(bob, opening);
    const steady: number[] = [];
    for (let i = 0; i < 200; i++) {
      const [from, to] = i % 2 === 0 ? [bob, alice] : [alice, bob];
      const envelope = await send(from);
      await receive(to, envelope);
      steady.push(envelope.bytes.length);
    }
    return { first: opening.bytes.length, steady };
  };
  const [own, peer] = [await sizesOf(ours), await sizesOf(theirs)];
  if (own.steady.some((size, i) => size > peer.steady[i]!)) throw new Error('a message larger than the peer makes it');
  const report = (figure: string, value: number, anchorValue: number): void =>
    reportFigure({ bench: BENCH, figure, value, unit: 'bytes', anchor: PEER, anchorValue });
  report('prekey-bytes', own.first, peer.first);
  report('steady-bytes', median(own.steady), median(peer.steady));
}

async function benchOpening(): Promise<void> {
  const count = 20;
  const initiating = await inTurns<{ alice: Party; bundle: PreKeyBundle }[]>(count, (make) => ({
    prepare: () => repeat(count, async () => ({ alice: make(1), bundle: await make(2).publish(true) })),
    run: async (inputs) => {
      for (const { alice, bundle } of inputs) await alice.initiate(bundle);
    },
  }));
  reportTime(BENCH, 'initiate-ms', initiating);
  const accepting = await inTurns<{ bob: Party; envelope: Envelope }[]>(count, (make) => ({
    prepare: () =>
      repeat(count, async () => {
        const [alice, bob] = [make(1), make(2)];
        await alice.initiate(await bob.publish(true));
        return { bob, envelope: await send(alice) };
      }),
    run: async (inputs) => {
      for (const { bob, envelope } of inputs) await receive(bob, envelope);
    },
  }));
  reportTime(BENCH, 'accept-ms', accepting);
}

await cryptoReady();
await benchRates();
await benchSizes();
await benchOpening();
