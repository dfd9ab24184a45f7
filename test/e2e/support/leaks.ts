/** Owns looking for a text wherever a page's own script could find it: its tree, storage, address, title and network. */
import type { Page } from 'puppeteer-core';

interface Overheard {
  /** All that went over the page's network by its own functions, both ways. */
  overheard?: string[];
}

/** Has a script of the page, from its next load on, keep all that goes out and comes in by the network functions that pages have. */
export async function overhearNetwork(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const overheard: string[] = [];
    (window as Overheard).overheard = overheard;
    const keep = (what: unknown): void => {
      if (what instanceof Blob) void what.text().then(keep);
      else if (what instanceof ArrayBuffer || ArrayBuffer.isView(what)) overheard.push(new TextDecoder().decode(what));
      else if (what instanceof Request) overheard.push(what.url);
      else overheard.push(String(what));
    };
    const plainFetch = window.fetch;
    window.fetch = async (...request) => {
      keep(request[0]);
      keep(request[1]?.body);
      const answer = await plainFetch(...request);
      void answer.clone().text().then(keep, keep);
      return answer;
    };
    const { open, send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...request: unknown[]) {
      keep(request[1]);
      return Reflect.apply(open, this, request);
    };
    XMLHttpRequest.prototype.send = function (this: XMLHttpRequest, body) {
      keep(body);
      this.addEventListener('load', () => keep(this.response));
      send.call(this, body ?? null);
    };
    const plainSend = WebSocket.prototype.send;
    WebSocket.prototype.send = function (this: WebSocket, data) {
      keep(data);
      plainSend.call(this, data);
    };
    const PlainSocket = window.WebSocket;
    window.WebSocket = class extends PlainSocket {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols);
        this.addEventListener('message', ({ data }) => keep(data));
      }
    };
    navigator.sendBeacon = (address, data) => {
      keep(address);
      keep(data);
      return true;
    };
  });
}

/** All that {@link overhearNetwork} has kept since the page was loaded, as one text. */
export function readNetwork(page: Page): Promise<string> {
  return page.evaluate(() => (window as Overheard).overheard?.join('\n') ?? '');
}

/** What a script of the page can read without asking anyone, as one text. */
export function readPage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const parts = [document.documentElement.outerHTML, document.title, location.href, document.cookie];
    const values = [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value);
    for (const store of [localStorage, sessionStorage]) parts.push(JSON.stringify(store));
    for (const { name } of await indexedDB.databases()) parts.push(name ?? '');
    parts.push(JSON.stringify(performance.getEntries()), String(getSelection()));
    return [...parts, ...values].join('\n');
  });
}
