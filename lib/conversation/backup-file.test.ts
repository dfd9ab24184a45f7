import { beforeAll, describe, expect, it } from 'vitest';
import { decodeRecord, type EncodedRecord, type ExportContent, makeRootKey } from '../backup/index.ts';
import { encodeHex } from '../bytes/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { gatherRecords } from './backup-export.ts';
import { stageImport, takeStaged } from './backup-import.ts';
import { getSingle, IMPORT, LIVE } from './backup-rows.ts';
import { listContacts, readSafetyNumber, setVerified } from './contact.ts';
import { invite } from './invite.ts';
import { HISTORY, type HistoryEntry } from './message-rows.ts';
import { PERSONAS } from './persona-row.ts';
import { placeOf } from './place.ts';
import { queued, takeAll, turnOn } from './test-backup.ts';
import { dumpOf } from './test-disk.ts';
import { Installation, NOW, Pair, SENTENCE, systemRandom, textsOf } from './test-installation.ts';

beforeAll(cryptoReady);

const quiet = () => undefined;

/** What a file of `from` would hold. */
async function fileOf(from: Installation): Promise<ExportContent> {
  const root = makeRootKey(systemRandom);
  const { records } = await gatherRecords(from.around, root, quiet);
  return { root, records };
}

async function talked(): Promise<Pair> {
  const pair = await Pair.paired();
  await pair.say('alice', 'one');
  await pair.settle();
  await pair.say('bob', 'two');
  await pair.settle();
  const id = placeOf(pair.alicePage).conversationId;
  const { digits } = await readSafetyNumber(pair.alice.around, id);
  await setVerified(pair.alice.around, id, { digits, verified: true });
  return pair;
}

async function open(into: Installation, content: ExportContent): Promise<void> {
  expect(await stageImport(into.around, content)).toBe(true);
  await takeStaged(into.around, quiet);
}

const progressOf = ({ store }: Installation) => store.read((rows) => getSingle(rows, IMPORT));

describe('a file without any vault', () => {
  it('holds the history, then contacts, then identities, and says how far it is', async () => {
    const { alice } = await talked();
    const told: string[] = [];
    const root = makeRootKey(systemRandom);
    const gathered = await gatherRecords(alice.around, root, (done, total) => told.push(`${done} of ${total}`));
    const kinds = gathered.records.map((bytes) => decodeRecord(bytes).kind);
    expect(kinds).toEqual([...kinds.slice(0, -2).map(() => 'message'), 'contact', 'persona']);
    expect([gathered.contacts, gathered.messages]).toEqual([1, 2]);
    expect(told).toEqual([`${kinds.length - 2} of ${kinds.length - 2}`]);
  });

  it('never holds a private key in the clear', async () => {
    const { alice, alicePage } = await talked();
    const { records } = await fileOf(alice);
    const persona = await alice.store.read((rows) => rows.get(PERSONAS, placeOf(alicePage).personaId));
    const hay = records.map(encodeHex).join(' ');
    expect(hay).toContain(encodeHex(persona!.identity.publicKey));
    expect(hay).not.toContain(encodeHex(persona!.identity.privateKey.reveal()));
  });

  it('brings back identity, safety number, verification and history, and no session', async () => {
    const { alice, alicePage } = await talked();
    const fresh = await Installation.start();
    await open(fresh, await fileOf(alice));
    const { conversationId } = placeOf(alicePage);
    const [mine, before] = [
      await readSafetyNumber(fresh.around, conversationId),
      await readSafetyNumber(alice.around, conversationId),
    ];
    expect([mine.digits, mine.verified]).toEqual([before.digits, true]);
    expect(await textsOf(fresh, alicePage)).toEqual(['me: one', 'them: two']);
    const dump = await dumpOf(fresh);
    for (const table of ['sessions', 'threads', 'tags', 'invites', 'outbox']) expect(dump[table]).toEqual([]);
    expect(await progressOf(fresh)).toEqual({
      ...{ root: undefined, done: 1, total: 1, contacts: 1, messages: 2, known: 0 },
      ...{ conflicts: 0, damaged: 0, newer: 0, finished: true },
    });
    // Nothing of the pieces is left beside what says how it went, and that the contact is to be asked what was missed.
    expect(dump.backup).toHaveLength(2);
  });

  it('changes nothing that is here already, and says how much that was', async () => {
    const { alice, alicePage } = await talked();
    const content = await fileOf(alice);
    const fresh = await Installation.start();
    await open(fresh, content);
    const id = placeOf(alicePage).conversationId;
    const { digits } = await readSafetyNumber(fresh.around, id);
    await setVerified(fresh.around, id, { digits, verified: false });
    await open(fresh, content);
    expect(await progressOf(fresh)).toMatchObject({ contacts: 0, messages: 0, known: 2, conflicts: 0 });
    expect((await listContacts(fresh.around))[0]?.verified).toBe(false);
    expect(await textsOf(fresh, alicePage)).toEqual(['me: one', 'them: two']);
  });

  it('keeps an identity that was begun here, and says so', async () => {
    const { alice, alicePage } = await talked();
    const fresh = await Installation.start();
    await invite(fresh.around, alicePage, SENTENCE);
    const { personaId } = placeOf(alicePage);
    const before = await fresh.store.read((rows) => rows.get(PERSONAS, personaId));
    await open(fresh, await fileOf(alice));
    expect(await progressOf(fresh)).toMatchObject({ conflicts: 1, messages: 2 });
    const now = await fresh.store.read((rows) => rows.get(PERSONAS, personaId));
    expect(now?.identity.publicKey).toEqual(before?.identity.publicKey);
  });

  it('names what it does not know or can not read, and takes the rest', async () => {
    const { alice, alicePage } = await talked();
    const { root, records } = await fileOf(alice);
    const strange = (...bytes: number[]) => Uint8Array.from(bytes) as Uint8Array as EncodedRecord;
    const fresh = await Installation.start();
    await open(fresh, { root, records: [strange(200, 1), strange(4, 1, 0), ...records] });
    expect(await progressOf(fresh)).toMatchObject({ newer: 1, damaged: 1, messages: 2, finished: true });
    expect(await textsOf(fresh, alicePage)).toEqual(['me: one', 'them: two']);
    const other = await Installation.start();
    await open(other, { root: makeRootKey(systemRandom), records });
    expect(await progressOf(other)).toMatchObject({ damaged: 1, contacts: 1 });
  });

  it('is queued for the backup where there is one, its identity sealed anew', async () => {
    const { alice, alicePage } = await talked();
    const fresh = await Installation.start();
    const root = await turnOn(fresh);
    await open(fresh, await fileOf(alice));
    expect((await fresh.store.read((rows) => getSingle(rows, LIVE)))?.root.equals(root)).toBe(true);
    const other = await Installation.start();
    await takeAll(other, root, await queued(fresh));
    expect(await textsOf(other, alicePage)).toEqual(['me: one', 'them: two']);
    expect((await readSafetyNumber(other.around, placeOf(alicePage).conversationId)).verified).toBe(true);
  });
});

