import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex } from '../bytes/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { acceptInvite } from './accept.ts';
import { acceptKey, acceptName, listContacts, readSafetyNumber, refuseKey, setVerified, stateOf } from './contact.ts';
import { THREADS } from './conversation-row.ts';
import { findConversation } from './entries.ts';
import { invite } from './invite.ts';
import { PERSONAS } from './persona-row.ts';
import { type Page, placeOf } from './place.ts';
import { readSpans } from './receive.ts';
import { endConversation, sendText } from './send.ts';
import { codeOf, Installation, Pair, pageOf, SENTENCE, spansOf, textsOf } from './test-installation.ts';
import { chooseThread } from './thread.ts';

beforeAll(cryptoReady);

const DAY_MS = 24 * 60 * 60 * 1000;

async function keyInUse(who: Installation, page: Page): Promise<string | undefined> {
  return who.store.read(async (rows) => {
    const conversation = await findConversation(rows, placeOf(page).conversationId);
    const threads = await rows.list(THREADS, placeOf(page).conversationId);
    const thread = conversation?.peerIdentity && chooseThread(threads, conversation.peerIdentity);
    return thread && encodeHex(thread.key);
  });
}

/** Accepts the newest invite of the other side that stands on the site. */
async function acceptNewest(pair: Pair, who: 'alice' | 'bob', rows: readonly string[]): Promise<void> {
  const page = who === 'alice' ? pair.alicePage : pair.bobPage;
  const readings = await readSpans(pair[who].around, page, spansOf(rows));
  const last = readings.at(-1);
  if (last?.kind !== 'entry') throw new Error(`no invite was read: ${JSON.stringify(last)}`);
  await acceptInvite(pair[who].around, page, last.entry);
}

async function expectTalk(pair: Pair): Promise<void> {
  const before = (await textsOf(pair.alice, pair.alicePage)).length;
  for (const who of ['alice', 'bob', 'bob', 'alice'] as const) {
    await pair.say(who, `${who} speaks`);
    await pair.settle();
  }
  expect((await textsOf(pair.alice, pair.alicePage)).slice(before)).toEqual([
    'me: alice speaks',
    'them: bob speaks',
    'them: bob speaks',
    'me: alice speaks',
  ]);
  expect(await keyInUse(pair.alice, pair.alicePage)).toBe(await keyInUse(pair.bob, pair.bobPage));
}

describe('the states of a conversation', () => {
  it('are none, inviting, invited, private, ended, and private again by a new invite', async () => {
    const pair = await Pair.strangers();
    const states = async () => [
      await stateOf(pair.alice.around, pair.alicePage),
      await stateOf(pair.bob.around, pair.bobPage),
    ];
    expect(await states()).toEqual(['none', 'none']);
    await pair.invite();
    await pair.chat.read(pair.bob, pair.bobPage);
    expect(await states()).toEqual(['inviting', 'invited']);
    expect(await codeOf(pair.say('alice', 'too early'))).toBe('SessionNotFound');
    await pair.accept();
    expect(await states()).toEqual(['inviting', 'private']);
    await pair.settle();
    expect(await states()).toEqual(['private', 'private']);
    const first = await keyInUse(pair.alice, pair.alicePage);
    await endConversation(pair.bob.around, pair.bobPage);
    await pair.chat.post(pair.bob, pair.bobPage);
    await pair.settle();
    expect(await states()).toEqual(['ended', 'ended']);
    expect(await codeOf(pair.say('alice', 'too late'))).toBe('SessionNotFound');
    await pair.invite();
    await acceptNewest(pair, 'bob', [pair.chat.rows.at(-1)!]);
    await pair.chat.post(pair.bob, pair.bobPage);
    await pair.settle();
    expect(await states()).toEqual(['private', 'private']);
    await expectTalk(pair);
    expect(await keyInUse(pair.alice, pair.alicePage)).not.toBe(first);
  });

  it.each(['in order', 'in reverse'])(
    'come back to private where messages after a new invite arrive %s',
    async (order) => {
      const pair = await Pair.paired();
      await expectTalk(pair);
      await endConversation(pair.bob.around, pair.bobPage);
      await pair.chat.post(pair.bob, pair.bobPage);
      await pair.settle();
      await pair.invite();
      await acceptNewest(pair, 'bob', [pair.chat.rows.at(-1)!]);
      const before = pair.chat.rows.length;
      await pair.say('bob', 'first');
      await pair.say('bob', 'second');
      const rows = pair.chat.rows.splice(before);
      expect(rows).toHaveLength(3);
      pair.chat.rows.push(...(order === 'in order' ? rows : rows.reverse()));
      await pair.settle();
      expect((await textsOf(pair.alice, pair.alicePage)).slice(4).sort()).toEqual(['them: first', 'them: second']);
      expect(await stateOf(pair.alice.around, pair.alicePage)).toBe('private');
      await expectTalk(pair);
    },
  );

  it('stay when an invite is made or accepted twice', async () => {
    const pair = await Pair.strangers();
    await pair.invite();
    await pair.invite();
    expect(pair.chat.rows).toHaveLength(1);
    await pair.accept();
    const rows = pair.chat.rows.length;
    await acceptNewest(pair, 'bob', [pair.chat.rows[0]!]);
    await pair.chat.post(pair.bob, pair.bobPage);
    expect(pair.chat.rows).toHaveLength(rows);
  });
});

