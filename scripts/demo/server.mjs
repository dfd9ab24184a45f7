/**
 * Owns the demonstration chat: a small web chat on a loopback port that knows nothing of Sotto. People are told apart by
 * `?as=alice`, a conversation stands at `/with/bob`, and `/log` shows everything that the server has been given.
 * Does not own what browsers do with it. Nothing is kept but in memory; who asks for a name has it: it is a stage, not a service.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { bundleScript } from './bundle.mjs';

const PEOPLE = ['alice', 'bob', 'carol'];
/** As generous as the common chats; longer texts are refused, as those refuse them. In UTF-16 units. */
const LONGEST_TEXT = 20_000;
const page = (name) => join(import.meta.dirname, 'page', name);

/**
 * Starts the chat on `port` of 127.0.0.1 (0: any free one). Gives {origin, messages(), stop()}; a message is
 * {id, from, to, text, at}, the text as the server was given it.
 */
export async function startDemoChat(port = 0) {
  const messages = [];
  /** Open event streams, with the name of who listens; the log listens to everyone. */
  const streams = new Map();
  const script = await bundleScript(page('chat.js'));

  function receive({ from, to, text }) {
    const known = PEOPLE.includes(from) && PEOPLE.includes(to) && from !== to;
    if (!known || typeof text !== 'string' || text.trim() === '' || text.length > LONGEST_TEXT) return false;
    const message = { id: messages.length + 1, from, to, text: text.trim(), at: Date.now() };
    messages.push(message);
    for (const [response, who] of streams) if (concerns(message, who)) write(response, message);
    return true;
  }

  function listen(request, response, who) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    const seen = Number(request.headers['last-event-id'] ?? 0);
    for (const message of messages) if (message.id > seen && concerns(message, who)) write(response, message);
    streams.set(response, who);
    request.on('close', () => streams.delete(response));
  }

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
    const send = (type, body) => {
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    if (request.method === 'POST' && pathname === '/messages') {
      response.writeHead(receive(await readJson(request)) ? 204 : 400);
      response.end();
    } else if (pathname === '/events') listen(request, response, searchParams.get('as'));
    else if (pathname === '/people') send('application/json', JSON.stringify(PEOPLE));
    else if (pathname === '/chat.js') send('text/javascript; charset=utf-8', script);
    else if (pathname === '/log.js') send('text/javascript; charset=utf-8', await readFile(page('log.js')));
    else if (pathname === '/style.css') send('text/css; charset=utf-8', await readFile(page('style.css')));
    else if (pathname === '/log') send('text/html; charset=utf-8', await readFile(page('log.html')));
    else if (/^[/](with[/][a-z]+)?$/.test(pathname))
      send('text/html; charset=utf-8', await readFile(page('chat.html')));
    else {
      response.writeHead(404);
      response.end();
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    messages: () => messages,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function concerns({ from, to }, who) {
  return who === null || who === from || who === to;
}

function write(response, message) {
  response.write(`id: ${message.id}\ndata: ${JSON.stringify(message)}\n\n`);
}

async function readJson(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    // Four bytes for each unit is more than UTF-8 and JSON need together for what is accepted.
    if (size > LONGEST_TEXT * 8) return {};
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) ?? {};
  } catch {
    return {};
  }
}
