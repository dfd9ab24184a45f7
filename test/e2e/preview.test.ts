/** A link on The Lounge: its preview is made by the sender's browser, travels inside the message, and nobody else asks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeChunk, findArmour } from '../../lib/armour/index.ts';
import { encodeHex } from '../../lib/bytes/index.ts';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';
import { type Lounge, openQuery, openUser, startLounge } from '../support/the-lounge.ts';
import { typeInto, until, View } from '../support/view.ts';
import { type LinkedPage, startLinkedPage, WALK } from './support/linked-page.ts';

/** What a card shows, wherever it stands. */
const CARD = (selector: string): string => `(() => {
  const card = document.querySelector('${selector}');
  const [title, description, host] = ['.title', '.description', '.from'].map((part) => card?.querySelector(part)?.textContent);
  const picture = card?.querySelector('img');
  const size = picture?.complete ? [picture.naturalWidth, picture.naturalHeight] : [];
  return card && { title, description, host, size, source: picture?.src.slice(0, 23) };
})()`;

interface SeenCard {
  readonly title: string;
  readonly description: string;
  readonly host: string;
  readonly size: readonly number[];
  readonly source: string;
}

describe('a link that Alice writes to Bob on The Lounge', () => {
  let lounge: Lounge;
  let linked: LinkedPage;
  let extension: GrantedExtension;
  let alice: Person;
  let bob: Person;
  let alicesView: View;
  let bobsView: View;

  const inComposer = async <Value>(expression: string): Promise<Value | undefined> =>
    (await alicesView.composer())?.frame.evaluate<Value>(expression);
  const press = (selector: string): Promise<true> =>
    until(`a press of ${selector}`, async () =>
      (await inComposer<boolean>(
        `(() => { const button = document.querySelector('${selector}'); button?.click(); return !!button; })()`,
      ))
        ? true
        : undefined,
    );
  const write = async (words: string): Promise<void> => {
    const composer = await until('an empty composer', async () => {
      const found = await alicesView.composer();
      return found !== undefined && !found.busy && found.words === '' ? found : undefined;
    });
    await typeInto(composer.frame, words);
  };
  const bobsCard = async (): Promise<SeenCard | undefined> =>
    (await bobsView.inFrames<SeenCard | null>('transcript', CARD('.link-card'))).find(
      (card) => card?.size.length === 2,
    ) ?? undefined;
  const bobsCards = async (): Promise<number> => {
    const counts = await bobsView.inFrames<number>('transcript', `document.querySelectorAll('.link-card').length`);
    return counts.reduce((sum, count) => sum + count, 0);
  };

  beforeAll(async () => {
    linked = await startLinkedPage();
    lounge = await startLounge({ users: ['alice', 'bob'] });
    extension = await makeGranted('chrome-mv3', { previewsOf: [linked.origin] });
    alice = await Person.begin('chromium', extension.folder);
    bob = await Person.begin('chromium', extension.folder);
    for (const [person, name, peer] of [
      [alice, 'alice', 'bob'],
      [bob, 'bob', 'alice'],
    ] as const) {
      // Known there from an earlier visit: a browser that did as pages do would say so.
      await person.page.browser().setCookie({ name: 'seen', value: 'before', domain: '127.0.0.1', path: '/' });
      await openUser(person.page, lounge, name);
      await openQuery(person.page, peer);
    }
    await alice.pressLock('#input');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    [alicesView, bobsView] = [await View.of(alice), await View.of(bob)];
    await bob.say('hello');
    await alice.untilRead(['hello']);
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end()]);
    await lounge?.stop();
    await linked?.stop();
    await extension?.remove();
  });

  it('names its host as it is, and says where that passes for another', async () => {
    // The first a is Cyrillic.
    await write('pay at https://p\u0430ypal.example.org/login');
    const host = await until('the question', () =>
      inComposer<string | null>(`document.querySelector('.link.ask .host')?.textContent ?? null`).then(
        (shown) => shown ?? undefined,
      ),
    );
    expect(host).toBe(`xn--pypal-4ve.example.org${messages.linkLookAlike.message}`);
    await inComposer(`(() => {
      const area = document.querySelector('textarea');
      area.value = '';
      area.dispatchEvent(new Event('input', { bubbles: true }));
    })()`);
    await until('no question', async () =>
      (await inComposer(`document.querySelector('.link')`)) === null ? true : undefined,
    );
  });

  it('is asked about before anybody is asked for anything', async () => {
    await write(`look ${linked.origin}${WALK.path}`);
    await until(
      'the question',
      async () => (await inComposer<boolean>(`!!document.querySelector('.link.ask')`)) || undefined,
    );
    expect(linked.visits).toEqual([]);
    await press('.link.ask .choice');
  });

  it('has a preview above the box before it is sent', async () => {
    const card = await until('the card', async () => {
      const seen = await inComposer<SeenCard>(CARD('.link.ready'));
      return seen?.size.length === 2 ? seen : undefined;
    });
    expect(card).toMatchObject({
      title: WALK.title,
      host: new URL(linked.origin).host,
      source: 'data:image/webp;base64,',
    });
    expect(Math.min(...card.size)).toBeGreaterThan(30);
  });

  it('comes to Bob with title, words and picture, as one message of ciphertext', async () => {
    lounge.tap.clear();
    await alicesView.enter();
    await alice.untilSent();
    const text = `look ${linked.origin}${WALK.path}`;
    await bob.untilRead(['hello', text]);
    const card = await until('the card of Bob', bobsCard);
    expect(card).toMatchObject({ title: WALK.title, host: new URL(linked.origin).host });
    expect(card.description.slice(0, 20)).toBe(WALK.description.slice(0, 20));
    expect(Math.min(...card.size)).toBeGreaterThan(30);
    const wire = lounge.tap.text('up');
    const chunks = findArmour(wire).flatMap(({ start, end }) => {
      const decoded = decodeChunk(wire.slice(start, end));
      return decoded.ok ? [decoded.value] : [];
    });
    expect(new Set(chunks.map(({ messageId }) => encodeHex(messageId))).size).toBe(1);
    // A line holds 350 letters: the message is cut into pieces of one name, and nothing else is posted.
    expect(chunks.length).toBe(chunks[0]!.count);
    expect(chunks.length).toBeLessThanOrEqual(5);
    expect(wire.split('PRIVMSG ').length - 1).toBe(chunks.length);
    for (const word of [WALK.title, '/walks/lake', 'Walks', 'WEBP']) expect(lounge.tap.saw(word)).toBe(false);
  });

  it('was asked for once, by Alice, who did not say who she is', () => {
    expect(linked.visits.map(({ path }) => path)).toEqual([WALK.path, '/lake.png']);
    for (const { headers } of linked.visits) {
      expect(headers.cookie).toBeUndefined();
      expect(headers.referer).toBeUndefined();
      expect(headers.origin).toBeUndefined();
      expect(headers['accept-language']).toBe('*');
    }
  });

  it('is not sent with a preview that Alice took away', async () => {
    const text = `again ${linked.origin}${WALK.path}`;
    await write(text);
    await until('the card', () => inComposer<SeenCard>(CARD('.link.ready')).then((card) => card ?? undefined));
    await press('.link .remove');
    await until('no card', async () => ((await inComposer<SeenCard>(CARD('.link'))) === null ? true : undefined));
    await alicesView.enter();
    await alice.untilSent();
    await bob.untilRead(['hello', `look ${linked.origin}${WALK.path}`, text]);
    expect(await bobsCards()).toBe(1);
  });

  it('is asked for by nobody where previews are off', async () => {
    const popup = await alice.openPopup();
    await popup.waitForSelector('.previews select');
    await popup.select('.previews select', 'off');
    // That of the proxy goes, too, when it is kept: one select alone is also that of a popup that knows no chat yet.
    await popup.waitForFunction(
      () => document.querySelectorAll('.previews select').length === 1 && !document.querySelector('.previews form'),
    );
    await popup.close();
    const before = linked.visits.length;
    const text = `off ${linked.origin}/another`;
    // With a person's pause after it, in which a page would be asked.
    await alicesView.write(text);
    expect(await alice.composerShows('.link-area')).toBe('');
    await alicesView.enter();
    await alice.untilSent();
    await alice.until('all of it', async () => (await bob.bubbles()).at(-1)?.words === text);
    expect(linked.visits.length).toBe(before);
    expect(await bobsCards()).toBe(1);
  });
});
