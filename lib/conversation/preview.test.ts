import { beforeAll, describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../bytes/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import type { Preview } from '../preview/index.ts';
import { type Page, placeOf } from './place.ts';
import {
  forgetSiteAnswers,
  readChatPreviewMode,
  readPreviewChoices,
  readPreviewSettings,
  saveChatPreviewMode,
  savePreviewSettings,
  saveSiteAnswer,
} from './preview-choices.ts';
import { MOST_TEXTS, previewRooms } from './preview-room.ts';
import { readPreviewPicture } from './preview-rows.ts';
import { sendText } from './send.ts';
import { codeOf, type Installation, LINES, Pair, ROOMY, textsOf } from './test-installation.ts';
import { bubblesOf } from './views.ts';

const LINK = 'https://example.org/a?b=c';
const TEXT = `look: ${LINK}`;

/** The smallest lossy WebP there is, of 4 by 3 pixels, with `tail` bytes in its frame. */
function webp(tail: number): Uint8Array {
  const bytes = new Uint8Array(30 + tail);
  bytes.set(encodeUtf8('RIFF'), 0);
  bytes.set(encodeUtf8('WEBPVP8 '), 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, 22 + tail, true);
  view.setUint32(16, 10 + tail, true);
  bytes.set([0x10, 0, 0, 0x9d, 0x01, 0x2a], 20);
  view.setUint16(26, 4, true);
  view.setUint16(28, 3, true);
  return bytes;
}

function preview(tail = 100): Preview {
  const picture = { type: 'image/webp' as const, width: 4, height: 3, bytes: webp(tail) };
  return { url: LINK, title: 'A page', description: 'about it', siteName: 'The Site', picture };
}

async function send(pair: Pair, text: string, shown?: Preview): Promise<string> {
  const entry = await sendText(pair.alice.around, pair.alicePage, {
    text,
    clientId: crypto.randomUUID(),
    preview: shown,
  });
  await pair.chat.post(pair.alice, pair.alicePage);
  return entry;
}

/** The last bubble that `who` sees. */
async function lastBubble(pair: Pair, who: Installation, page: Page) {
  // The chunks before the last one are known for what they are when they are read again.
  await pair.chat.read(who, page);
  const readings = await pair.chat.read(who, page);
  const rows = readings.map((reading, place) => ({ id: `r${place}`, readings: [reading] }));
  const bubble = (await bubblesOf(who.around, page, rows)).at(-1)!;
  const entry = readings.flatMap((reading) => (reading.kind === 'entry' ? [reading.entry] : [])).at(-1)!;
  return { bubble, entry };
}

beforeAll(cryptoReady);

describe('a preview that is sent', () => {
  it('comes with its text, as one message, and both see the same of it', async () => {
    const pair = await Pair.paired();
    const before = pair.chat.rows.length;
    await send(pair, TEXT, preview());
    expect(pair.chat.rows.length - before).toBe(1);
    for (const [who, page] of [
      [pair.bob, pair.bobPage],
      [pair.alice, pair.alicePage],
    ] as const) {
      const { bubble, entry } = await lastBubble(pair, who, page);
      expect(bubble.text).toBe(TEXT);
      expect(bubble.preview).toEqual({
        url: LINK,
        title: 'A page',
        description: 'about it',
        siteName: 'The Site',
        host: { text: 'example.org', mark: 'plain', port: '', secure: true },
        picture: { width: 4, height: 3 },
      });
      expect(await readPreviewPicture(who.around, entry)).toEqual(webp(100));
    }
  });

  it('is still there in a new worker', async () => {
    const pair = await Pair.paired();
    await send(pair, TEXT, preview());
    await pair.chat.read(pair.bob, pair.bobPage);
    await pair.bob.restart();
    expect((await lastBubble(pair, pair.bob, pair.bobPage)).bubble.preview?.title).toBe('A page');
  });

  it.each([
    ['of another address than the link in the text', `other: https://example.org/b`, preview()],
    ['under a text without a link', 'no link', preview()],
  ])('is not shown %s', async (_, text, shown) => {
    const pair = await Pair.paired();
    await send(pair, text, shown);
    for (const [who, page] of [
      [pair.bob, pair.bobPage],
      [pair.alice, pair.alicePage],
    ] as const) {
      const { bubble, entry } = await lastBubble(pair, who, page);
      expect([bubble.text, bubble.preview]).toEqual([text, null]);
      expect(await readPreviewPicture(who.around, entry)).toBeUndefined();
    }
  });

  it('has no picture where the picture is none that Sotto makes', async () => {
    const pair = await Pair.paired();
    const bytes = new Uint8Array(200).fill(7);
    await send(pair, TEXT, { ...preview(), picture: { type: 'image/webp', width: 4, height: 3, bytes } });
    const { bubble, entry } = await lastBubble(pair, pair.bob, pair.bobPage);
    expect([bubble.preview?.title, bubble.preview?.picture]).toEqual(['A page', null]);
    expect(await readPreviewPicture(pair.bob.around, entry)).toBeUndefined();
  });

  it('is nothing for an entry that nobody knows', async () => {
    const pair = await Pair.strangers();
    expect(await readPreviewPicture(pair.bob.around, 'x'.repeat(22))).toBeUndefined();
    expect(await readPreviewPicture(pair.bob.around, 'no name')).toBeUndefined();
  });
});

describe('a preview for which the message is too long', () => {
  // 64 lines of IRC carry some 15 kB.
  it('goes without its picture', async () => {
    const pair = await Pair.paired(LINES);
    await send(pair, TEXT, preview(20_000));
    const { bubble } = await lastBubble(pair, pair.bob, pair.bobPage);
    expect([bubble.preview?.title, bubble.preview?.picture]).toEqual(['A page', null]);
  });

  it('does not go where its words are too much, and the text does', async () => {
    const pair = await Pair.paired(LINES);
    const text = `${TEXT} ${'x'.repeat(13_500)}`;
    await send(pair, text, { ...preview(2000), description: 'd'.repeat(1024), title: 't'.repeat(512) });
    const { bubble } = await lastBubble(pair, pair.bob, pair.bobPage);
    expect([bubble.text.length, bubble.preview]).toEqual([text.length, null]);
  });

  it('does not save a text that is too long by itself', async () => {
    const pair = await Pair.paired(LINES);
    expect(await codeOf(send(pair, `${TEXT} ${'x'.repeat(20_000)}`, preview()))).toBe('TooLong');
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual([]);
  });
});

describe('the room for a preview', () => {
  const LETTERS_2000 = { alphabet: 'base62', limit: { amount: 2000, unit: 'utf16' } } as Page['text'];

  it.each([
    ['a line of IRC', LINES, [3, 4, 5, 6, 7]],
    ['a site that takes 2000 letters', LETTERS_2000, [2, 3, 4, 5, 6, 8]],
  ])('on %s is what fits into so many texts, up to eight', async (_, site, counts) => {
    const pair = await Pair.paired(site);
    const sent: number[] = [];
    const rooms = previewRooms(site, TEXT, LINK);
    for (const room of rooms) {
      const before = pair.chat.rows.length;
      const title = room < 200 ? 't' : '';
      await send(pair, TEXT, { url: LINK, title, description: '', siteName: '', picture: preview(room - 31).picture! });
      sent.push(pair.chat.rows.length - before);
    }
    expect(sent).toEqual(counts);
    expect(sent.at(-1)).toBeLessThanOrEqual(MOST_TEXTS);
    expect([...rooms].sort((one, other) => one - other)).toEqual(rooms);
  });

  it('is more than a preview can have where the site takes much', () => {
    expect(previewRooms(ROOMY, TEXT, LINK)[0]).toBeGreaterThan(24_576 + 1792);
  });

  it('is none beside a text that fills it', () => {
    expect(previewRooms(LINES, 'x'.repeat(5000), LINK)).toEqual([]);
  });
});

describe('what a person chose about previews', () => {
  it('is to be asked for each site, until they choose', async () => {
    const { alice, alicePage } = await Pair.strangers();
    const { conversationId } = placeOf(alicePage);
    expect(await readPreviewSettings(alice.around)).toEqual({ everywhere: 'ask', proxy: undefined });
    const choices = await readPreviewChoices(alice.around, conversationId, 'example.org');
    expect(choices).toEqual({ everywhere: 'ask', proxy: undefined, chat: undefined, answer: undefined });
  });

  it('is kept for all chats, for one, and for each site, over a restart', async () => {
    const { alice, alicePage, bobPage } = await Pair.strangers();
    const { conversationId } = placeOf(alicePage);
    await savePreviewSettings(alice.around, { everywhere: 'always', proxy: 'https://p.example.org/?' });
    await saveChatPreviewMode(alice.around, conversationId, 'off');
    await saveSiteAnswer(alice.around, 'example.org', 'yes');
    await saveSiteAnswer(alice.around, 'example.com', 'no');
    await alice.restart();
    expect(await readPreviewChoices(alice.around, conversationId, 'example.org')).toEqual({
      everywhere: 'always',
      proxy: 'https://p.example.org/?',
      chat: 'off',
      answer: 'yes',
    });
    const other = await readPreviewChoices(alice.around, placeOf(bobPage).conversationId, 'example.com');
    expect([other.chat, other.answer]).toEqual([undefined, 'no']);
  });

  it('can be taken back', async () => {
    const { alice, alicePage } = await Pair.strangers();
    const { conversationId } = placeOf(alicePage);
    await saveChatPreviewMode(alice.around, conversationId, 'off');
    await saveSiteAnswer(alice.around, 'example.org', 'no');
    await saveChatPreviewMode(alice.around, conversationId, undefined);
    await forgetSiteAnswers(alice.around);
    expect(await readChatPreviewMode(alice.around, conversationId)).toBeUndefined();
    expect((await readPreviewChoices(alice.around, conversationId, 'example.org')).answer).toBeUndefined();
  });
});
