/** Owns serving pages to the browser tests: a folder, or what a function makes of a path, on a free loopback port. */
import { readFile } from 'node:fs/promises';
import { createServer, type OutgoingHttpHeaders } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** A page that is made, not read: its body, and headers in place of the usual ones. */
export interface ServedPage {
  readonly body: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** A running server. */
export interface PageServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * Serves what `make` gives for a path (with its query), else the file of that name in the first of `folders` that has it.
 * Everything else is a 404.
 */
export async function startPageServer(
  folders: readonly string[],
  make: (path: string, query: URLSearchParams) => ServedPage | undefined = () => undefined,
): Promise<PageServer> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const made = make(url.pathname, url.searchParams);
    const body = made?.body ?? (await readFrom(folders, url.pathname));
    const headers = made?.headers ?? { 'content-type': TYPES[extname(url.pathname)] ?? TYPES['.html'] };
    response.writeHead(body === undefined ? 404 : 200, { 'cache-control': 'no-store', ...headers });
    response.end(body ?? 'not found');
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readFrom(folders: readonly string[], path: string): Promise<Buffer | undefined> {
  for (const folder of folders) {
    const file = await readFile(join(folder, normalize(path))).catch(() => undefined);
    if (file !== undefined) return file;
  }
  return undefined;
}
