/** Owns everything that a client of a vault sends, as it comes over the line: a proxy that keeps what it passes on. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  /** As they came, names in small letters. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** What it was answered with. */
  readonly status: number;
}

export class Recorder {
  readonly heard: Heard[] = [];
  readonly #server: Server;
  readonly #to: string;

  private constructor(to: string) {
    this.#to = to;
    this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing));
  }

  /** Listens before the vault at `to`. */
  static async start(to: string): Promise<Recorder> {
    const recorder = new Recorder(to);
    await new Promise<void>((resolve) => recorder.#server.listen(0, '127.0.0.1', resolve));
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was heard since the last time. */
  take(): Heard[] {
    return this.heard.splice(0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const { method = '', url: path = '', rawHeaders } = incoming;
    const headers: [string, string][] = [];
    for (let at = 0; at < rawHeaders.length; at += 2)
      headers.push([rawHeaders[at]!.toLowerCase(), rawHeaders[at + 1]!]);
    const passed = request(this.#to + path, { method, headers: Object.fromEntries(headers) });
    passed.on('error', () => outgoing.destroy());
    passed.on('response', async (answer) => {
      const bytes = await bytesOf(answer);
      this.heard.push({ method, path, headers, body, status: answer.statusCode ?? 0 });
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers).end(bytes);
    });
    passed.end(body);
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return new Uint8Array(Buffer.concat(parts));
}
