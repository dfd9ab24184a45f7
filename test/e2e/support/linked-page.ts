/** Owns a page that people link to: its words, its picture, and a note of everything that was asked of it. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';

/** One request. */
export interface Visit {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** The running page. */
export interface LinkedPage {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Everything that was ever asked for. */
  readonly visits: readonly Visit[];
  stop(): Promise<void>;
}

/** What the page says of itself. */
export const WALK = {
  path: '/walks/lake?by=train',
  title: 'A walk around the lake in nine bridges',
  description: 'Four hours on level paths, two ferries on the way, and a bakery at the fifth bridge that opens early.',
  siteName: 'Walks & Ways',
};

const HEAD = `<!doctype html><html><head><meta charset="utf-8"><title>not this one</title>
<meta property="og:title" content="${WALK.title}"><meta property="og:site_name" content="Walks &amp; Ways">
<meta property="og:description" content="${WALK.description}"><meta property="og:image" content="/lake.png"></head>`;

/** Starts it on a free port. Every path but the picture's is the same page. */
export async function startLinkedPage(): Promise<LinkedPage> {
  const visits: Visit[] = [];
  const picture = lakePng(480, 320);
  const server = createServer(({ url = '', headers }, response) => {
    visits.push({ path: url, headers });
    const isPicture = url === '/lake.png';
    response.writeHead(200, {
      'content-type': isPicture ? 'image/png' : 'text/html',
      'set-cookie': 'visited=1',
    });
    response.end(isPicture ? picture : `${HEAD}<body>the lake</body></html>`);
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
