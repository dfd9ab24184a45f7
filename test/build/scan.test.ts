/** Home reads the QR code of a recovery card: by a camera that shows a film of it, and from pictures. */
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { openInChromium, openInFirefox } from '../../scripts/support/open-extension.mjs';
import { camerasOn, showToCamera } from '../support/canvas-camera.ts';
import { emptyPicture, takePicture, toFilm, toPng } from '../support/drawn-code.ts';
import { scannedCard } from '../support/scanned-card.ts';

const pictures = join(import.meta.dirname, '../../pictures');
const VIEW = { width: 640, height: 480 };
const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const WAITS = { timeout: 30_000, polling: 50 };
const FOUND = messages.restoreFoundAt.message.split('$')[0]!.trim();

let folder: string;
let card: string;
let opened: Awaited<ReturnType<typeof openInChromium>>;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'sotto-scan-'));
  card = await scannedCard(3);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => opened?.close());

const says = (page: Page, words: string): Promise<unknown> =>
  page.waitForFunction((sought) => document.body.innerText.includes(sought), WAITS, words);

async function openRestore(flags: string[]): Promise<Page> {
  opened = await openInChromium({ flags });
  const page = await opened.openPage('home.html#restore');
  await page.bringToFront();
  await page.waitForSelector('.scan button', WAITS);
  return page;
}

/** A camera that shows these pictures over and over; the page keeps in `streams` what was opened. */
async function openWithCamera(...film: Parameters<typeof toFilm>): Promise<Page> {
  const path = join(folder, 'seen.y4m');
  await writeFile(path, toFilm(...film));
  const page = await openRestore([...FAKE_CAMERA, `--use-file-for-fake-video-capture=${path}`]);
  await page.evaluate(() => {
    const streams: MediaStream[] = [];
    Object.assign(globalThis, { streams });
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => {
      const stream = await real(wish);
      streams.push(stream);
      return stream;
    };
  });
  return page;
}

const scan = (page: Page): Promise<void> =>
  page.$eval('.scan button', (button) => {
    (button as HTMLElement).focus();
    (button as HTMLElement).click();
  });

/** Light and dark, wide and narrow, in the height of the page. */
async function picture(page: Page, name: string): Promise<void> {
  for (const [look, width, scheme] of [
    ['wide-light', 1100, 'light'],
    ['narrow-dark', 340, 'dark'],
  ] as const) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 900 });
    await page.setViewport({ width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
    const drawn = await page.screenshot({ path: join(pictures, `${name}-${look}.png`) as `${string}.png` });
    expect(drawn.length).toBeGreaterThan(1000);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  }
}

/** That the card is nowhere but in the field that is there for it. */
async function leftNowhere(page: Page): Promise<void> {
  const secret = card.slice('sotto-backup:'.length);
  const kept = await page.evaluate(async () => {
    const { storage } = (globalThis as unknown as { chrome: { storage: Record<string, { get(key: null): unknown }> } })
      .chrome;
    const stores = await Promise.all(['local', 'session', 'sync'].map((name) => storage[name]!.get(null)));
    const entries = performance.getEntries().map(({ name }) => name);
    const pages = [location.href, document.title, JSON.stringify(history.state), document.cookie];
    return JSON.stringify([stores, entries, pages, { ...localStorage }, { ...sessionStorage }]);
  });
  expect(kept).not.toContain(secret.slice(0, 24));
  expect(kept).toContain('home.html');
}

describe('the camera', () => {
  it('is shown and read: nothing, another code, then the card, which opens what pasting opens', async () => {
    const other = takePicture('https://elsewhere.example/', { ...VIEW, side: 380 });
    const seen = takePicture(card, { ...VIEW, side: 440, turn: 4, lean: 0.03, noise: 12 });
    const shown = [
      emptyPicture(640, 480),
      ...Array.from({ length: 2 }, () => other),
      ...Array.from({ length: 9 }, () => seen),
    ];
    const page = await openWithCamera(shown, 30);
    const logged: string[] = [];
    page.on('console', (message) => logged.push(message.text()));
    page.on('pageerror', (error) => logged.push(String(error)));
    await scan(page);
    await says(page, messages.scanHold.message);
    expect(await camerasOn(page)).toEqual([true]);
    // A stream is not fetched: that the pages' policy has no media in it does not concern it.
    await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, WAITS);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(messages.scanStop.message);
    await says(page, messages.scanOtherThanCard.message);
    await says(page, FOUND);
    await page.waitForFunction(() => document.activeElement?.className === 'found', WAITS);
    expect(await camerasOn(page)).toEqual([false]);
    expect(await page.$('video')).toBeNull();
    for (const host of ['vault1.example', 'vault3.example']) await says(page, host);
    const field = await page.waitForSelector('section input[type=text]');
    expect(await field!.evaluate((input) => (input as HTMLInputElement).value)).toBe(card);
    await leftNowhere(page);
    expect(logged).toEqual([]);
  });

  it('says what helps, and is off on Escape, on the button, and when the part or the tab is left', async () => {
    const page = await openWithCamera([takePicture('x', { ...VIEW, side: 40 })]);
    await scan(page);
    await says(page, messages.scanHold.message);
    await picture(page, 'scan-camera');
    await says(page, messages.scanHint.message);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.scan button', WAITS);
    expect(await camerasOn(page)).toEqual([false]);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(messages.scanCamera.message);
    await page.keyboard.press('Enter');
    await says(page, messages.scanHold.message);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.scan button', WAITS);
    await scan(page);
    await says(page, messages.scanHold.message);
    await page.$eval('nav a[href="#history"]', (link) => (link as HTMLElement).click());
    await page.waitForFunction(() => document.querySelector('video') === null, WAITS);
    expect(await camerasOn(page)).toEqual([false, false, false]);
    await page.$eval('nav a[href="#restore"]', (link) => (link as HTMLElement).click());
    await page.waitForSelector('.scan button', WAITS);
    await scan(page);
    await says(page, messages.scanHold.message);
    expect((await camerasOn(page)).at(-1)).toBe(true);
    const next = await opened.browser.newPage();
    await next.bringToFront();
    await says(page, messages.scanTabHidden.message);
    expect(await camerasOn(page)).toEqual([false, false, false, false]);
  });

  it('that is refused, or not there, is said to be so, and the other ways stay', async () => {
    const page = await openRestore(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny']);
    await scan(page);
    await says(page, messages.scanCameraRefused.message);
    await picture(page, 'scan-refused');
    await opened.close();
    const bare = await openRestore([
      '--use-fake-device-for-media-stream=device-count=0',
      '--use-fake-ui-for-media-stream',
    ]);
    await scan(bare);
    await says(bare, messages.scanNoCamera.message);
    expect(await bare.$('.scan input[type=file]')).not.toBeNull();
  });
});