describe('a pairing', () => {
  it('has one large message each way: the invite, and the first answer', async () => {
    const pair = await Pair.paired();
    await pair.say('bob', 'hi');
    await pair.say('alice', 'hi');
    const large = pair.chat.rows.filter((row) => row.length > 1500);
    expect(large).toHaveLength(2);
    expect(pair.chat.rows).toHaveLength(5);
  });

  it('lets whoever accepted write at once, before the other side answered', async () => {
    const pair = await Pair.strangers();
    await pair.invite();
    await pair.accept();
    await pair.say('bob', 'already here');
    await pair.say('bob', 'still here');
    await pair.settle();
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['them: already here', 'them: still here']);
    await expectTalk(pair);
  });

  it('works in whatever order the first messages arrive', async () => {
    const pair = await Pair.strangers();
    await pair.invite();
    await pair.accept();
    await pair.say('bob', 'second');
    await pair.say('bob', 'third');
    const [invitation, ...messages] = pair.chat.rows.splice(0);
    pair.chat.rows.push(invitation!, ...messages.reverse());
    await pair.settle();
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['them: third', 'them: second']);
    await expectTalk(pair);
  });

  it('gives each account and each site its own identity key', async () => {
    const alice = await Installation.start();
    const pages = [
      pageOf('alice', 'bob'),
      pageOf('alice', 'carol'),
      pageOf('alice at work', 'bob'),
      { ...pageOf('alice', 'bob'), site: 'https://other.example' },
    ];
    const keys: string[] = [];
    for (const page of pages) {
      await invite(alice.around, page, SENTENCE);
      const persona = await alice.store.read((rows) => rows.get(PERSONAS, placeOf(page).personaId));
      keys.push(encodeHex(persona!.identity.publicKey));
    }
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(3);
  });
});

