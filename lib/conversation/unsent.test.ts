import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { acceptInvite } from './accept.ts';
import { invite, isInviteUnsent } from './invite.ts';
import { markFailed, retrySending, takeOutbox } from './outbox.ts';
import { sendText } from './send.ts';
import { Pair, SENTENCE, textsOf } from './test-installation.ts';
import { composerView, keepDraft } from './views.ts';

beforeAll(cryptoReady);

/** Alice's `words`, which the site did not take. */
async function failed(pair: Pair, words: string): Promise<{ entry: string; texts: readonly string[] }> {
  const entry = await sendText(pair.alice.around, pair.alicePage, { text: words, clientId: `first ${words}` });
  const [out] = await takeOutbox(pair.alice.around, pair.alicePage, false);
  await markFailed(pair.alice.around, entry, 'TextMangled');
  return { entry, texts: out!.texts };
}

const shown = async ({ alice, alicePage }: Pair) => {
  const { draft, unsent } = (await composerView(alice.around, alicePage))!;
  return [draft, unsent];
};

describe('words that the site did not take', () => {
  it('are the draft again, with the reason, and go out as the same bytes when they are sent unchanged', async () => {
    const pair = await Pair.paired();
    const { entry, texts } = await failed(pair, 'one');
    expect(await shown(pair)).toEqual(['one', 'TextMangled']);
    // A composer that was built anew knows nothing of the first try.
    await pair.alice.restart();
    expect(await shown(pair)).toEqual(['one', 'TextMangled']);
    expect(await sendText(pair.alice.around, pair.alicePage, { text: 'one', clientId: 'again' })).toBe(entry);
    expect(await shown(pair)).toEqual(['', null]);
    await retrySending(pair.alice.around, entry);
    expect(await takeOutbox(pair.alice.around, pair.alicePage, false)).toEqual([{ entry, texts }]);
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: one']);
  });

  it('stand in front of what was written since, once', async () => {
    const pair = await Pair.paired();
    const entry = await sendText(pair.alice.around, pair.alicePage, { text: 'one', clientId: 'one' });
    await keepDraft(pair.alice.around, pair.alicePage, 'two');
    for (let times = 0; times < 2; times++) {
      await markFailed(pair.alice.around, entry, 'SendUnconfirmed');
      // The reason belongs to the words alone.
      expect(await shown(pair)).toEqual(['one\ntwo', null]);
    }
  });

  it('are another message once they are changed; the first is not sent any more', async () => {
    const pair = await Pair.paired();
    const { entry } = await failed(pair, 'one');
    const edited = await sendText(pair.alice.around, pair.alicePage, { text: 'one!', clientId: 'edited' });
    expect(edited).not.toBe(entry);
    const due = await takeOutbox(pair.alice.around, pair.alicePage, true);
    expect(due.map((each) => each.entry)).toEqual([edited]);
    expect(await shown(pair)).toEqual(['', null]);
  });

  it('are no draft once the site shows them after all, or once they are tried again', async () => {
    const pair = await Pair.paired();
    const late = await failed(pair, 'late');
    pair.chat.rows.push(...late.texts);
    await pair.chat.read(pair.alice, pair.alicePage);
    expect(await shown(pair)).toEqual(['', null]);
    const again = await failed(pair, 'again');
    await retrySending(pair.alice.around, again.entry);
    expect(await shown(pair)).toEqual(['', null]);
  });

  it('stay in the draft where it says something else by then', async () => {
    const pair = await Pair.paired();
    const { entry } = await failed(pair, 'one');
    await keepDraft(pair.alice.around, pair.alicePage, 'one and a half');
    await retrySending(pair.alice.around, entry);
    expect(await shown(pair)).toEqual(['one and a half', null]);
  });

  it('are encrypted anew where another session has begun since', async () => {
    const pair = await Pair.paired();
    const { entry } = await failed(pair, 'one');
    await invite(pair.bob.around, pair.bobPage, SENTENCE);
    await pair.chat.post(pair.bob, pair.bobPage);
    const reading = (await pair.chat.read(pair.alice, pair.alicePage)).at(-1);
    if (reading?.kind !== 'entry') throw new Error('no invite');
    await acceptInvite(pair.alice.around, pair.alicePage, reading.entry);
    const anew = await sendText(pair.alice.around, pair.alicePage, { text: 'one', clientId: 'anew' });
    expect(anew).not.toBe(entry);
  });
});

describe('an invite that the site did not take', () => {
  it('is known as such until it is tried again; pressing again makes no second one', async () => {
    const pair = await Pair.strangers();
    const { alice, alicePage } = pair;
    const isUnsent = () => isInviteUnsent(alice.around, alicePage);
    expect(await isUnsent()).toBe(false);
    const entry = await invite(alice.around, alicePage, SENTENCE);
    const [first] = await takeOutbox(alice.around, alicePage, false);
    expect(await isUnsent()).toBe(false);
    await markFailed(alice.around, entry, 'SendUnconfirmed');
    expect(await isUnsent()).toBe(true);
    // An invite has no words of the person.
    expect(await shown(pair)).toEqual(['', null]);
    expect(await invite(alice.around, alicePage, SENTENCE)).toBe(entry);
    await retrySending(alice.around, entry);
    expect(await isUnsent()).toBe(false);
    expect(await takeOutbox(alice.around, alicePage, false)).toEqual([first]);
  });
});

describe('words on their way', () => {
  it('are no draft: who opens the chat again must not send them twice', async () => {
    const pair = await Pair.paired();
    const { alice, alicePage } = pair;
    await sendText(alice.around, alicePage, { text: 'one', clientId: 'one' });
    await keepDraft(alice.around, alicePage, 'one');
    expect(await shown(pair)).toEqual(['', null]);
    await takeOutbox(alice.around, alicePage, false);
    await keepDraft(alice.around, alicePage, 'one');
    expect(await shown(pair)).toEqual(['', null]);
    await keepDraft(alice.around, alicePage, 'one more');
    expect(await shown(pair)).toEqual(['one more', null]);
  });
});
