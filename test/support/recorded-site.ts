/**
 * Owns the site that both sit at: the demonstration chat behind a recorder. Everything that a browser ever gave it is kept,
 * also what it was told to lose, refuse or change on its way.
 */
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDemoChat } from '../../scripts/demo/server.mjs';

/** What a browser posted. */
export interface Post {
  readonly from: string;
  readonly text: string;
  /** Whether the chat never heard of it. */
  readonly lost: boolean;
}

/** What a browser posts to the chat. */
export interface Message {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/**
 * What becomes of a post. lose: the browser gets no answer. refuse: it is told that the site does not take it.
 * Texts: these are in the chat in its place.
 */
export type Treatment = 'pass' | 'lose' | 'refuse' | readonly string[];

/** The site. */
export interface Site {
  readonly origin: string;
  /** Everything that was ever posted, in order. */
  posts(): readonly Post[];
  /** From now on posts of which `choose` says so are lost: the browser gets no answer. */
  lose(choose: (post: Message) => boolean): void;
  /** From now on posts are treated as `choose` says. */
  treat(choose: (post: Message) => Treatment): void;
  /** The site itself shows a text, as if it had come from one of its people. */
  show(message: Message): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the site on free ports. */
export async function startSite(): Promise<Site> {
  const chat = await startDemoChat();
  const posts: Post[] = [];
  let choose: (post: Message) => Treatment = () => 'pass';

  async function show(message: Message): Promise<void> {
    const { status } = await fetch(`${chat.origin}/messages`, { method: 'POST', body: JSON.stringify(message) });
    if (status !== 204) throw new RangeError('a text that the chat does not take');
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    if (request.method === 'POST') {
      const post = JSON.parse(body.toString('utf8')) as Message;
      const treatment = choose(post);
      posts.push({ from: post.from, text: post.text, lost: treatment !== 'pass' });
      if (treatment === 'lose') return;
      if (treatment !== 'pass') {
        for (const text of treatment === 'refuse' ? [] : treatment) await show({ ...post, text });
        response.writeHead(treatment === 'refuse' ? 400 : 204).end();
        return;
      }
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
      choose = (post) => (next(post) ? 'lose' : 'pass');
    },
    treat: (next) => {
      choose = next;
    },
    show,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await chat.stop();
    },
  };
}
