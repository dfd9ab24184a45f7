/** Owns pages that people link to: their words, their pictures, and a note of everything that was asked of them. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';

/** One request. */
export interface Visit {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** The running pages. */
export interface LinkedPage {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Everything that was ever asked for. */
  readonly visits: readonly Visit[];
  stop(): Promise<void>;
}

/** What a page says of itself. */
interface Told {
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly siteName: string;
}

/** A page with all that a preview can have. */
export const WALK: Told = {
  path: '/walks/lake?by=train',
  title: 'A walk around the lake in nine bridges',
  description: 'Four hours on level paths, two ferries on the way, and a bakery at the fifth bridge that opens early.',
  siteName: 'Walks & Ways',
};

/** A page of a video, as the large sites have them: all is in Open Graph, and the picture is that of the player. */
export const VIDEO: Told = {
  path: '/watch?v=dQ6bWrd8zQk&t=42s',
  title: 'How a canal lock works, filmed from inside the chamber',
  description: 'Filling, rising, opening: eleven minutes in real time. Subtitles in four languages.',
  siteName: 'Moving Water',
};
/** An article with Twitter's cards alone. */
export const ARTICLE: Told = {
  path: '/2026/11/night-trains.html',
  title: 'Night trains are back, and the beds are better than you remember',
  description: 'Six new lines open this winter. We slept on all of them, and one had a shower.',
  siteName: '',
};
/** A thing in a shop. */
export const THING: Told = {
  path: '/p/4711/kettle?colour=green',
  title: 'Enamel kettle, 1.5 l, green · 34.90 €',
  description: 'In stock, with you on Thursday. For gas, induction and open fire.',
  siteName: 'Hearth & Pan',
};
/** A page that has a title and nothing else. */
export const PLAIN = { path: '/~jo/notes.html', title: "Jo's notes on sourdough" };
/** Files, by their names. */
export const REPORT = { path: '/files/Annual%20report%202026.pdf', title: 'Annual report 2026.pdf' };
export const PHOTO = { path: '/photos/lake%20at%20noon.png', title: 'lake at noon.png' };
/** A page that is gone, one that says nothing at all, and one behind a door. */
export const GONE = '/gone';
export const SILENT = '/silent';
export const MEMBERS = '/members/42';

const escaped = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const meta = (attribute: 'property' | 'name', names: Readonly<Record<string, string>>): string =>
  Object.entries(names)
    .map(([name, content]) => `<meta ${attribute}="${name}" content="${escaped(content)}">`)
    .join('\n');
const document = (head: string): string =>
  `<!doctype html><html><head><meta charset="utf-8"><title>not this one</title>\n${head}</head><body>the page</body></html>`;

function openGraph({ title, description, siteName }: Told, more: Readonly<Record<string, string>> = {}): string {
  const names = { 'og:title': title, 'og:site_name': siteName, 'og:description': description };
  return document(meta('property', { ...names, 'og:image': '/lake.png', ...more }));
}

function twitterCards({ title, description }: Told): string {
  const names = { 'twitter:card': 'summary_large_image', 'twitter:title': title, 'twitter:description': description };
  return document(meta('name', { ...names, 'twitter:image': '/lake.png' }));
}

/** Starts them on a free port. A path that no page has is the walk's. */
export async function startLinkedPage(): Promise<LinkedPage> {
  const visits: Visit[] = [];
  const lake = lakePng(480, 320);
  const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
    '/lake.png': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(lake),
    [PHOTO.path]: (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(lake),
    [REPORT.path]: (response) => response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.7'),
    [GONE]: (response) => response.writeHead(404, HTML).end('<title>Not found</title>'),
    [SILENT]: (response) => response.writeHead(200, HTML).end('<body>a page that says nothing of itself'),
    [MEMBERS]: (response) => response.writeHead(302, { location: '/login?next=members' }).end(),
    [VIDEO.path]: (response) => response.writeHead(200, HTML).end(openGraph(VIDEO, { 'og:type': 'video.other' })),
    [ARTICLE.path]: (response) => response.writeHead(200, HTML).end(twitterCards(ARTICLE)),
    [THING.path]: (response) => response.writeHead(200, HTML).end(openGraph(THING, { 'og:type': 'product' })),
    [PLAIN.path]: (response) => response.writeHead(200, HTML).end(`<head><title>${PLAIN.title}</title></head>`),
  };
  const server = createServer(({ url = '', headers }, response) => {
    visits.push({ path: url, headers });
    response.setHeader('set-cookie', 'visited=1');
    if (Object.hasOwn(answers, url)) answers[url]!(response);
    else response.writeHead(200, HTML).end(openGraph(WALK));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const HTML = { 'content-type': 'text/html' };

/** A lake under hills, as a PNG of RGB: what a picture is like that a browser has to make small. */
function lakePng(width: number, height: number): Buffer {
  const rows = Buffer.alloc((1 + 3 * width) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(colourAt(x / width, y / height), y * (1 + 3 * width) + 1 + 3 * x);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colourAt(x: number, y: number): [number, number, number] {
  const sun = Math.hypot(x - 0.7, (y - 0.2) * 0.67);
  if (sun < 0.07) return [255, 236, 170];
  const far = 0.42 + 0.07 * Math.sin(7 * x) + 0.03 * Math.sin(19 * x + 1);
  const near = 0.55 + 0.06 * Math.sin(5 * x + 2) + 0.02 * Math.sin(31 * x);
  if (y < far) return [120 + 110 * y * 2, 175 + 40 * y, 225 - 40 * y];
  if (y < near) return [92, 128, 128];
  if (y < 0.66) return [52, 92, 72];
  const ripple = 12 * Math.sin(90 * y + 14 * Math.sin(9 * x));
  return [70 + ripple, 130 + ripple, 170 + ripple];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