describe('two invites that cross', () => {
  async function crossed(): Promise<Pair> {
    const pair = await Pair.strangers();
    await invite(pair.alice.around, pair.alicePage, SENTENCE);
    await invite(pair.bob.around, pair.bobPage, SENTENCE);
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.chat.post(pair.bob, pair.bobPage);
    return pair;
  }

  it('end in one session with one agreed key where one of them is accepted', async () => {
    for (const who of ['alice', 'bob'] as const) {
      const pair = await crossed();
      await acceptNewest(pair, who, [pair.chat.rows[who === 'alice' ? 1 : 0]!]);
      await pair.chat.post(pair[who], who === 'alice' ? pair.alicePage : pair.bobPage);
      await pair.settle();
      await expectTalk(pair);
    }
  });

  // Identity keys are drawn anew each time, so that either side has the lower one.
  it.each([1, 2, 3, 4])(
    'end with one agreed key where both are accepted at once, both writing meanwhile (%i)',
    async () => {
      const pair = await crossed();
      await acceptNewest(pair, 'alice', [pair.chat.rows[1]!]);
      await acceptNewest(pair, 'bob', [pair.chat.rows[0]!]);
      const send = (who: 'alice' | 'bob', page: Page) =>
        sendText(pair[who].around, page, { text: `early, from ${who}`, clientId: 'early' });
      await send('alice', pair.alicePage);
      await send('bob', pair.bobPage);
      await pair.chat.post(pair.alice, pair.alicePage);
      await pair.chat.post(pair.bob, pair.bobPage);
      await pair.settle();
      expect(await textsOf(pair.alice, pair.alicePage)).toContain('them: early, from bob');
      expect(await textsOf(pair.bob, pair.bobPage)).toContain('them: early, from alice');
      await expectTalk(pair);
    },
  );
});

describe('a changed identity key', () => {
  /** Bob lost his browser: a new installation, the same account. */
  async function bobAnew(pair: Pair): Promise<void> {
    pair.bob = await Installation.start();
  }

  it('in an answer to our invite blocks sending until it is accepted, and un-verifies', async () => {
    const pair = await Pair.paired();
    const { conversationId } = placeOf(pair.alicePage);
    const before = await readSafetyNumber(pair.alice.around, conversationId);
    await setVerified(pair.alice.around, conversationId, { digits: before.digits, verified: true });
    await bobAnew(pair);
    await pair.invite();
    await acceptNewest(pair, 'bob', [pair.chat.rows.at(-1)!]);
    await pair.chat.post(pair.bob, pair.bobPage);
    const [refused] = await readSpans(pair.alice.around, pair.alicePage, spansOf([pair.chat.rows.at(-1)!]));
    expect(refused).toMatchObject({ kind: 'refused', code: 'ContactKeyChanged' });
    expect(await stateOf(pair.alice.around, pair.alicePage)).toBe('keyChanged');
    expect(await codeOf(pair.say('alice', 'to whom?'))).toBe('UntrustedIdentity');
    const changed = await readSafetyNumber(pair.alice.around, conversationId);
    expect(changed.digits).not.toBe(before.digits);
    expect(changed.verified).toBe(false);
    await acceptKey(pair.alice.around, conversationId);
    await readSpans(pair.alice.around, pair.alicePage, spansOf([pair.chat.rows.at(-1)!]));
    await pair.chat.post(pair.alice, pair.alicePage);
    await readSpans(pair.bob.around, pair.bobPage, spansOf([pair.chat.rows.at(-1)!]));
    expect(await stateOf(pair.alice.around, pair.alicePage)).toBe('private');
    expect((await listContacts(pair.alice.around))[0]).toMatchObject({ verified: false });
    pair.chat.rows.splice(0);
    await expectTalk(pair);
  });

  it('in an invite is not accepted by the click in the page, and accepted once the person has decided', async () => {
    const pair = await Pair.paired();
    await bobAnew(pair);
    await invite(pair.bob.around, pair.bobPage, SENTENCE);
    await pair.chat.post(pair.bob, pair.bobPage);
    const rows = [pair.chat.rows.at(-1)!];
    expect(await codeOf(acceptNewest(pair, 'alice', rows))).toBe('ContactKeyChanged');
    expect(await codeOf(pair.say('alice', 'to whom?'))).toBe('UntrustedIdentity');
    await acceptKey(pair.alice.around, placeOf(pair.alicePage).conversationId);
    await acceptNewest(pair, 'alice', rows);
    pair.chat.rows.splice(0);
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    await expectTalk(pair);
  });

  it('that is refused leaves the contact who they were', async () => {
    const pair = await Pair.paired();
    const mallory = await Pair.strangers();
    await invite(mallory.bob.around, mallory.bobPage, SENTENCE);
    await mallory.chat.post(mallory.bob, mallory.bobPage);
    expect(await codeOf(acceptNewest(pair, 'alice', mallory.chat.rows))).toBe('ContactKeyChanged');
    await refuseKey(pair.alice.around, placeOf(pair.alicePage).conversationId);
    await expectTalk(pair);
    expect(await codeOf(refuseKey(pair.alice.around, placeOf(pair.alicePage).conversationId))).toBe('SessionNotFound');
    expect(await codeOf(acceptKey(pair.alice.around, placeOf(pair.alicePage).conversationId))).toBe('SessionNotFound');
  });
});

