import { describe, expect, it } from 'vitest';
import { build, builderOn, LINK, networkOf, page, picture, redirect, webp } from './test-support.ts';

describe('a preview', () => {
  it('has the words of the page, cleaned, and the link as it stands in the text', async () => {
    const html =
      '<title>no</title><meta property=og:title content=" T\u202e \n x "><meta name=description content=D><meta property=og:site_name content=S>';
    const network = networkOf({ [LINK]: redirect('https://b.org/there'), 'https://b.org/there': page(html) });
    expect(await build(network)).toEqual({ preview: { url: LINK, title: 'T x', description: 'D', siteName: 'S' } });
  });

  it('has the picture, asked for relative to the page that was reached', async () => {
    const html = '<title>T</title><meta property=og:image content=" ../x.webp ">';
    const network = networkOf({
      [LINK]: redirect('https://b.org/c/d'),
      'https://b.org/c/d': page(html),
      'https://b.org/x.webp': picture(),
    });
    expect(await build(network)).toMatchObject({ preview: { title: 'T', picture: { width: 200, height: 100 } } });
    expect(network.asked.map(({ url }) => url)).toEqual([LINK, 'https://b.org/c/d', 'https://b.org/x.webp']);
    expect(network.asked.map(({ init }) => new Headers(init.headers).get('accept'))).toEqual([
      'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5',
      'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5',
      'image/webp,image/png,image/jpeg,image/gif;q=0.9,*/*;q=0.1',
    ]);
  });

  it('follows nothing that the page names besides: no oEmbed, no refresh, no frame, no script', async () => {
    const html =
      '<link rel=alternate type=application/json+oembed href=/oembed><meta http-equiv=refresh content="0;url=/next">' +
      '<script src=/x.js></script><link rel=canonical href=/other><iframe src=/f></iframe><title>T</title>';
    const network = networkOf({ [LINK]: page(html) });
    expect(await build(network)).toMatchObject({ preview: { title: 'T' } });
    expect(network.asked.map(({ url }) => url)).toEqual([LINK]);
  });

  it('is asked for without anything that tells who asks', async () => {
    const network = networkOf({ [LINK]: page('<title>T</title>') });
    await build(network);
    const { headers, signal, ...init } = network.asked[0]!.init;
    expect(init).toEqual({
      method: 'GET',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'manual',
      cache: 'no-store',
    });
    expect([...new Headers(headers).keys()]).toEqual(['accept', 'accept-language']);
    expect(new Headers(headers).get('accept-language')).toBe('*');
    // Nothing goes on afterwards.
    expect(signal!.aborted).toBe(true);
  });

  it('of a picture is the picture, called by its name', async () => {
    const url = 'https://a.org/My%20cat.webp?x';
    const network = networkOf({ [url]: picture() });
    expect(await build(network, { url })).toMatchObject({
      preview: { url, title: 'My cat.webp', description: '', siteName: '', picture: { type: 'image/webp' } },
    });
    expect(await build(networkOf({ [url]: picture() }), { url, rooms: [] })).toEqual({
      preview: { url, title: 'My cat.webp', description: '', siteName: '' },
    });
    expect(await build(networkOf({ [url]: picture(new Uint8Array(9)) }), { url })).toBe('NotAPicture');
  });

  it('of a PDF is its name, with what cannot be decoded left as it is', async () => {
    const pdf = (): Response => new Response('%PDF', { headers: { 'content-type': 'Application/PDF; x=y' } });
    const named = async (url: string) => build(networkOf({ [url]: pdf }), { url });
    expect(await named('https://a.org/p/r%C3%A9sum%C3%A9.pdf')).toMatchObject({ preview: { title: 'résumé.pdf' } });
    expect(await named('https://a.org/p/100%.pdf')).toMatchObject({ preview: { title: '100%.pdf' } });
    expect(await named('https://a.org/p/')).toBe('NothingToShow');
  });

  it.each([
    ['text/html', 'T'],
    ['Text/HTML ; charset=utf-8', 'T'],
    ['application/xhtml+xml', 'T'],
    ['', 'T'],
    ['application/pdf', 'page'],
    ['image/webp', 'NotAPicture'],
    ['text/plain', 'NotAPage'],
    ['application/json', 'NotAPage'],
    ['video/mp4', 'NotAPage'],
    ['text/html2', 'NotAPage'],
  ])('of type %j is read as what that is: %s', async (type, outcome) => {
    const bytes = new TextEncoder().encode('<title>T</title>');
    const built = await build(
      networkOf({ [LINK]: () => new Response(bytes, { headers: type === '' ? {} : { 'content-type': type } }) }),
    );
    expect(typeof built === 'string' ? built : built.preview.title).toBe(outcome);
  });

  it('says nothing of a picture where there was no trouble with one', async () => {
    const built = await build(networkOf({ [LINK]: page('<title>T</title>') }));
    expect(Object.keys(built)).toEqual(['preview']);
    expect(Object.keys((built as { preview: object }).preview)).toEqual(['url', 'title', 'description', 'siteName']);
  });

  it('is nothing where a page has neither title nor description nor picture', async () => {
    const only = (html: string) => build(networkOf({ [LINK]: page(html), 'https://a.org/x': picture() }));
    expect(await only('<meta property=og:site_name content=S>')).toBe('NothingToShow');
    expect(await only('<title>T</title>')).toMatchObject({ preview: { title: 'T' } });
    expect(await only('<meta name=description content=D>')).toMatchObject({ preview: { description: 'D' } });
    expect(await only('<meta property=og:image content=x>')).toMatchObject({ preview: { title: '' } });
  });

  it('says why it has no picture, and asks for none where there is no room', async () => {
    const html = '<title>T</title><meta property=og:image content=x>';
    expect(await build(networkOf({ [LINK]: page(html) }))).toEqual({
      preview: { url: LINK, title: 'T', description: '', siteName: '' },
      pictureFailure: 'DeadLink',
    });
    const network = networkOf({ [LINK]: page(html), 'https://a.org/x': picture() });
    expect(await build(network, { rooms: [] })).toEqual({
      preview: { url: LINK, title: 'T', description: '', siteName: '' },
    });
    expect(network.asked.length).toBe(1);
  });

  it('takes the fewest texts on the site that leave room for a picture, and without one has words alone', async () => {
    const words = 'd'.repeat(900);
    const html = `<title>T</title><meta name=description content=${words}><meta property=og:image content=x>`;
    const [there, gone] = [
      networkOf({ [LINK]: page(html), 'https://a.org/x': picture() }),
      networkOf({ [LINK]: page(html) }),
    ];
    const described = async (network: typeof there, rooms: number[]) => {
      const built = await build(network, { rooms });
      return typeof built === 'string'
        ? built
        : [built.preview.description.length, built.preview.picture !== undefined];
    };
    // An ellipsis has three bytes.
    expect(await described(there, [600, 900, 3000])).toEqual([297, true]);
    expect(await described(gone, [600, 900, 3000])).toEqual([900, false]);
    expect(await described(there, [600])).toEqual([197, false]);
    expect(there.asked.map(({ url }) => url)).toEqual([LINK, 'https://a.org/x', LINK]);
  });

  it('is not made of an address that may not be asked', async () => {
    const network = networkOf({});
    for (const [url, code] of [
      ['http://127.0.0.1/', 'PrivateAddress'],
      ['https://router/', 'PrivateName'],
      ['ftp://a.org/', 'NotWeb'],
      ['nothing', 'NotALink'],
    ] as const) {
      expect(await build(network, { url })).toBe(code);
    }
    expect(network.asked).toEqual([]);
  });

  it('is not made of a door that a link leads to', async () => {
    const door = (to: string, url = LINK) =>
      build(networkOf({ [url]: redirect(to), [to]: page('<title>T</title>') }), { url });
    for (const to of [
      'https://a.org/login',
      'https://a.org/x/Sign_In.php',
      'https://a.org/login.htm',
      'https://a.org/login.asp',
      'https://a.org/login.html',
      'https://accounts.b.org/',
      'https://sso.a.org/x',
    ]) {
      expect(await door(to)).toBe('LoginWall');
    }
    for (const to of [
      'https://a.org/loginphp2',
      'https://a.org/logins',
      'https://a.org/x?login',
      'https://b.sso.org/',
      'https://a.org/blog-in',
    ]) {
      expect(await door(to)).toMatchObject({ preview: { title: 'T' } });
    }
    expect(await door('https://a.org/login/2', 'https://a.org/login')).toMatchObject({ preview: { title: 'T' } });
  });

  it('tells its stages in their order', async () => {
    const html = '<title>T</title><meta property=og:image content=x>';
    const stages: string[] = [];
    const network = networkOf({ [LINK]: page(html), 'https://a.org/x': picture() });
    await build(network, { onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(['asking', 'reading', 'picture']);
  });
});

describe('the bounds of what is read', () => {
  it('are 512 KiB of a page', async () => {
    const title = '<title>T</title>';
    const at = (end: number) => build(networkOf({ [LINK]: page(' '.repeat(end - title.length) + title) }));
    expect(await at(524_288)).toMatchObject({ preview: { title: 'T' } });
    // The last stroke is behind the bound: the title is open, and all of it is there.
    expect(await at(524_289)).toMatchObject({ preview: { title: 'T</title' } });
    expect(await at(524_288 + title.length)).toBe('NothingToShow');
  });

  it('are 2 MiB of a picture, said or sent', async () => {
    const url = 'https://a.org/x.webp';
    const ofSize = (bytes: number) => build(networkOf({ [url]: picture(webp(200, 100, bytes - 30)) }), { url });
    expect(await ofSize(2_097_152)).toMatchObject({ preview: { picture: {} } });
    expect(await ofSize(2_097_153)).toBe('PictureTooLarge');
    const saying = (length: string) => () => {
      const headers = { 'content-type': 'image/webp', 'content-length': length };
      return new Response(webp(200, 100) as Uint8Array<ArrayBuffer>, { headers });
    };
    expect(await build(networkOf({ [url]: saying('2097152') }), { url })).toMatchObject({ preview: { picture: {} } });
    expect(await build(networkOf({ [url]: saying('2097153') }), { url })).toBe('PictureTooLarge');
  });

  it('stop at what is no picture after 256 KiB, and at one too large as soon as that is seen', async () => {
    const url = 'https://a.org/x.webp';
    const read = async (start: Uint8Array): Promise<[unknown, number]> => {
      let pulled = 0;
      const body = new ReadableStream<Uint8Array>(
        {
          start: (controller) => controller.enqueue(start),
          pull: (controller) => {
            pulled += 1024;
            controller.enqueue(new Uint8Array(1024));
          },
        },
        { highWaterMark: 0 },
      );
      const answer = () => new Response(body, { headers: { 'content-type': 'image/webp' } });
      return [await build(networkOf({ [url]: answer }), { url }), pulled];
    };
    const [none, before] = await read(new Uint8Array(1024));
    expect(none).toBe('NotAPicture');
    expect(before).toBeLessThan(2 * 262_144);
    const [large, few] = await read(webp(16_000, 16_000));
    expect(large).toBe('PictureTooLarge');
    expect(few).toBeLessThan(4096);
  });
});

describe('a defect', () => {
  it('is not taken for a failure of the page', async () => {
    const network = networkOf({ [LINK]: page('<title>T</title>') });
    const onStage = (): never => {
      throw new TypeError('a mistake');
    };
    await expect(builderOn(network).build({ url: LINK, rooms: [], onStage })).rejects.toThrow('a mistake');
  });
});
