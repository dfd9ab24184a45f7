/**
 * Owns the hostile pages, served by a process of its own so that its memory is not taken for ours:
 * `node hostile-server.ts [PORT]` prints `{"port": N}`. `/visits` tells what was asked for since it was asked last, `/visits/kept` the same without forgetting it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { PROXIED_HOST } from './proxied-host.ts';
import { avifHeader, gifHeader, greyPng, jpegHeader, SVG, webpHeader } from './sample-pictures.ts';

type Page = (response: ServerResponse, request: IncomingMessage, rest: string) => void;

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const MIB = 1024 * 1024;
const zeros = (mib: number): Buffer => Buffer.alloc(mib * MIB, ' ');
/** 256 MiB of blanks behind a head that never ends: 260 kB of gzip, less of Brotli. */
const BOMB = Buffer.concat([Buffer.from('<head><title>Bomb</title>'), zeros(256)]);
const gzipBomb = gzipSync(BOMB, { level: 1 });
// The least effort is enough for blanks.
const brotliBomb = brotliCompressSync(BOMB, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

const html =
  (body: string | Buffer, type = HTML['content-type']): Page =>
  (response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(body);
  };
const file = (type: string, body: string | Buffer): Page => html(body, type);
const redirect =
  (location: string | undefined, status = 302): Page =>
  (response) => {
    response.writeHead(status, location === undefined ? {} : { location });
    response.end();
  };
const status =
  (code: number): Page =>
  (response) => {
    response.writeHead(code, { ...HTML, ...(code === 401 ? { 'www-authenticate': 'Basic realm="x"' } : {}) });
    response.end('<title>An error, and its own title</title>');
  };
/** Writes `piece` for ever: as fast as it is taken, or one every `ms` milliseconds. */
const endless =
  (headers: Record<string, string>, start: string | Buffer, piece: Buffer, ms?: number): Page =>
  (response) => {
    response.writeHead(200, headers);
    response.write(start);
    const more = (): void => {
      if (response.destroyed) return;
      if (ms !== undefined) setTimeout(() => response.write(piece, more), ms);
      else if (response.write(piece)) setImmediate(more);
      else response.once('drain', more);
    };
    more();
  };
const titled = (title: string, more = ''): string =>
  `<!doctype html><head><title>${title}</title>${more}</head><body>x`;
const pictured = (address: string): Page => html(titled('Pictured', `<meta property="og:image" content="${address}">`));

const pictures: Record<string, Page> = {
  'huge.png': file('image/png', greyPng(10_000, 10_000)),
  'huge.jpg': file('image/jpeg', jpegHeader(10_000, 10_000)),
  'huge.webp': file('image/webp', webpHeader(10_000, 10_000)),
  'huge.gif': file('image/gif', gifHeader([10, 10], [10_000, 10_000])),
  'huge.avif': file('image/avif', avifHeader([10, 10], [10_000, 10_000])),
  'strip.png': file('image/png', greyPng(20_000, 1)),
  'svg.svg': file('image/svg+xml', SVG),
  'svg.png': file('image/png', SVG),
  'html.jpg': file('image/jpeg', titled('Not a picture')),
  'half.jpg': file('image/jpeg', jpegHeader(100, 100)),
  'late.jpg': file('image/jpeg', jpegHeader(100, 100, 400_000)),
  'polyglot.gif': file('image/gif', `GIF89a=1;alert(1);/*${' '.repeat(5000)}*/`),
  'zip.png': file('image/png', Buffer.concat([Buffer.from('PK\x03\x04'), greyPng(8, 8)])),
  'empty.png': file('image/png', ''),
  'endless.png': endless({ 'content-type': 'image/png' }, greyPng(8, 8), zeros(1)),
  'drip.png': endless({ 'content-type': 'image/png' }, greyPng(8, 8), Buffer.from('x'), 100),
  'declared.png': (response) => {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': String(64 * MIB) });
    response.write(greyPng(8, 8));
  },
  'bomb.png': (response) => {
    response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' });
    response.end(gzipBomb);
  },
  'silent.png': () => {},
  'gone.png': status(404),
  'good.png': file('image/png', greyPng(64, 32)),
  'private.png': redirect('http://192.168.0.1/x.png'),
};

const pages: Record<string, Page> = {
  good: html(titled('A good page', '<meta property="og:description" content="Said &amp; done">')),
  'endless-body': endless(HTML, '<head><title>Endless</title>', zeros(1)),
  'endless-title': endless(HTML, '<head><title>', Buffer.alloc(MIB, 'x')),
  drip: endless(HTML, '<head>', Buffer.from('x'), 50),
  'drip-headers': (_, request) => request.socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nx-slow: '),
  silent: () => {},
  reset: (_, request) => request.socket.destroy(),
  'broken-off': (response, request) => {
    response.writeHead(200, { ...HTML, 'content-length': '100000' });
    response.write('<head><title>Broken');
    setTimeout(() => request.socket.destroy(), 50);
  },
  'gzip-bomb': (response) => {
    response.writeHead(200, { ...HTML, 'content-encoding': 'gzip' });
    response.end(gzipBomb);
  },
  'br-bomb': (response) => {
    response.writeHead(200, { ...HTML, 'content-encoding': 'br' });
    response.end(brotliBomb);
  },
  'bad-gzip': (response) => {
    response.writeHead(200, { ...HTML, 'content-encoding': 'gzip' });
    response.end('this is no gzip at all');
  },
  'endless-redirects': (response, _, rest) => redirect(`/endless-redirects/${Number(rest || 0) + 1}`)(response, _, ''),
  redirects: (response, _, rest) =>
    (Number(rest) > 0 ? redirect(`/redirects/${Number(rest) - 1}`, 307) : html(titled('At last')))(response, _, ''),
  to: (response, _, rest) => redirect(decodeURIComponent(rest))(response, _, ''),
  'to-nowhere': redirect(undefined),
  'to-broken': redirect('http://['),
  login: html(titled('Sign in')),
  door: redirect('/login?next=door'),
  status: (response, request, rest) => status(Number(rest))(response, request, ''),
  nothing: html('<head></head><body>A page that says nothing of itself'),
  'megabyte-of-meta': html(`<head>${'<meta'.repeat(200_000)}`),
  'megabyte-of-metas': html(`<head>${'<meta name="og:title">'.repeat(47_000)}<title>x</title>`),
  nested: html(`<head>${'<div>'.repeat(100_000)}<title>Below</title></head>`),
  'nested-deep': html(`<head>${'<a>'.repeat(100_000)}${'</b>'.repeat(40_000)}<title>Below</title></head>`),
  attributes: html(
    `<head><meta ${Array.from({ length: 90_000 }, (_, i) => `a${i}`).join(' ')}><title>After</title></head>`,
  ),
  entities: html(`<head><title>${'&amp'.repeat(250_000)}`),
  binary: html(Buffer.alloc(300_000, Buffer.from([0xff, 0xfe, 0x00, 0x3c, 0x80]))),
  'jpeg-as-html': html(jpegHeader(100, 100)),
  'html-as-json': file('application/json', titled('No page')),
  'html-as-text': file('text/plain', titled('No page')),
  video: file('video/mp4', Buffer.alloc(1000)),
  untyped: (response) => response.end(titled('Untyped')),
  'paper.pdf': endless({ 'content-type': 'application/pdf' }, '%PDF-1.7', zeros(1)),
  'windows-1251': html(
    Buffer.concat([Buffer.from('<title>'), Buffer.from([0xcf, 0xf0, 0xe8]), Buffer.from('</title>')]),
    'text/html; charset=windows-1251',
  ),
  'utf-16': html(
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<title>Привет</title></head>', 'utf16le')]),
    'text/html',
  ),
  'cut-utf-8': html(Buffer.concat([Buffer.from('<title>a'), Buffer.from([0xe2, 0x82]), Buffer.from('b</title>')])),
  'unknown-charset': html('<title>é</title>', 'text/html; charset=klingon-7'),
  'replaced-charset': html('<title>é</title>', 'text/html; charset=iso-2022-kr'),
  'utf-7': html('<title>+ADw-script+AD4-</title>', 'text/html; charset=utf-7'),
  bidi: html(titled('safe\u202egpj.exe\u2066\u0000\u0007\n\n x')),
  cookie: (response) => {
    response.writeHead(302, { 'set-cookie': 'seen=1', location: '/good' });
    response.end();
  },
  'with-picture': (response, request, rest) => pictured(`/picture/${rest}`)(response, request, ''),
  'picture-at': (response, request, rest) => pictured(decodeURIComponent(rest))(response, request, ''),
  picture: (response, request, rest) => (pictures[rest] ?? status(404))(response, request, ''),
};

/** A proxy as docs/preview.md has it, before a site of one page behind a redirect, with a picture. Nobody else knows that site. */
pages.proxy = (response, request) => {
  const asked = new URL(request.url!, 'http://proxy').searchParams.get('of') ?? '';
  const pages: Record<string, Page> = {
    '/': redirect('/moved'),
    '/moved': pictured('/good.png'),
    '/good.png': file('image/png', greyPng(64, 32)),
  };
  const { host, pathname } = new URL(asked);
  (host === PROXIED_HOST ? (pages[pathname] ?? status(404)) : status(502))(response, request, '');
};

let visits: { path: string; headers: IncomingMessage['headers']; pieces: number; open: boolean }[] = [];
const server = createServer((request, response) => {
  const url = request.url ?? '/';
  if (/^\/visits(\/kept)?$/.test(url)) {
    response.end(JSON.stringify(visits));
    if (url === '/visits') visits = [];
    return;
  }
  const visit = { path: url, headers: request.headers, pieces: 0, open: true };
  visits.push(visit);
  const write = response.write.bind(response) as (...piece: unknown[]) => boolean;
  response.write = (...piece: unknown[]) => {
    visit.pieces += 1;
    return write(...piece);
  };
  response.on('close', () => {
    visit.open = false;
  });
  const [, name = '', rest = ''] = /^\/([^/?]*)\/?(.*)$/.exec(url) ?? [];
  response.on('error', () => {});

  (pages[name] ?? status(404))(response, request, rest);
});
server.on('clientError', (_, socket) => socket.destroy());
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () =>
  console.log(JSON.stringify({ port: (server.address() as { port: number }).port })),
);
