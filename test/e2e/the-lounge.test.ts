/** Two people on The Lounge with ngIRCd, a chat that no one here wrote: the main job, from the first click on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';
import { type Lounge, openQuery, openUser, startLounge } from '../support/the-lounge.ts';
import { overhearNetwork, readNetwork, readPage } from './support/leaks.ts';
import { CANARY, fortyTexts } from './support/texts.ts';

describe('Alice and Bob on The Lounge', () => {
  const texts = fortyTexts();
  let lounge: Lounge;
  let extension: GrantedExtension;
  let alice: Person;
  let bob: Person;

  async function enter(person: Person, name: string, peer: string): Promise<void> {
    await openUser(person.page, lounge, name);
    await openQuery(person.page, peer);
  }

  beforeAll(async () => {
    lounge = await startLounge({ users: ['alice', 'bob', 'carol'] });
    extension = await makeGranted('chrome-mv3');
    [alice, bob] = await Promise.all([
      Person.begin('chromium', extension.folder),
      Person.begin('chromium', extension.folder),
    ]);
    await Promise.all([overhearNetwork(alice.page), overhearNetwork(bob.page)]);
    await Promise.all([enter(alice, 'alice', 'bob'), enter(bob, 'bob', 'alice')]);
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end()]);
    await lounge?.stop();
    await extension?.remove();
  });

  it('pair with one click each', async () => {
    await alice.pressLock('#input');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    // Allowing the site takes three more: Sotto's button, "Use Sotto on this site", and the browser's own question.
    expect([alice.clicks, bob.clicks]).toEqual([1, 1]);
  });

  it('exchange 40 messages, and both read all of them in order', async () => {
    for (const [place, text] of texts.entries()) {
      const speaker = place % 2 === 0 ? alice : bob;
      await speaker.say(text);
      await speaker.untilSent();
    }
    await alice.untilRead(texts);
    await bob.untilRead(texts);
  }, 240_000);

  it('leave none of the texts on the wire, in the page, in its storage or its network', async () => {
    expect(lounge.tap.saw('qZ7Vx4')).toBe(true);
    expect(lounge.tap.saw(CANARY)).toBe(false);
    for (const { page } of [alice, bob]) {
      for (const seen of [await readPage(page), await readNetwork(page)]) {
        expect(seen).toContain('qZ7Vx4');
        expect(seen).not.toContain(CANARY);
      }
    }
  });

  it('read all of them again after a reload, and after a restart of the browser', async () => {
    await alice.page.reload();
    await alice.untilRead(texts);
    await bob.restart();
    await enter(bob, 'bob', 'alice');
    await bob.untilRead(texts);
  });

  it('go on after both', async () => {
    const more = [`after the reload ${CANARY}`, `after the restart ${CANARY}`];
    await alice.say(more[0]!);
    await bob.untilRead([...texts, more[0]!]);
    await bob.say(more[1]!);
    await alice.untilRead([...texts, ...more]);
  });

  it('leave a third person, without Sotto, the sentence of an invite and nothing else to read', async () => {
    const carol = await alice.page.browser().createBrowserContext();
    try {
      // Extensions are not in a context of its own: Carol's page is as anybody's.
      const page = await carol.newPage();
      // A page behind another draws nothing, and what waits for it to be drawn would wait for ever.
      await page.bringToFront();
      await openUser(page, lounge, 'carol');
      await openQuery(page, 'alice');
      await alice.page.bringToFront();
      await openQuery(alice.page, 'carol');
      await alice.pressLock('#input');
      const inCipher = () => document.body.textContent?.includes('qZ7W');
      await page.waitForFunction(inCipher, { timeout: 60_000, polling: 200 });
      const seen = await readPage(page);
      expect(page.frames()).toHaveLength(1);
      expect(seen).toContain(messages.inviteSentence.message);
      expect(seen).not.toContain(CANARY);
    } finally {
      await carol.close();
    }
  });
});