describe('a picture', () => {
  const pick = async (page: Page, name: string, bytes: Uint8Array): Promise<void> => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const input = (await page.waitForSelector('.scan input:enabled', WAITS)) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(path);
  };
  /** A PNG as another kind of file. */
  const encoded = async (page: Page, png: Uint8Array, type: string): Promise<Uint8Array> => {
    const base64 = await page.evaluate(
      async (data, wanted) => {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
        const blob = await canvas.convertToBlob({ type: wanted, quality: 0.7 });
        const read = new Uint8Array(await blob.arrayBuffer());
        return btoa(Array.from(read, (byte) => String.fromCharCode(byte)).join(''));
      },
      Buffer.from(png).toString('base64'),
      type,
    );
    return Buffer.from(base64, 'base64');
  };
  const photo = () =>
    toPng(takePicture(card, { width: 1600, height: 1200, side: 500, turn: 12, lean: 0.03, noise: 20, blur: 1 }));
  const back = async (page: Page): Promise<void> => {
    await says(page, FOUND);
    await page.$eval('main > button.plain', (button) => (button as HTMLElement).click());
  };

  it('is refused by name where it is none, damaged, too large, without a code or with another', async () => {
    const page = await openRestore([]);
    await picture(page, 'scan-begin');
    for (const [name, bytes, said] of [
      ['none.png', Buffer.from('Dear diary, it rained the whole day, and nobody came.'), messages.scanNotAPicture],
      ['cut.png', photo().subarray(0, 300), messages.scanPictureBroken],
      ['heavy.png', Buffer.alloc(33_554_433), messages.scanPictureTooLarge],
      ['empty.png', toPng(emptyPicture(640, 480)), messages.scanNoCode],
      ['other.png', toPng(takePicture('hello', { width: 640, height: 480, side: 200 })), messages.scanOtherThanCard],
    ] as const) {
      await pick(page, name, bytes);
      await says(page, said.message);
    }
    await pick(page, 'half.png', toPng(takePicture(card.slice(0, -9), { width: 900, height: 900, side: 700 })));
    await says(page, messages.backupAddressWrong.message);
    await picture(page, 'scan-half');
  });

  it('of the card opens what pasting opens: PNG, JPEG, WebP, dropped, pasted', async () => {
    const page = await openRestore([]);
    for (const type of ['image/png', 'image/jpeg', 'image/webp']) {
      const bytes = type === 'image/png' ? photo() : await encoded(page, photo(), type);
      await pick(page, `card.${type.slice(6)}`, bytes);
      await back(page);
    }
    const png = photo().toString('base64');
    for (const way of ['drop', 'paste']) {
      await page.waitForSelector('.scan', WAITS);
      await page.evaluate(
        (kind, data) => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], 'card.png', { type: 'image/png' }));
          const place = document.querySelector('.scan')!;
          const common = { bubbles: true, cancelable: true };
          if (kind === 'drop') {
            const taken = !place.dispatchEvent(new DragEvent('dragover', { ...common, dataTransfer: carried }));
            if (taken) place.dispatchEvent(new DragEvent('drop', { ...common, dataTransfer: carried }));
          } else document.body.dispatchEvent(new ClipboardEvent('paste', { ...common, clipboardData: carried }));
        },
        way,
        png,
      );
      await back(page);
    }
    await leftNowhere(page);
  });
});

describe('in Firefox', () => {
  it('a camera is shown and read as well, and is off then', async () => {
    // Its own camera for tests: stripes, and nobody is asked.
    const preferences = { 'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true };
    const firefox = await openInFirefox({ preferences });
    try {
      const page = await firefox.openPage('home.html#restore');
      await page.waitForFunction(() => document.querySelector('.scan button') !== null, WAITS);
      await scan(page);
      await says(page, messages.scanHold.message);
      await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, WAITS);
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.querySelector('.scan button') !== null, WAITS);
      // It has no film in place of a camera: a canvas is one.
      await showToCamera(page, toPng(takePicture(card, { ...VIEW, side: 440, turn: 4 })));
      await scan(page);
      await says(page, FOUND);
      expect(await camerasOn(page)).toEqual([false]);
    } finally {
      await firefox.close();
    }
  });
});
