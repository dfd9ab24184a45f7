import { beforeAll, describe, expect, it } from 'vitest';
import { decodeChunk, encodeArmour } from '../armour/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { INVITE_LIFE_MS } from './invite.ts';
import { markFailed, markSent, retrySending, takeOutbox } from './outbox.ts';
import type { Page } from './place.ts';
import { readSpans } from './receive.ts';
import { sendText } from './send.ts';
import { codeOf, Installation, LINES, Pair, pageOf, ROOMY, spansOf } from './test-installation.ts';
import { type BubbleView, bubblesOf, composerView, keepDraft } from './views.ts';

beforeAll(cryptoReady);

/** What `who` sees over `rows`, each row called by its number. */
async function look(who: Installation, page: Page, rows: readonly string[]): Promise<BubbleView[]> {
  const read = [];
  for (const [i, row] of rows.entries())
    read.push({ id: `${i}`, readings: await readSpans(who.around, page, spansOf([row])) });
  // What was read last may say more about what was read first.
  const again = await Promise.all(rows.map((row) => readSpans(who.around, page, spansOf([row]))));
  return bubblesOf(
    who.around,
    page,
    read.map(({ id }, i) => ({ id, readings: again[i]! })),
  );
}

const short = ({ id, from, state, text }: BubbleView) => `${id} ${from} ${state} ${text}`;

describe('the transcript', () => {
  it('shows invite and texts in the order of the rows, and nothing for what the extensions say to each other', async () => {
    const pair = await Pair.paired();
    await pair.say('alice', 'one');
    await pair.settle();
    await pair.say('bob', 'two');
    await pair.settle();
    const { rows } = pair.chat;
    expect(rows).toHaveLength(5);
    expect((await look(pair.alice, pair.alicePage, rows)).map(short)).toEqual([
      '0 me invite ',
      '3 me delivered one',
      '4 them received two',
    ]);
    const bobs = await look(pair.bob, pair.bobPage, rows);
    expect(bobs.map(short)).toEqual(['0 them invite ', '3 them received one', '4 me delivered two']);
    expect(bobs[0]).toMatchObject({ name: 'alice', sentAt: pair.bob.nowMs });
    // The same after a restart, from the history alone.
    await pair.bob.restart();
    expect(await look(pair.bob, pair.bobPage, rows)).toEqual(bobs);
  });

  it('says of a row that stands twice at once that the site repeats it', async () => {
    const pair = await Pair.paired();
    await pair.say('alice', 'one');
    const row = pair.chat.rows.at(-1)!;
    for (const [who, page] of [
      [pair.bob, pair.bobPage],
      [pair.alice, pair.alicePage],
    ] as const) {
      const states = (await look(who, page, [row, row])).map(({ state }) => state);
      expect(states).toEqual([who === pair.bob ? 'received' : 'delivered', 'repeated']);
    }
  });

  it('says how many before one have not arrived, for as long as that is so', async () => {
    const pair = await Pair.paired();
    for (const text of ['one', 'two', 'three']) await pair.say('alice', text);
    const [one, two, three] = pair.chat.rows.slice(-3);
    const gaps = async (rows: string[]) =>
      (await look(pair.bob, pair.bobPage, rows)).map(({ missingBefore }) => missingBefore);
    expect(await gaps([three!])).toEqual([2]);
    expect(await gaps([one!, three!])).toEqual([0, 1]);
    expect(await gaps([one!, two!, three!])).toEqual([0, 0, 0]);
  });

  it('has one bubble for a message of many rows: incomplete, then read, at its first row', async () => {
    const pair = await Pair.paired(LINES);
    const before = pair.chat.rows.length;
    await pair.say('alice', 'long '.repeat(100));
    const lines = pair.chat.rows.slice(before);
    const part = await look(pair.bob, pair.bobPage, lines.slice(1));
    expect(part).toMatchObject([{ id: '0', state: 'unreadable', reason: 'Incomplete', retry: 'later' }]);
    const whole = await look(pair.bob, pair.bobPage, [...lines, ...lines]);
    expect(whole.map(({ id, state }) => `${id} ${state}`)).toEqual(['0 received', `${lines.length} repeated`]);
  });

  it('shows a message that came after a forged one under its name as it is, and not as a repetition', async () => {
    const pair = await Pair.paired();
    await pair.say('alice', 'one');
    const [genuine] = spansOf([pair.chat.rows.at(-1)!]);
    const chunk = decodeChunk(genuine!);
    if (!chunk.ok) throw chunk.failure;
    const payload = chunk.value.payload.slice();
    payload[payload.length - 1]! ^= 1;
    const forged = encodeArmour(payload, { ...ROOMY, messageId: chunk.value.messageId });
    if (!forged.ok) throw forged.failure;
    // As the rows are told: each once, when it comes.
    const rows = [];
    for (const [i, span] of [forged.value[0]!, genuine!, genuine!].entries())
      rows.push({ id: `${i}`, readings: await readSpans(pair.bob.around, pair.bobPage, [span]) });
    const bubbles = await bubblesOf(pair.bob.around, pair.bobPage, rows);
    expect(bubbles.map(short)).toEqual(['0 them unreadable ', '1 them received one', '2 them repeated one']);
    expect(bubbles[0]!.reason).toBe('Damaged');
  });

  it('names why a row can not be read, the same at each row of its message', async () => {
    const [pair, others] = [await Pair.paired(LINES), await Pair.paired(LINES)];
    const before = others.chat.rows.length;
    await others.say('alice', 'not yours '.repeat(30));
    const bubbles = await look(pair.bob, pair.bobPage, ['hello', 'qZ7Vx4', ...others.chat.rows.slice(before)]);
    expect(bubbles).toMatchObject([
      { id: '1', state: 'unreadable', reason: 'Incomplete', retry: 'later', text: '' },
      { id: '2', state: 'unreadable', reason: 'NotForYou', retry: 'never', text: '' },
    ]);
  });
});

