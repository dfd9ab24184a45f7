/** The same room in the background of an extension, in real browsers: redirects, resolved addresses, pictures. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from '../../lib/bytes/index.ts';
import type { BuiltAnswer, FitAnswer, NetworkName, ShownPicture } from './extension/background.ts';
import { type HostileSite, startHostileSite, startOnPagePort } from './support/hostile-site.ts';
import { withBrowserPeak } from './support/peak-memory.ts';
import { type PreviewBrowser, REBOUND_HOST, startPreviewBrowser } from './support/preview-browser.ts';
import { PROXIED_HOST } from './support/proxied-host.ts';
import { avifHeader, clearPng, greyPng, jpegHeader, SVG, webpHeader } from './support/sample-pictures.ts';

const MOST_MIB = 64;
/** For the largest picture beside the longest words. */
const ROOM = 24_576 + 1792;
const SECRET = 'taken at 52.520008, 13.404954';

describe.each(['chromium', 'firefox'] as const)('in %s', (name) => {
  let site: HostileSite;
  let driver: PreviewBrowser;
  beforeAll(async () => {
    site = await startHostileSite();
    driver = await startPreviewBrowser(name);
  });
  afterAll(async () => {
    await driver?.stop();
    await site?.stop();
  });
  const build = (path: string, network: NetworkName = 'watched', testOrigins = [site.origin]): Promise<BuiltAnswer> =>
    driver.ask('build', { url: new URL(path, site.origin).href, rooms: [ROOM], testOrigins, network });
  const shrink = (file: Uint8Array, budget = 24_576) => driver.ask('fit', { file: encodeBase64Url(file), budget });
  const photo = async (width: number, height: number, busy = 1): Promise<Uint8Array> =>
    decodeBase64Url((await driver.ask('photo', { width, height, busy })).file)!;
  const bytesOf = (picture: ShownPicture): Buffer => Buffer.from(picture.bytes, 'base64url');

  it('a page is read, with its picture', async () => {
    const built = await build('/with-picture/good.png');
    expect(built).toMatchObject({ title: 'Pictured', picture: { width: 64, height: 32 }, decoded: 1 });
    expect((await site.visits()).map(({ path }) => path)).toEqual(['/with-picture/good.png', '/picture/good.png']);
  });

  it('nothing tells who asks: no cookie, no referrer, no origin, no language', async () => {
    expect(await build('/cookie')).toMatchObject({ title: 'A good page' });
    const visits = await site.visits();
    expect(visits.map(({ path }) => path)).toEqual(['/cookie', '/good']);
    for (const { headers } of visits) {
      const telling = ['cookie', 'referer', 'origin', 'authorization'].filter((header) => header in headers);
      expect(telling).toEqual([]);
      expect(headers['accept-language']).toBe('*');
    }
  });

  it('redirects are followed one by one, five of them', async () => {
    expect(await build('/redirects/5')).toMatchObject({ title: 'At last' });
    expect(await build('/redirects/6')).toMatchObject({ failure: 'TooManyRedirects' });
    await site.visits();
    expect(await build('/endless-redirects')).toMatchObject({ failure: 'TooManyRedirects' });
    expect((await site.visits()).length).toBe(6);
  });

  it.each([
    ['http://127.0.0.1/', 'PrivateAddress'],
    ['http://localhost:8080/', 'PrivateName'],
    ['http://[::1]/', 'PrivateAddress'],
    // Chromium refuses it by itself.
    ['file:///etc/passwd', name === 'chromium' ? 'Unreachable' : 'NotWeb'],
  ])('a redirect to %s is not followed: %s', async (location, failure) => {
    expect(await build(`/to/${encodeURIComponent(location)}`)).toMatchObject({ failure });
  });

  it('a redirect to another door of the same machine is refused before it is knocked at', async () => {
    const other = await startHostileSite();
    try {
      expect(await build(`/to/${encodeURIComponent(`${other.origin}/good`)}`)).toMatchObject({ failure: 'OddPort' });
      expect(await other.visits()).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('a redirect that nobody tells of is refused', async () => {
    expect(await build('/redirects/1', 'blind')).toMatchObject({ failure: 'BadRedirect' });
  });

  it('a public name that leads to this machine is not read, although its server was asked', async () => {
    const other = await startOnPagePort();
    try {
      const url = `http://${REBOUND_HOST}:${other.port}/good`;
      expect(await build(url, 'watched', [])).toMatchObject({ failure: 'PrivateAddress' });
      expect((await other.visits()).length).toBe(1);
      // Told of all addresses beforehand, it is not even asked.
      if (!(await driver.ask('abilities', {})).resolves || name !== 'firefox') return;
      expect(await build(url, 'resolving', [])).toMatchObject({ failure: 'PrivateAddress' });
      expect(await other.visits()).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it("all goes through the person's own proxy, and nothing to the linked site", async () => {
    const asked = `http://${PROXIED_HOST}/`;
    const wish = { url: asked, rooms: [ROOM], testOrigins: [], proxy: `${site.origin}/proxy?of=` };
    await site.visits();
    expect(await driver.ask('build', wish)).toMatchObject({ title: 'Pictured', picture: { width: 64, height: 32 } });
    const through = [asked, `${asked}moved`, `${asked}good.png`].map((url) => `/proxy?of=${encodeURIComponent(url)}`);
    expect((await site.visits()).map(({ path }) => path)).toEqual(through);
  });

  it('bodies without an end are let go', async () => {
    expect(await build('/endless-body')).toMatchObject({ title: 'Endless' });
    expect(await build('/gzip-bomb')).toMatchObject({ title: 'Bomb' });
    expect(await build('/br-bomb')).toMatchObject({ title: 'Bomb' });
    expect(await build('/drip')).toMatchObject({ failure: 'TooSlow' });
    expect(await build('/reset')).toMatchObject({ failure: 'Unreachable' });
  });

  describe('pictures', () => {
    it.each(['huge.png', 'huge.jpg', 'huge.webp', 'huge.gif', 'huge.avif', 'strip.png'])(
      '%s is too large, and no decoder sees it',
      async (file) => {
        expect(await build(`/with-picture/${file}`)).toMatchObject({ pictureFailure: 'PictureTooLarge', decoded: 0 });
      },
    );

    it.each([
      ['half of a JPEG', jpegHeader(100, 100), 'PictureBroken'],
      ['the head of a WebP', webpHeader(10, 10), 'PictureBroken'],
      ['the head of an AVIF', avifHeader([10, 10]), 'PictureBroken'],
      ['SVG', Buffer.from(SVG), 'NotAPicture'],
    ])('%s is %s', async (_, file, failure) => {
      expect(await shrink(file)).toEqual({ failure });
    });

    it('of every size fit any budget', async () => {
      for (const [width, height] of [
        [1200, 630],
        [400, 1600],
        [16, 16],
        [1, 1],
      ] as const) {
        const file = await photo(width, height);
        for (const budget of [2000, 8000, 24_576]) {
          const answer = await shrink(file, budget);
          if ('failure' in answer) throw new Error(`${width}x${height} in ${budget}: ${answer.failure}`);
          const { picture } = answer;
          expect(bytesOf(picture).length).toBeLessThanOrEqual(budget);
          expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(Math.min(400, Math.max(width, height)));
          expect(bytesOf(picture).toString('latin1', 0, 16)).toMatch(/^RIFF.{4}WEBPVP8 $/s);
        }
      }
    });

    it('use the room there is', async () => {
      const answer = await shrink(await photo(1200, 630));
      if ('failure' in answer) throw new Error(answer.failure);
      expect(bytesOf(answer.picture).length).toBeGreaterThan(8000);
    });

    it('keep nothing of the file: not what a camera wrote in it, not what hangs behind it', async () => {
      const plain = Buffer.from(await photo(600, 400, 0.3));
      const note = Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from(SECRET)]);
      const segment = Buffer.from([0xff, 0xe1, 0, 2 + note.length]);
      const behind = Buffer.from(`PK\x03\x04<script>${SECRET}</script>`);
      const file = Buffer.concat([plain.subarray(0, 2), segment, note, plain.subarray(2), behind]);
      const [kept, bare] = [await shrink(file), await shrink(plain)];
      if ('failure' in kept || 'failure' in bare) throw new Error('not fitted');
      expect(file.includes(SECRET)).toBe(true);
      expect(bytesOf(kept.picture).includes(SECRET)).toBe(false);
      expect(bytesOf(kept.picture).equals(bytesOf(bare.picture))).toBe(true);
    });

    it('stand on white where they are seen through', async () => {
      const answer = await shrink(clearPng(8, 8));
      if ('failure' in answer) throw new Error(answer.failure);
      const colours = await driver.page.evaluate(
        async (bytes: number[]) => {
          const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
          context.drawImage(bitmap, 0, 0);
          return [...context.getImageData(0, 0, 1, 1).data];
        },
        [...bytesOf(answer.picture)],
      );
      for (const channel of colours) expect(channel).toBeGreaterThan(250);
    });
  });
});

describe('memory in Chromium', () => {
  let site: HostileSite;
  let driver: PreviewBrowser;
  beforeAll(async () => {
    site = await startHostileSite();
    driver = await startPreviewBrowser('chromium');
    // What is only loaded once is no matter of one page.
    await driver.ask('fit', { file: encodeBase64Url(greyPng(8, 8)), budget: 24_576 });
    await driver.ask('build', { url: `${site.origin}/good`, rooms: [], testOrigins: [site.origin] });
  });
  afterAll(async () => {
    await driver?.stop();
    await site?.stop();
  });
  const shrinking = (file: Uint8Array): (() => Promise<FitAnswer>) => {
    const encoded = encodeBase64Url(file);
    return () => driver.ask('fit', { file: encoded, budget: 24_576 });
  };

  it('stays below the bound for the largest picture that is decoded', async () => {
    const { value, peakMib } = await withBrowserPeak(driver.browser, shrinking(greyPng(4096, 2048)));
    expect(value).toMatchObject({ picture: { width: 400, height: 200 } });
    expect(peakMib).toBeLessThan(MOST_MIB);
  });

  it('stays below the bound for one that is too large', async () => {
    const { value, peakMib } = await withBrowserPeak(driver.browser, shrinking(greyPng(10_000, 10_000)));
    expect(value).toEqual({ failure: 'PictureTooLarge' });
    expect(peakMib).toBeLessThan(MOST_MIB);
  });

  it.each(['/gzip-bomb', '/br-bomb', '/endless-body', '/with-picture/bomb.png', '/nested-deep', '/megabyte-of-meta'])(
    'stays below the bound for %s',
    async (path) => {
      const wish = { url: site.origin + path, rooms: [ROOM], testOrigins: [site.origin] };
      const { peakMib } = await withBrowserPeak(driver.browser, () => driver.ask('build', wish));
      expect(peakMib).toBeLessThan(MOST_MIB);
    },
  );
});
