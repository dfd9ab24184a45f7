/** Hostile pages, asked from Node with its own fetch: each ends within its bound, with a named outcome. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type BuiltPreview,
  type Network,
  type PictureTools,
  PreviewBuilder,
  type PreviewFailureCode,
  type PreviewWish,
} from '../../lib/preview/index.ts';
import { type HostileSite, startHostileSite, startOnPagePort } from './support/hostile-site.ts';
import { withPeak } from './support/peak-memory.ts';

/** Everything in all, in milliseconds; what ships has 5000. Only what must run into it takes that long. */
const DEADLINE_MS = 1500;
/** Beyond its bound a preview may take this much: a busy machine hears its clock late. */
const GRACE_MS = 1000;
const MOST_MIB = 64;

let site: HostileSite;
let decoded = 0;
const network: Network = { fetch: (url, init) => fetch(url, init) };
/** Node has no decoder: what comes as far as this was not refused before. */
const tools: PictureTools = {
  decode: async () => {
    decoded += 1;
    throw new Error('nothing is decoded here');
  },
  canvas: () => {
    throw new Error('nothing is drawn here');
  },
};
beforeAll(async () => {
  site = await startHostileSite();
});
afterAll(() => site.stop());
afterEach(async () => {
  decoded = 0;
  await site.visits();
});

type Result = { preview: BuiltPreview } | { failure: PreviewFailureCode };
async function ask(path: string, wish: Partial<PreviewWish> = {}, deadlineMs = DEADLINE_MS): Promise<Result> {
  const policy = { testOrigins: [site.origin] };
  const builder = new PreviewBuilder({ network, tools, policy, now: () => 0, deadlineMs });
  const began = performance.now();
  const { value, peakMib } = await withPeak(() =>
    builder.build({ url: path.startsWith('/') ? site.origin + path : path, rooms: [26_368], ...wish }),
  );
  expect(performance.now() - began).toBeLessThan(deadlineMs + GRACE_MS);
  expect(peakMib).toBeLessThan(MOST_MIB);
  return value.ok ? { preview: value.value } : { failure: value.failure.code };
}
const titleOf = async (path: string): Promise<string | undefined> => {
  const result = await ask(path);
  return 'preview' in result ? result.preview.preview.title : result.failure;
};

describe('bodies', () => {
  it('that never end are read as far as the bound, and say what they said till there', async () => {
    expect(await titleOf('/endless-body')).toBe('Endless');
    const title = (await titleOf('/endless-title'))!;
    expect(title).toMatch(/^x{500,}…$/);
    expect(Buffer.byteLength(title)).toBeLessThanOrEqual(512);
  });

  it.each([
    ['that drip in', '/drip', 'TooSlow'],
    ['whose headers drip in', '/drip-headers', 'TooSlow'],
    ['that never begin', '/silent', 'TooSlow'],
    ['cut off before they begin', '/reset', 'Unreachable'],
    ['that break off', '/broken-off', 'Unreachable'],
    ['that are not compressed as they say', '/bad-gzip', 'Unreachable'],
  ] as const)('%s: %s is %s', async (_, path, failure) => {
    expect(await ask(path)).toEqual({ failure });
  });

  it('that grow a thousandfold when unpacked are read as far as the bound', async () => {
    expect(await titleOf('/gzip-bomb')).toBe('Bomb');
    expect(await titleOf('/br-bomb')).toBe('Bomb');
  });

  it('take five seconds and no more with the bound that ships', async () => {
    const began = performance.now();
    expect(await ask('/drip', {}, 5000)).toEqual({ failure: 'TooSlow' });
    expect(performance.now() - began).toBeGreaterThan(4900);
  });

  it('are let go at once when the person does not want them any more', async () => {
    const person = new AbortController();
    setTimeout(() => person.abort(), 100);
    const began = performance.now();
    expect(await ask('/drip', { signal: person.signal })).toEqual({ failure: 'Cancelled' });
    expect(performance.now() - began).toBeLessThan(100 + GRACE_MS);
  });

  it('are not asked for at all when nobody wants them to begin with', async () => {
    expect(await ask('/good', { signal: AbortSignal.abort() })).toEqual({ failure: 'Cancelled' });
    expect(await site.visits()).toEqual([]);
  });
});

