import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../../lib/crypto/index.ts';
import { SeededRandom, seedOfRun, systemRandom } from '../support/signal/random.ts';
import type { GroupParty, GroupVerdict } from './support/group-party.ts';
import { GroupSchedule, type GroupTally } from './support/group-schedule.ts';
import { OurGroupParty } from './support/our-group-party.ts';
import { TheirGroupParty } from './support/their-group-party.ts';

const SLOW = process.env.SLOW === '1';
/** Every size from 2 to 20, so many times. */
const ROUNDS = SLOW ? 4 : 1;
const EVENTS = SLOW ? 250 : 60;
const SMALLEST = 2;
const LARGEST = 20;

beforeAll(cryptoReady);

/** A sender and two readers of it, ours and theirs, who both hold its key. */
async function senderAndReaders(Sender: typeof OurGroupParty | typeof TheirGroupParty) {
  const distributionId = systemRandom(16);
  const sender: GroupParty = new Sender(distributionId);
  const readers = [new OurGroupParty(distributionId), new TheirGroupParty(distributionId)] as const;
  const distribution = await sender.announce();
  for (const reader of readers) expect(await reader.take('sender', distribution)).toBe(true);
  const open = async (message: Uint8Array): Promise<[ours: GroupVerdict, theirs: GroupVerdict]> => [
    await readers[0].open('sender', message),
    await readers[1].open('sender', message),
  ];
  return { sender, readers, open };
}

async function sendMany(sender: GroupParty, count: number): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = [];
  for (let i = 0; i < count; i++) messages.push(await sender.send(String(i)));
  return messages;
}

const senders = [
  ['ours', OurGroupParty],
  ["Signal's", TheirGroupParty],
] as const;

describe("groups of ours and of Signal's library", () => {
  it('come to the same verdict on every delivery', async () => {
    const seed = seedOfRun();
    const tally: GroupTally = { accepted: 0, duplicate: 0, refused: 0, keys: 0 };
    let groups = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let size = SMALLEST; size <= LARGEST; size++) {
        const label = `SEED=${seed}, round ${round}, ${size} members`;
        const random = new SeededRandom(seed + groups++ * 0x9e3779b1);
        await new GroupSchedule(random, size, tally, label).run(EVENTS);
      }
    }
    console.log(`groups: SEED=${seed}, ${groups} groups, ${JSON.stringify(tally)}`);
    expect(groups).toBe(ROUNDS * (LARGEST - SMALLEST + 1));
    for (const count of Object.values(tally)) expect(count).toBeGreaterThan(groups);
  });

  it.each(senders)(
    'keep the newest 2000 skipped keys of a sender, and lose the same older ones: %s',
    async (_, Sender) => {
      const { sender, open } = await senderAndReaders(Sender);
      const messages = await sendMany(sender, 2300);
      for (const at of [1400, 2299]) {
        const text = String(at);
        expect(await open(messages[at]!)).toEqual([
          { kind: 'accepted', text },
          { kind: 'accepted', text },
        ]);
      }
      // 2298 were skipped: the first 298 are gone.
      const kinds = [];
      for (const at of [0, 297, 298, 298, 300, 1400, 2298]) {
        const [ours, theirs] = await open(messages[at]!);
        expect(ours).toEqual(theirs);
        kinds.push(ours.kind);
      }
      const [gone, accepted] = ['duplicate', 'accepted'];
      expect(kinds).toEqual([gone, gone, accepted, gone, accepted, gone, accepted]);
    },
  );

  it.each(senders)('differ in one thing: ours refuses to jump over 2000, and goes on: %s', async (_, Sender) => {
    const { sender, open } = await senderAndReaders(Sender);
    const messages = await sendMany(sender, 2003);
    const [ours, theirs] = await open(messages[2001]!);
    expect(ours.kind).toBe('refused');
    expect(theirs).toEqual({ kind: 'accepted', text: '2001' });
    const [atLimit] = await open(messages[2000]!);
    expect(atLimit).toEqual({ kind: 'accepted', text: '2000' });
    for (const at of [2001, 2002]) {
      const [late] = await open(messages[at]!);
      expect(late).toEqual({ kind: 'accepted', text: String(at) });
    }
  });

  it.each(senders)(
    'keep 5 keys of a sender, and move one that is announced again to the front: %s',
    async (_, Sender) => {
      const { sender, readers, open } = await senderAndReaders(Sender);
      const first = await sender.announce();
      const ofKey = [await sendMany(sender, 2)];
      const rotate = async () => {
        sender.forgetOwnKey();
        const distribution = await sender.announce();
        for (const reader of readers) expect(await reader.take('sender', distribution)).toBe(true);
        ofKey.push(await sendMany(sender, 2));
      };
      for (let i = 0; i < 4; i++) await rotate();
      for (const reader of readers) expect(await reader.take('sender', first)).toBe(true);
      await rotate();
      // Six keys came; the first was announced again, so the second is the one that is gone.
      const kinds = [];
      for (const messages of ofKey) {
        const [ours, theirs] = await open(messages[0]!);
        expect(ours).toEqual(theirs);
        kinds.push(ours.kind);
      }
      expect(kinds).toEqual(['accepted', 'refused', 'accepted', 'accepted', 'accepted', 'accepted']);
    },
  );
});
