/** Owns the hostile site: its pages on two origins (localhost and 127.0.0.1), what its own server saw, and test reports. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface HostileSite {
  /** The origin of the page under test. */
  readonly origin: string;
  /** Another origin of the same adversary. */
  readonly other: string;
  /** Addresses and bodies that the site's server was asked with. */
  readonly requests: string[];
  /** What the extension of the test reported. */
  readonly reports: string[];
  close(): Promise<void>;
}

const pages = join(import.meta.dirname, '../page');
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** Starts the site on a free port of loopback. */
export async function startSite(): Promise<HostileSite> {
  const requests: string[] = [];
  const reports: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (path === '/report') {
      reports.push(body);
      response.end();
      return;
    }
    requests.push(`${decodeURIComponent(request.url ?? '')} ${body}`);
    const name = path === '/' ? 'chat.html' : path.slice(1);
    const type = TYPES[name.split('.').at(-1) ?? ''];
    try {
      if (type === undefined || name.includes('/')) throw new Error('no page');
      const file = await readFile(join(pages, name));
      response.setHeader('Content-Type', `${type}; charset=utf-8`);
      response.end(file);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    other: `http://127.0.0.1:${port}`,
    requests,
    reports,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
