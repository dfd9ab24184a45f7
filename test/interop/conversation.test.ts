/**
 * Random conversations, each played four times: ours with Signal's library in both roles, ours with ours, and Signal's
 * library with itself for the verdicts that count. SLOW=1 plays 1500 of them, otherwise 100. To play one again, give its
 * own seed as SEED and, where it was long, an INDEX of 7, or of 19 where it began many sessions.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, encodeHex } from '../../lib/bytes/index.ts';
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
import { type Length, makeSchedule, type Schedule } from './support/schedule.ts';
import { TheirParty } from './support/their-party.ts';

const SEED = seedOfRun();
const COUNT = process.env.SEED ? 1 : process.env.SLOW === '1' ? 1500 : 100;

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

/** What was met, so that a schedule that no longer meets it is noticed. */
interface Tally {
  deliveries: number;
  /** The highest epoch of the post-quantum ratchet on the wire. */
  epoch: number;
  /** The most sessions that one side began in one conversation. */
  sessions: number;
  readonly verdicts: Set<string>;
}

/** Plays one conversation in all four pairings, and counts. */
async function compareVerdicts(seed: number, length: Length, tally: Tally): Promise<void> {
  const schedule = makeSchedule(seed, new SeededRandom(seed), length);
  const play = (a: Kind, b: Kind): Promise<Trace> => playSchedule(schedule, makeParties(schedule, [a, b]));
  const reference = await play('theirs', 'theirs');
  for (const [a, b] of [
    ['ours', 'theirs'],
    ['theirs', 'ours'],
    ['ours', 'ours'],
  ] as const) {
    const trace = await play(a, b);
    expect(trace.events, `seed ${seed}, ${length}: ${a} with ${b}`).toEqual(reference.events);
  }
  for (const envelope of reference.envelopes) expect(reencode(envelope), `seed ${seed}`).toEqual(envelope.bytes);
  count(reference, tally);
}

function count({ events, envelopes }: Trace, tally: Tally): void {
  for (const event of events) {
    if (!('verdict' in event)) continue;
    tally.deliveries += 1;
    tally.verdicts.add(event.verdict.kind);
  }
  const baseKeys = new Set<string>();
  for (const { type, bytes } of envelopes) {
    const first = type === 'preKey' ? parsePreKeySignalMessage(bytes) : undefined;
    if (first) baseKeys.add(encodeHex(first.baseKey));
    // Version, then the epoch as a varint; no conversation here comes to epoch 128.
    tally.epoch = Math.max(tally.epoch, parseSignalMessage(first?.message ?? bytes).pqRatchet[1]!);
  }
  tally.sessions = Math.max(tally.sessions, baseKeys.size);
}

/**
 * Two conversations that every run plays before the random ones, since chance alone does not always go so far: in one
 * the post-quantum ratchet comes to its third epoch, in the other a side begins more than the 41 sessions of a record.
 */
const KNOWN = [
  { seed: 102947, length: 'long' },
  { seed: 39595, length: 'renewed' },
] as const;

/** One conversation in twenty-five is long, and one begins sessions without end. */
function lengthOf(index: number): Length {
  return index % 25 === 7 ? 'long' : index % 25 === 19 ? 'renewed' : 'short';
}

describe('random conversations with the Signal library', () => {
  beforeAll(cryptoReady);

  it(`give the same verdict on every delivery in ${COUNT} conversations`, async () => {
    const tally: Tally = { deliveries: 0, epoch: 0, sessions: 0, verdicts: new Set() };
    const begin = Number(process.env.INDEX ?? 0);
    if (COUNT >= 100) for (const { seed, length } of KNOWN) await compareVerdicts(seed, length, tally);
    for (let i = begin; i < begin + COUNT; i++) await compareVerdicts((SEED + i) >>> 0, lengthOf(i), tally);
    const { deliveries, epoch, sessions } = tally;
    const verdicts = [...tally.verdicts].sort();
    console.log(
      `${COUNT} conversations from seed ${SEED}: ${deliveries} deliveries in each of 3 pairings, up to epoch ${epoch}`,
      `and ${sessions} sessions; ${verdicts.join(', ')}`,
    );
    expect(deliveries).toBeGreaterThan(COUNT);
    if (COUNT < 100) return;
    expect(epoch).toBeGreaterThanOrEqual(3);
    expect(sessions).toBeGreaterThan(41);
    expect(verdicts).toEqual(expect.arrayContaining(['accepted', 'duplicate', 'refused', 'no-prekey']));
  });
});
