import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex } from '../bytes/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { Failure } from '../failure/index.ts';
import { endQueue, uploadPort } from './backup-queue.ts';
import { getSingle, QUEUE_HEAD } from './backup-rows.ts';
import { readSafetyNumber, setVerified } from './contact.ts';
import { INVITES, SESSIONS, THREADS } from './conversation-row.ts';
import { HISTORY, type HistoryEntry } from './message-rows.ts';
import { PERSONAS } from './persona-row.ts';
import { placeOf } from './place.ts';
import { sendText } from './send.ts';
import { queued, queuedBytes, turnOn } from './test-backup.ts';
import { copyOf } from './test-disk.ts';
import { Crash, FaultPlan, injectFaults, liftFaults } from './test-faults.ts';
import { type Installation, Pair } from './test-installation.ts';

beforeAll(cryptoReady);

async function historyOf(who: Installation, pair: Pair): Promise<HistoryEntry[]> {
  const page = who === pair.alice ? pair.alicePage : pair.bobPage;
  return who.store.read((rows) => rows.list(HISTORY, placeOf(page).conversationId));
}

const hexes = (ids: readonly Uint8Array[]): string[] => ids.map(encodeHex).sort();

/** Every entry of the history is recorded, and nothing is that is no entry. */
async function expectRecorded(who: Installation, pair: Pair): Promise<void> {
  const recorded = new Map<string, Uint8Array>();
  for (const record of await queued(who)) {
    if (record.kind === 'message') recorded.set(encodeHex(record.historyId), record.historyId);
  }
  const entries = await historyOf(who, pair);
  expect(hexes([...recorded.values()])).toEqual(hexes(entries.map(({ id }) => id)));
}

