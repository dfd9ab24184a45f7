/**
 * Owns the site that both sit at: the demonstration chat behind a recorder. Everything that a browser ever gave it is kept,
 * also what it was told to lose on its way.
 */
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDemoChat } from '../../../scripts/demo/server.mjs';

/** What a browser posted. */
export interface Post {
  readonly from: string;
  readonly text: string;
  /** Whether the chat never heard of it. */
  readonly lost: boolean;
}

/** The site. */
export interface Site {
  readonly origin: string;
  /** Everything that was ever posted, in order. */
  posts(): readonly Post[];
  /** From now on posts of which `choose` says so are lost: the browser gets no answer. */
  lose(choose: (post: { from: string; text: string }) => boolean): void;
  stop(): Promise<void>;
}

/** Starts the site on free ports. */
export async function startSite(): Promise<Site> {
  const chat = await startDemoChat();
  const posts: Post[] = [];
  let choose: (post: { from: string; text: string }) => boolean = () => false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    if (request.method === 'POST') {
      const post = JSON.parse(body.toString('utf8')) as { from: string; text: string };
      const lost = choose(post);
      posts.push({ from: post.from, text: post.text, lost });
      if (lost) return;
    }
    const { method, headers } = request;
    const upstream = ask(`${chat.origin}${request.url}`, { method: method ?? 'GET', headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.on('error', () => response.destroy());
      answered.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    upstream.end(body);
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts: () => posts,
    lose: (next) => {
      choose = next;
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await chat.stop();
    },
  };
}
