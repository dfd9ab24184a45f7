/**
 * Random conversations, each played four times: ours with Signal's library in both roles, ours with ours, and Signal's
 * library with itself for the verdicts that count. SLOW=1 plays 1500 of them, otherwise 120; SEED=n plays one again.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes } from '../../lib/bytes/index.ts';
import { cryptoReady } from '../../lib/crypto/index.ts';
import {
  encodePreKeySignalMessage,
  parsePreKeySignalMessage,
  parseSignalMessage,
  serializeAuthenticated,
} from '../../lib/signal/index.ts';
import { OurParty } from '../support/signal/our-party.ts';
import type { Envelope, Party } from '../support/signal/party.ts';
import { SeededRandom, seedOfRun } from '../support/signal/random.ts';
import { playSchedule, type Trace } from './support/conversation.ts';
import { makeSchedule, type Schedule } from './support/schedule.ts';
import { TheirParty } from './support/their-party.ts';

const SEED = seedOfRun();
const COUNT = process.env.SEED ? 1 : process.env.SLOW === '1' ? 1500 : 120;

const ADDRESSES = {
  a: { name: '01234567-89ab-4def-8123-456789abcdef', bytes: '000123456789ab4def8123456789abcdef01' },
  b: { name: 'fedcba98-7654-4210-8edc-ba9876543210', bytes: '00fedcba98765442108edcba987654321001' },
} as const;

type Kind = 'ours' | 'theirs';

function makeParties(schedule: Schedule, kinds: readonly [Kind, Kind]): Record<'a' | 'b', Party> {
  const make = (side: 'a' | 'b', kind: Kind): Party => {
    const other = side === 'a' ? 'b' : 'a';
    const registrationId = side === 'a' ? 0x3abc : 0;
    if (kind === 'theirs') {
      const names = schedule.addressed ? [ADDRESSES[side].name, ADDRESSES[other].name] : [];
      return new TheirParty(registrationId, ...names);
    }
    const party = new OurParty(registrationId);
    if (schedule.addressed) {
      const [own, peer] = [Buffer.from(ADDRESSES[side].bytes, 'hex'), Buffer.from(ADDRESSES[other].bytes, 'hex')];
      party.addresses = { sending: concatBytes(own, peer), receiving: concatBytes(peer, own) };
    }
    return party;
  };
  return { a: make('a', kinds[0]), b: make('b', kinds[1]) };
}

function reencode({ type, bytes }: Envelope): Uint8Array {
  if (type === 'signal') {
    const message = parseSignalMessage(bytes);
    return concatBytes(serializeAuthenticated(message), message.mac);
  }
  const message = parsePreKeySignalMessage(bytes);
  const inner = reencode({ type: 'signal', bytes: message.message }) as typeof message.message;
  return encodePreKeySignalMessage({ ...message, message: inner });
}

/** Plays one conversation in all four pairings; gives the number of deliveries judged. */
async function compareVerdicts(seed: number): Promise<number> {
  const schedule = makeSchedule(seed, new SeededRandom(seed));
  const play = (a: Kind, b: Kind): Promise<Trace> => playSchedule(schedule, makeParties(schedule, [a, b]));
  const reference = await play('theirs', 'theirs');
  for (const [a, b] of [
    ['ours', 'theirs'],
    ['theirs', 'ours'],
    ['ours', 'ours'],
  ] as const) {
    const trace = await play(a, b);
    expect(trace.events, `seed ${seed}: ${a} with ${b}`).toEqual(reference.events);
  }
  for (const envelope of reference.envelopes) expect(reencode(envelope), `seed ${seed}`).toEqual(envelope.bytes);
  return reference.events.filter((event) => 'verdict' in event).length;
}

describe('random conversations with the Signal library', () => {
  beforeAll(cryptoReady);

  it(`give the same verdict on every delivery in ${COUNT} conversations`, async () => {
    let deliveries = 0;
    for (let i = 0; i < COUNT; i++) deliveries += await compareVerdicts((SEED + i) >>> 0);
    console.log(`${COUNT} conversations from seed ${SEED}, ${deliveries} deliveries in each of 3 pairings`);
    expect(deliveries).toBeGreaterThan(COUNT);
  });
});