describe('a queue of records', () => {
  it('is not there, and takes nothing, while there is no backup', async () => {
    const { alice } = await Pair.paired();
    expect(await queued(alice)).toEqual([]);
    expect(await alice.store.read((rows) => getSingle(rows, QUEUE_HEAD))).toBeUndefined();
  });

  it('begins with the history, then contacts, then identities', async () => {
    const pair = await Pair.paired();
    await pair.say('alice', 'before the backup');
    await turnOn(pair.alice);
    const kinds = (await queued(pair.alice)).map(({ kind }) => kind);
    expect(kinds).toEqual([...kinds.slice(0, -2).map(() => 'message'), 'contact', 'persona']);
    await expectRecorded(pair.alice, pair);
  });

  it('gets an identity, a contact and each message as they come, with where it stands on the site', async () => {
    const pair = await Pair.strangers();
    await turnOn(pair.alice);
    await pair.invite();
    await pair.accept();
    await pair.settle();
    await pair.say('bob', 'hello');
    await pair.settle();
    const records = await queued(pair.alice);
    const message = records.findLast((record) => record.kind === 'message');
    expect(message).toMatchObject({ from: 'them', shape: 'text', text: 'hello', removed: false });
    expect(message?.kind === 'message' && message.armour?.digests.length).toBe(1);
    expect(records.filter(({ kind }) => kind === 'persona')).toHaveLength(1);
    await expectRecorded(pair.alice, pair);
  });

  it('gets a contact again when it was verified, and not for every message', async () => {
    const pair = await Pair.paired();
    await turnOn(pair.alice);
    const contacts = async () => (await queued(pair.alice)).filter(({ kind }) => kind === 'contact');
    await pair.say('alice', 'one');
    await pair.say('alice', 'two');
    expect(await contacts()).toHaveLength(1);
    const id = placeOf(pair.alicePage).conversationId;
    const { digits } = await readSafetyNumber(pair.alice.around, id);
    await setVerified(pair.alice.around, id, { digits, verified: true });
    const [, verified] = await contacts();
    expect(verified?.kind === 'contact' && verified.verifiedIdentity).toEqual(
      verified?.kind === 'contact' && verified.peerIdentity,
    );
  });

  it('is forgotten as far as it was uploaded, and whole when the backup is turned off', async () => {
    const pair = await Pair.paired();
    await turnOn(pair.alice);
    const port = uploadPort(pair.alice.store);
    const all = await port.take(Number.MAX_SAFE_INTEGER);
    expect((await port.take(1)).length).toBe(1);
    const state = { manifest: undefined, pending: undefined, unread: [], failures: 0, retryAt: 0 };
    await port.save(state, all[1]!.order);
    expect((await port.take(Number.MAX_SAFE_INTEGER)).map(({ order }) => order)).toEqual(
      all.slice(2).map(({ order }) => order),
    );
    const bytes = all.slice(2).reduce((sum, { record }) => sum + record.length, 0);
    expect(await pair.alice.store.read((rows) => getSingle(rows, QUEUE_HEAD))).toEqual({
      first: 3,
      next: all.length + 1,
      bytes,
    });
    await pair.alice.store.transact(endQueue);
    expect(await queued(pair.alice)).toEqual([]);
  });

  it('never holds ratchet, prekey or thread state', async () => {
    const pair = await Pair.strangers();
    await turnOn(pair.alice);
    await turnOn(pair.bob);
    await pair.invite();
    const invites: Uint8Array[] = [];
    const own = await pair.alice.store.read((rows) => rows.get(PERSONAS, placeOf(pair.alicePage).personaId));
    await pair.accept();
    await pair.settle();
    await pair.say('alice', 'a');
    await pair.say('bob', 'b');
    await pair.settle();
    for (const who of ['alice', 'bob'] as const) {
      const page = who === 'alice' ? pair.alicePage : pair.bobPage;
      const { conversationId, personaId } = placeOf(page);
      const secrets = await pair[who].store.read(async (rows) => {
        const persona = (await rows.get(PERSONAS, personaId))!;
        const threads = await rows.list(THREADS, conversationId);
        const session = (await rows.get(SESSIONS, conversationId))!.reveal();
        const made = (await Promise.all(threads.map(({ inviteId }) => rows.list(INVITES, inviteId)))).flat();
        invites.push(...made.flatMap(({ oneTimePreKey }) => oneTimePreKey?.keyPair.privateKey.reveal() ?? []));
        return [
          persona.identity.privateKey.reveal(),
          ...persona.signedPreKeys.map(({ keyPair }) => keyPair.privateKey.reveal()),
          ...persona.kemPreKeys.map(({ keyPair }) => keyPair.privateKey.reveal()),
          ...threads.map(({ key }) => key),
          // Whatever 16 bytes of a session record: the identity keys in it are public and stand in contacts.
          ...Array.from({ length: Math.floor(session.length / 16) }, (_, i) => session.slice(i * 16, i * 16 + 16)),
        ].filter((secret) => secret.length >= 16);
      });
      const publicKeys = [pair.alice, pair.bob].map(async (each, i) => {
        const { personaId: id } = placeOf(i === 0 ? pair.alicePage : pair.bobPage);
        return encodeHex((await each.store.read((rows) => rows.get(PERSONAS, id)))!.identity.publicKey);
      });
      const known = (await Promise.all(publicKeys)).join(' ');
      const hay = (await queuedBytes(pair[who])).map(encodeHex).join(' ');
      const found = [...secrets, ...invites]
        .map((secret) => encodeHex(secret.slice(0, 32)))
        .filter((needle) => hay.includes(needle) && !known.includes(needle) && !/^0+$/.test(needle));
      expect(found).toEqual([]);
      expect(secrets.length).toBeGreaterThan(20);
    }
    expect(own?.signedPreKeys.length).toBe(1);
  });
});

describe('a message and its record', () => {
  it.each(['send', 'read'] as const)('are kept together or not at all, wherever it breaks: %s', async (what) => {
    const prepared = await Pair.paired();
    await turnOn(prepared.alice);
    if (what === 'read') await prepared.say('bob', 'once');
    let points = 0;
    for (;;) {
      const pair = await Pair.strangers();
      pair.alice = await copyOf(prepared.alice);
      pair.bob = await copyOf(prepared.bob);
      pair.chat.rows.push(...prepared.chat.rows);
      const act = async () => {
        if (what === 'read') await pair.chat.read(pair.alice, pair.alicePage);
        else await sendText(pair.alice.around, pair.alicePage, { text: 'once', clientId: 'one' });
      };
      injectFaults(pair.alice, new FaultPlan(points + 1));
      const broke = await act().then(
        () => false,
        (error: unknown) => {
          if (error instanceof Crash || error instanceof Failure) return true;
          throw error;
        },
      );
      if (!broke) break;
      points++;
      liftFaults(pair.alice);
      await pair.alice.restart();
      await expectRecorded(pair.alice, pair);
      await act();
      await expectRecorded(pair.alice, pair);
      const texts = (await queued(pair.alice)).filter((record) => record.kind === 'message' && record.text === 'once');
      expect(texts).toHaveLength(1);
    }
    expect(points).toBeGreaterThan(20);
  });
});