describe('an invite of theirs', () => {
  it('can be accepted until it is accepted or expired, also in a chat that is private already', async () => {
    const pair = await Pair.strangers();
    await pair.invite();
    const acceptable = async (who: Installation, page: Page) =>
      (await look(who, page, pair.chat.rows)).map((bubble) => bubble.acceptable);
    expect(await acceptable(pair.alice, pair.alicePage)).toEqual([false]);
    expect(await acceptable(pair.bob, pair.bobPage)).toEqual([true]);
    pair.bob.nowMs += INVITE_LIFE_MS + 1;
    expect(await acceptable(pair.bob, pair.bobPage)).toEqual([false]);
    pair.bob.nowMs -= 1;
    expect(await acceptable(pair.bob, pair.bobPage)).toEqual([true]);
    await pair.accept();
    expect((await acceptable(pair.bob, pair.bobPage))[0]).toBe(false);
    await pair.settle();
    pair.alice = await Installation.start();
    pair.chat.rows.splice(0);
    await pair.invite();
    expect(await acceptable(pair.bob, pair.bobPage)).toEqual([true]);
  });
});

describe('a message of our own', () => {
  it('is sending, sent, unsent with a retry, and delivered once the site has it', async () => {
    const pair = await Pair.paired();
    const { around } = pair.alice;
    const entry = await sendText(around, pair.alicePage, { text: 'one', clientId: 'one' });
    const readings = [{ kind: 'entry', entry, own: true, part: undefined } as const];
    const state = async () =>
      (await bubblesOf(around, pair.alicePage, [{ id: 'row', readings }])).map(({ state, retry }) => [state, retry]);
    expect(await state()).toEqual([['sending', null]]);
    const [handed] = await takeOutbox(around, pair.alicePage, false);
    expect(handed?.entry).toBe(entry);
    expect(await state()).toEqual([['sent', null]]);
    await markFailed(around, entry, 'ComposerMissing');
    expect(await state()).toEqual([['unsent', 'user']]);
    expect(await takeOutbox(around, pair.alicePage, true)).toEqual([]);
    await retrySending(around, entry);
    expect(await takeOutbox(around, pair.alicePage, false)).toEqual([handed]);
    await markSent(around, entry);
    expect(await state()).toEqual([['delivered', null]]);
    expect(await codeOf(retrySending(around, entry))).toBe('SendUnknown');
  });

  it('is delivered when its rows are seen on the page, each of them, and only what is not there is sent again', async () => {
    const pair = await Pair.paired(LINES);
    const { around } = pair.alice;
    await sendText(around, pair.alicePage, { text: 'long '.repeat(100), clientId: 'one' });
    const [{ texts } = { texts: [] }] = await takeOutbox(around, pair.alicePage, false);
    expect(texts.length).toBeGreaterThan(2);
    await readSpans(around, pair.alicePage, spansOf(texts.slice(0, 2)));
    const [rest] = await takeOutbox(around, pair.alicePage, true);
    expect(rest?.texts).toEqual(texts.slice(2));
    await readSpans(around, pair.alicePage, spansOf(texts.slice(2)));
    expect(await takeOutbox(around, pair.alicePage, true)).toEqual([]);
  });
});

describe('the composer', () => {
  it('shows the contact, the draft, the limit, and why nothing can be sent', async () => {
    const pair = await Pair.strangers();
    const view = () => composerView(pair.alice.around, pair.alicePage);
    expect(await view()).toBeUndefined();
    await pair.invite();
    expect(await view()).toMatchObject({
      contact: { name: 'bob', verified: false },
      draft: '',
      blocked: 'SessionNotFound',
    });
    await pair.accept();
    await pair.settle();
    await keepDraft(pair.alice.around, pair.alicePage, 'half a thought');
    await pair.alice.restart();
    expect(await view()).toMatchObject({ draft: 'half a thought', blocked: null });
    await sendText(pair.alice.around, pair.alicePage, { text: 'whole', clientId: 'one' });
    expect((await view())?.draft).toBe('');
    await keepDraft(pair.alice.around, pair.alicePage, 'again');
    await keepDraft(pair.alice.around, pair.alicePage, '');
    expect((await view())?.draft).toBe('');
    expect((await composerView(pair.alice.around, { ...pair.alicePage, peer: 'x' }))?.blocked).toBe('ContactRenamed');
  });

  it.each([
    ['lines of 350 bytes', LINES],
    ['room', ROOMY],
  ])(
    'has a limit that fits: a text of that length is sent on a site with %s, and the next size is named TooLong',
    async (_, site) => {
      const pair = await Pair.paired(site);
      const { limit } = (await composerView(pair.alice.around, pair.alicePage))!;
      expect(limit).toBeGreaterThan(5000);
      await pair.say('alice', 'x'.repeat(limit));
      await pair.settle();
      expect((await look(pair.bob, pair.bobPage, pair.chat.rows)).at(-1)?.text).toHaveLength(limit);
      const rows = pair.chat.rows.length;
      expect(await codeOf(pair.say('alice', 'x'.repeat(70_000)))).toBe('TooLong');
      expect(await codeOf(pair.say('alice', 'half \ud83d'))).toBe('TextNotWellFormed');
      expect(pair.chat.rows).toHaveLength(rows);
    },
  );

  it('belongs to its conversation: another one of the same account has its own', async () => {
    const pair = await Pair.paired();
    expect(await composerView(pair.alice.around, pageOf('alice', 'carol'))).toBeUndefined();
  });
});