describe('a safety number', () => {
  it('has 60 digits, the same on both sides, and is verified by the digits that were shown', async () => {
    const pair = await Pair.paired();
    const ids = [placeOf(pair.alicePage).conversationId, placeOf(pair.bobPage).conversationId];
    const alice = await readSafetyNumber(pair.alice.around, ids[0]!);
    const bob = await readSafetyNumber(pair.bob.around, ids[1]!);
    expect(alice.digits).toMatch(/^\d{60}$/);
    expect(alice.digits).toBe(bob.digits);
    expect(alice.verified).toBe(false);
    const { around } = pair.alice;
    expect(await codeOf(setVerified(around, ids[0]!, { digits: '0'.repeat(60), verified: true }))).toBe(
      'ContactKeyChanged',
    );
    await setVerified(around, ids[0]!, { digits: alice.digits, verified: true });
    expect((await readSafetyNumber(around, ids[0]!)).verified).toBe(true);
    expect(await listContacts(around)).toMatchObject([{ name: 'bob', state: 'private', verified: true }]);
    await setVerified(around, ids[0]!, { digits: alice.digits, verified: false });
    expect((await readSafetyNumber(around, ids[0]!)).verified).toBe(false);
  });

  it('is none before there is a key', async () => {
    const pair = await Pair.strangers();
    await pair.invite();
    expect(await codeOf(readSafetyNumber(pair.alice.around, placeOf(pair.alicePage).conversationId))).toBe(
      'SessionNotFound',
    );
  });
});

describe('a contact whom the page names otherwise', () => {
  it('is not written to until the person has looked', async () => {
    const pair = await Pair.paired();
    const renamed = { ...pair.alicePage, peer: 'robert' };
    const send = () => sendText(pair.alice.around, renamed, { text: 'hello', clientId: 'one' });
    expect(await codeOf(send())).toBe('ContactRenamed');
    await acceptName(pair.alice.around, renamed);
    await send();
    expect((await listContacts(pair.alice.around))[0]?.name).toBe('robert');
  });
});

describe('prekeys', () => {
  it('are renewed after seven days, and the old ones open sessions for as long as an invite of theirs may be answered', async () => {
    const pair = await Pair.strangers();
    await pair.invite();
    const ids = async () => {
      const persona = await pair.alice.store.read((rows) => rows.get(PERSONAS, placeOf(pair.alicePage).personaId));
      return [persona!.signedPreKeys.map(({ id }) => id), persona!.kemPreKeys.map(({ id }) => id)];
    };
    expect(await ids()).toEqual([[1], [2]]);
    pair.alice.nowMs += 7 * DAY_MS - 1;
    await invite(pair.alice.around, pageOf('alice', 'carol'), SENTENCE);
    expect(await ids()).toEqual([[1], [2]]);
    pair.alice.nowMs += 1;
    await invite(pair.alice.around, pageOf('alice', 'dave'), SENTENCE);
    const renewed = await ids();
    expect(renewed.map((list) => list.length)).toEqual([2, 2]);
    await pair.accept();
    await pair.settle();
    await expectTalk(pair);
    pair.alice.nowMs += 8 * DAY_MS;
    await invite(pair.alice.around, pageOf('alice', 'erin'), SENTENCE);
    expect((await ids()).map((list) => list.includes(1) || list.includes(2))).toEqual([false, false]);
  });
});