describe('a file of many messages', () => {
  it('is taken in pieces, and gone on with after the worker ended, to the same end', async () => {
    const pair = await talked();
    await pair.alice.store.transact(async (rows) => {
      const { conversationId } = placeOf(pair.alicePage);
      for (let number = 0; number < 300; number++) await rows.put(HISTORY, idOf(number), conversationId, entry(number));
      function entry(number: number): HistoryEntry {
        const words = { from: 'me', kind: 'text', text: `many ${number}` } as const;
        const place = { conversationId, order: 1000 + number, at: NOW, inviteId: new Uint8Array(16) as never };
        return { id: idOf(number), ...place, ...words, generation: 0, sequence: 0, raw: undefined, removed: false };
      }
    });
    const content = await fileOf(pair.alice);
    const fresh = await Installation.start();
    expect(await stageImport(fresh.around, content)).toBe(true);
    // A second file waits for its turn, and changes nothing.
    expect(await stageImport(fresh.around, { root: content.root, records: [] })).toBe(false);
    const stop = new Error('the worker ends');
    const dies = takeStaged(fresh.around, () => {
      throw stop;
    });
    await expect(dies).rejects.toBe(stop);
    expect(await progressOf(fresh)).toMatchObject({ done: 2, total: 3, finished: false, contacts: 1 });
    await fresh.restart();
    await takeStaged(fresh.around, quiet);
    await takeStaged(fresh.around, quiet);
    expect(await progressOf(fresh)).toMatchObject({ done: 3, finished: true, messages: 302, root: undefined });
    expect(await textsOf(fresh, pair.alicePage)).toEqual(await textsOf(pair.alice, pair.alicePage));
    expect((await dumpOf(fresh)).backup).toHaveLength(2);
  });
});

function idOf(number: number): HistoryEntry['id'] {
  const id = new Uint8Array(16).fill(9);
  new DataView(id.buffer).setUint32(0, number);
  return id as Uint8Array as HistoryEntry['id'];
}