describe('redirects', () => {
  it('are followed five times, and not six', async () => {
    expect(await titleOf('/redirects/5')).toBe('At last');
    expect(await ask('/redirects/6')).toEqual({ failure: 'TooManyRedirects' });
  });

  it('without an end are left at the sixth answer', async () => {
    expect(await ask('/endless-redirects')).toEqual({ failure: 'TooManyRedirects' });
    expect((await site.visits()).length).toBe(6);
  });

  it.each([
    ['http://127.0.0.1/', 'PrivateAddress'],
    ['http://2130706433/', 'PrivateAddress'],
    ['http://[::ffff:10.0.0.1]/', 'PrivateAddress'],
    ['//169.254.169.254/latest/meta-data', 'PrivateAddress'],
    ['http://localhost/', 'PrivateName'],
    ['http://router/', 'PrivateName'],
    ['http://printer.local/', 'PrivateName'],
    ['http://user@example.org/', 'UserInfo'],
    ['http://8.8.8.8:25/', 'OddPort'],
    ['file:///etc/passwd', 'NotWeb'],
    ['data:text/html,<title>x</title>', 'NotWeb'],
    ['javascript:alert(1)', 'NotWeb'],
  ])('to %s are not followed: %s', async (location, failure) => {
    expect(await ask(`/to/${encodeURIComponent(location)}`)).toEqual({ failure });
    expect((await site.visits()).length).toBe(1);
  });

  it.each(['/to-nowhere', '/to-broken'])('that lead nowhere are named so: %s', async (path) => {
    expect(await ask(path)).toEqual({ failure: 'BadRedirect' });
  });
});

describe('this machine and its network', () => {
  /** [host, outcome]; a server listens on loopback, on a port where pages may be. */
  const spellings = [
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '017700000001', '0177.0.0.01', '127.0.0.1.', '0'],
    ...['%31%32%37.1', '１２７.0.0.1', '①②⑦.1', '[::1]', '[::]', '[0:0::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
    ...[
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '10.0.0.1',
      '192.168.0.1',
      '169.254.169.254',
      '[fe80::1]',
    ],
  ].map((host) => [host, 'PrivateAddress'] as const);
  const names = ['localhost', 'LOCALHOST.', 'a.localhost', 'localhost.localdomain', 'router', 'x.local', 'x.home.arpa']
    .concat('x.internal', 'x.lan', 'x.onion')
    .map((host) => [host, 'PrivateName'] as const);

  it('is not asked under any of its names, nor in any spelling of its address', async () => {
    const local = await startOnPagePort();
    try {
      for (const [host, failure] of [...spellings, ...names]) {
        const url = `http://${host}:${local.port}/good`;
        expect([host, await ask(url)]).toEqual([host, { failure }]);
        // A header holds no other letters.
        if (/^[!-~]+$/.test(url))
          expect([host, await ask(`/to/${encodeURIComponent(url)}`)]).toEqual([host, { failure }]);
        const pictured = await ask(`/picture-at/${encodeURIComponent(url)}`);
        expect([host, pictured]).toMatchObject([host, { preview: { pictureFailure: failure } }]);
      }
      expect(await local.visits()).toEqual([]);
    } finally {
      await local.stop();
    }
  });

  it.each(['[fe80::1%25eth0]', 'a..b', '1.2.3.4.5'])('is not asked under a name that is none: %s', async (host) => {
    expect(await ask(`http://${host}/`)).toEqual({ failure: 'NotALink' });
  });
});

describe('what is sent', () => {
  it('has no cookie, no referrer, no origin and no language, also after a redirect that sets a cookie', async () => {
    expect(await titleOf('/cookie')).toBe('A good page');
    const visits = await site.visits();
    expect(visits.map(({ path }) => path)).toEqual(['/cookie', '/good']);
    for (const { headers } of visits) {
      expect(
        Object.keys(headers).filter((name) => ['cookie', 'referer', 'origin', 'authorization'].includes(name)),
      ).toEqual([]);
      expect(headers['accept-language']).toBe('*');
    }
  });
});

