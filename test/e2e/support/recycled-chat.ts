/**
 * Owns a chat whose list holds no more rows than are in sight, as the large chats' lists do: the demonstration chat's own
 * server behind another page, whose row elements say another message each time the list is scrolled.
 * Does not own what is said there.
 */
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDemoChat } from '../../../scripts/demo/server.mjs';

/** Runs in the page. Heights are measured, as such lists do it: a row that grows pushes the ones after it down. */
function runPage(): void {
  const GUESS = 60;
  const me = new URLSearchParams(location.search).get('as')!;
  const peer = location.pathname.split('/').at(-1)!;
  const list = document.querySelector<HTMLElement>('#messages')!;
  const track = document.querySelector<HTMLElement>('#track')!;
  const box = document.querySelector<HTMLTextAreaElement>('#editor')!;
  const messages: { from: string; text: string }[] = [];
  const heights: number[] = [];
  const spare: HTMLElement[] = [];
  const shown = new Map<HTMLElement, number>();
  const topOf = (place: number): number => heights.slice(0, place).reduce((sum, height) => sum + height, 0);
  const sizes = new ResizeObserver((entries) => {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    for (const { target } of entries) {
      const place = shown.get(target as HTMLElement);
      if (place !== undefined) heights[place] = (target as HTMLElement).offsetHeight;
    }
    draw();
    if (atEnd) list.scrollTop = list.scrollHeight;
  });
  function draw(): void {
    track.style.height = `${topOf(messages.length)}px`;
    let first = 0;
    for (let top = 0; first < messages.length - 1 && top + heights[first]! < list.scrollTop - 100; first++)
      top += heights[first]!;
    const end = list.scrollTop + list.clientHeight + 100;
    let last = first;
    for (let top = topOf(first); last < messages.length && top < end; last++) top += heights[last]!;
    for (const [row, place] of shown) if (place < first || place >= last) drop(row);
    const standing = new Set(shown.values());
    for (let place = first; place < last; place++) {
      if (!standing.has(place)) fill(spare.pop() ?? document.createElement('article'), place);
    }
    for (const [row, place] of shown) row.style.transform = `translateY(${topOf(place)}px)`;
  }
  function drop(row: HTMLElement): void {
    shown.delete(row);
    row.remove();
    spare.push(row);
  }
  function fill(row: HTMLElement, place: number): void {
    const { from, text } = messages[place]!;
    const [name, words] = [document.createElement('b'), document.createElement('div')];
    name.textContent = from;
    words.textContent = text;
    row.className = from === me ? 'own' : '';
    row.replaceChildren(name, words);
    shown.set(row, place);
    track.append(row);
    sizes.observe(row);
  }
  async function send(): Promise<void> {
    const text = box.value;
    const answer = await fetch('/messages', { method: 'POST', body: JSON.stringify({ from: me, to: peer, text }) });
    if (answer.ok) box.value = '';
  }
  list.addEventListener('scroll', draw);
  document.querySelector('#send')!.addEventListener('click', () => void send());
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void send();
  });
  new EventSource(`/events?as=${me}`).onmessage = ({ data }) => {
    const { from, to, text } = JSON.parse(data) as { from: string; to: string; text: string };
    if (from !== peer && to !== peer) return;
    messages.push({ from, text });
    heights.push(GUESS);
    draw();
    list.scrollTop = list.scrollHeight;
  };
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>a chat</title><style>
body { display: flex; flex-direction: column; height: 100vh; margin: 0; font: 15px sans-serif; }
#messages { flex: 1; overflow-y: auto; } #track { position: relative; }
article { position: absolute; inset-inline: 0; padding: 6px 12px; overflow-wrap: anywhere; } .own { text-align: end; }
form { display: flex; padding: 8px; } #editor { flex: 1; min-height: 48px; }
</style><h1 id="with"></h1><section id="messages" role="log"><div id="track"></div></section>
<form onsubmit="return false"><textarea id="editor" placeholder="Message"></textarea><button id="send">Send</button></form>
<script>document.querySelector('#with').textContent = location.pathname.split('/').at(-1); (${runPage})();</script>`;

/** A running chat. */
export interface RecycledChat {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts it on a free loopback port. */
export async function startRecycledChat(): Promise<RecycledChat> {
  const chat = await startDemoChat();
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/with/')) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(PAGE);
      return;
    }
    const { method, headers } = request;
    const onward = ask(new URL(request.url!, chat.origin), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await chat.stop();
    },
  };
}
