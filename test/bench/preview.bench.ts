/**
 * Owns what a person waits for while a link gets its preview, measured where it will be made: in the background of an
 * extension in Chromium. `preview-ms` is from a page of the extension asking to that page having the preview, for a local page
 * with a picture of 1200 x 630, less what the server took; it is not yet the product's composer.
 * Where there is no other software to compare with, the anchor is the limit that the project has set itself.
 */
import { createServer } from 'node:http';
import { type PreviewBrowser, startPreviewBrowser } from '../preview/support/preview-browser.ts';
import { median } from './support/measure.ts';
import { reportFigure } from './support/report.ts';

const BENCH = 'preview';
const ROUNDS = 21;
const WARM_UPS = 5;
const BUDGET = 24_576;
/** For a picture of that size beside the longest words. */
const ROOM = BUDGET + 1792;

function report(figure: string, value: number, limit: number): void {
  reportFigure({ bench: BENCH, figure, value, unit: 'ms', anchor: 'limit', anchorValue: limit });
}

/** A head of `bytes` or somewhat more, as large sites have it: scripts, styles and a few dozen tags; what is looked for stands at its end. */
function headOf(bytes: number, more: string): string {
  const part =
    '<link rel="preload" as="style" href="/assets/main.3f9c.css?a=1&amp;b=2"><meta name="theme-color" content="#fff">' +
    '<script>window.config={"a":1<2,"b":"</div>","items":[1,2,3].map(function(x){return x*2})};</script>' +
    '<style>.a>.b{color:#123;background:url("/x.png")}</style><!-- a comment -- of some length -->';
  const title = '<title>A page &amp; its title</title>';
  return `<!doctype html><head>${part.repeat(Math.ceil(bytes / part.length))}${title}${more}</head>`;
}

/** Serves the page and its picture, and adds up what it took to do so. */
async function serve(page: string, picture: Buffer): Promise<{ origin: string; spent(): number; stop(): void }> {
  let spent = 0;
  const server = createServer((request, response) => {
    const began = performance.now();
    const isPicture = request.url === '/picture.jpg';
    response.writeHead(200, { 'content-type': isPicture ? 'image/jpeg' : 'text/html; charset=utf-8' });
    response.end(isPicture ? picture : page, () => {
      spent += performance.now() - began;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    spent: () => {
      const value = spent;
      spent = 0;
      return value;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function benchPreview(driver: PreviewBrowser): Promise<void> {
  const { file } = await driver.ask('photo', { width: 1200, height: 630, busy: 0.5 });
  const tags = '<meta property="og:title" content="The title"><meta property="og:image" content="/picture.jpg">';
  const site = await serve(headOf(30_000, tags), Buffer.from(file, 'base64url'));
  try {
    const times: number[] = [];
    for (let round = -WARM_UPS; round < ROUNDS; round++) {
      site.spent();
      const began = performance.now();
      const built = await driver.ask('build', {
        url: `${site.origin}/${round}`,
        rooms: [ROOM],
        testOrigins: [site.origin],
      });
      const took = performance.now() - began;
      if (built.title !== 'The title' || built.picture === undefined) throw new Error(JSON.stringify(built));
      if (round >= 0) times.push(took - site.spent());
    }
    report('preview-ms', median(times), 150);
  } finally {
    site.stop();
  }
}

async function benchHead(driver: PreviewBrowser): Promise<void> {
  const html = headOf(100_000, '<meta property="og:title" content="The title">');
  const { title, ms } = await driver.ask('readHead', { html, rounds: WARM_UPS + ROUNDS });
  if (title !== 'The title' || html.length < 100_000) throw new Error(`read '${title}' of ${html.length}`);
  report('head100k-ms', median(ms.slice(WARM_UPS)), 10);
}

async function benchPicture(driver: PreviewBrowser): Promise<void> {
  const { file } = await driver.ask('photo', { width: 2000, height: 1500, busy: 0.5 });
  const times: number[] = [];
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    const fitted = await driver.ask('fit', { file, budget: BUDGET });
    if ('failure' in fitted) throw new Error(fitted.failure);
    if (round >= 0) times.push(fitted.ms);
  }
  report('picture-ms', median(times), 60);
}

const driver = await startPreviewBrowser('chromium');
try {
  await benchHead(driver);
  await benchPicture(driver);
  await benchPreview(driver);
} finally {
  await driver.stop();
}