describe('answers', () => {
  it.each([
    ['/status/404', 'DeadLink'],
    ['/status/410', 'DeadLink'],
    ['/status/401', 'Forbidden'],
    ['/status/403', 'Forbidden'],
    ['/status/429', 'Forbidden'],
    ['/status/418', 'ServerFailed'],
    ['/status/500', 'ServerFailed'],
    ['/status/304', 'ServerFailed'],
    ['/door', 'LoginWall'],
    ['/nothing', 'NothingToShow'],
    ['/binary', 'NothingToShow'],
    ['/jpeg-as-html', 'NothingToShow'],
    ['/html-as-json', 'NotAPage'],
    ['/html-as-text', 'NotAPage'],
    ['/video', 'NotAPage'],
  ] as const)('%s is %s', async (path, failure) => {
    expect(await ask(path)).toEqual({ failure });
  });

  it('without a type are read as pages, and a PDF is called by its name without being read', async () => {
    expect(await titleOf('/untyped')).toBe('Untyped');
    expect(await titleOf('/paper.pdf')).toBe('paper.pdf');
  });

  it("that a link to the door itself gives are the door's own", async () => {
    expect(await titleOf('/login')).toBe('Sign in');
  });
});

describe('heads', () => {
  it.each([
    ['/megabyte-of-meta', 'NothingToShow'],
    ['/megabyte-of-metas', 'NothingToShow'],
    ['/attributes', 'NothingToShow'],
  ])('made to exhaust end at the bound: %s', async (path, outcome) => {
    const began = performance.now();
    expect(await titleOf(path)).toBe(outcome);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('below a hundred thousand open tags are read, or end at the bound', async () => {
    const began = performance.now();
    expect(await titleOf('/nested')).toBe('Below');
    expect(await titleOf('/nested-deep')).toBe('Below');
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('of entities alone are decoded and cut', async () => {
    expect(await titleOf('/entities')).toMatch(/^&{500,509}…$/);
  });

  it.each([
    ['/windows-1251', 'При'],
    ['/utf-16', 'Привет'],
    ['/cut-utf-8', 'a\ufffdb'],
    ['/unknown-charset', 'é'],
    ['/replaced-charset', 'é'],
    ['/utf-7', '+ADw-script+AD4-'],
    ['/bidi', 'safegpj.exe x'],
  ])('in any encoding are readable, and say nothing but what is seen: %s', async (path, title) => {
    expect(await titleOf(path)).toBe(title);
  });
});

describe('pictures that are refused before any decoder sees them', () => {
  it.each([
    ['huge.png', 'PictureTooLarge'],
    ['huge.jpg', 'PictureTooLarge'],
    ['huge.webp', 'PictureTooLarge'],
    ['huge.gif', 'PictureTooLarge'],
    ['huge.avif', 'PictureTooLarge'],
    ['strip.png', 'PictureTooLarge'],
    ['endless.png', 'PictureTooLarge'],
    ['declared.png', 'PictureTooLarge'],
    ['svg.svg', 'NotAPicture'],
    ['svg.png', 'NotAPicture'],
    ['html.jpg', 'NotAPicture'],
    ['late.jpg', 'NotAPicture'],
    ['polyglot.gif', 'NotAPicture'],
    ['zip.png', 'NotAPicture'],
    ['empty.png', 'NotAPicture'],
    ['bomb.png', 'NotAPicture'],
    ['drip.png', 'TooSlow'],
    ['silent.png', 'TooSlow'],
    ['gone.png', 'DeadLink'],
    ['private.png', 'PrivateAddress'],
  ])('%s: the page is shown without it, and it is %s', async (name, failure) => {
    const result = await ask(`/with-picture/${name}`);
    expect(result).toMatchObject({ preview: { preview: { title: 'Pictured' }, pictureFailure: failure } });
    expect(decoded).toBe(0);
  });

  it.each([
    ['data:image/png;base64,AAAA', 'NotWeb'],
    ['http://127.0.0.1/x.png', 'PrivateAddress'],
    ['http://[', 'NotALink'],
  ])('stand at %s: %s', async (address, failure) => {
    const result = await ask(`/picture-at/${encodeURIComponent(address)}`);
    expect(result).toMatchObject({ preview: { pictureFailure: failure } });
  });

  it('are not asked for where there is no room for one', async () => {
    expect(await ask('/with-picture/good.png', { rooms: [] })).toMatchObject({
      preview: { preview: { title: 'Pictured' } },
    });
    expect((await site.visits()).map(({ path }) => path)).toEqual(['/with-picture/good.png']);
  });

  it('and one that is whole goes to the decoder', async () => {
    expect(await ask('/with-picture/good.png')).toMatchObject({ preview: { pictureFailure: 'PictureBroken' } });
    expect(decoded).toBe(1);
  });

  it('end the preview where the link is the picture itself', async () => {
    expect(await ask('/picture/huge.png')).toEqual({ failure: 'PictureTooLarge' });
    expect(await ask('/picture/svg.svg')).toEqual({ failure: 'NotAPicture' });
  });
});
