/** Owns a whole vault as an operator runs it: `node vault/main.ts`, asked over HTTP, with everything that it printed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { decodeHeader, encodeHeader, NONCE_HEADER, SIGNATURE_HEADER } from '../../../lib/vault-protocol/index.ts';
import { encodeAnswer } from '../../../vault/rpc/messages.ts';
import { TestClient } from './client.ts';
import { makeFolder } from './world.ts';

const MAIN = join(import.meta.dirname, '../../../vault/main.ts');

export class VaultProcess {
  readonly data = makeFolder();
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  output = '';
  url = '';
  adminUrl = '';

  constructor(settings: Record<string, string> = {}) {
    const fixed = { SOTTO_VAULT_DATA: this.data, SOTTO_VAULT_PORT: '0', SOTTO_VAULT_ADMIN_PORT: '0' };
    this.#environment = {
      ...process.env,
      ...fixed,
      SOTTO_VAULT_RATE: '1000000',
      SOTTO_VAULT_RATE_NEW: '1000000',
      ...settings,
    };
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    this.spawn();
    const { port, adminPort } = JSON.parse((await this.line('web', 'started'))!) as { port: number; adminPort: number };
    this.url = `http://127.0.0.1:${port}`;
    this.adminUrl = `http://127.0.0.1:${adminPort}`;
    await this.ready();
  }

  spawn(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.output = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (this.output += text));
    return child;
  }

  /** Runs a command of the program to its end. */
  run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      env: this.#environment,
      encoding: 'utf8',
    });
  }

  /** The `nth` line that a part logged of an event. */
  async line(part: string, event: string, nth = 1): Promise<string | undefined> {
    let found: string | undefined;
    await until(() => {
      const lines = this.output.split('\n').filter((line) => line.includes(`"part":"${part}","event":"${event}"`));
      found = lines[nth - 1];
      return found !== undefined || this.#child?.exitCode !== null;
    });
    return found;
  }

  async ready(): Promise<void> {
    await until(async () => (await fetch(`${this.adminUrl}/health/ready`).catch(() => undefined))?.status === 200);
  }

  async problems(): Promise<unknown> {
    return (await fetch(`${this.adminUrl}/health/ready`)).json();
  }

  async client(): Promise<TestClient> {
    const response = await this.fetch('GET', '/v1/info');
    const { identityKey } = (await response.json()) as { identityKey: string };
    return new TestClient(decodeHeader(identityKey, 33)!, async (question) => {
      if (question.kind !== 'serve') throw new Error('only requests are asked here');
      const { target, nonce, body } = question;
      const response = await fetch(this.url + target.path, {
        method: target.method,
        headers: { [NONCE_HEADER]: encodeHeader(nonce), 'content-type': 'application/json' },
        ...(target.method === 'GET' ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      });
      const signature = decodeHeader(response.headers.get(SIGNATURE_HEADER) ?? undefined, 64);
      return encodeAnswer({ status: response.status, signature, body: new Uint8Array(await response.arrayBuffer()) });
    });
  }

  /** A request with a nonce and whatever else. */
  fetch(
    method: string,
    path: string,
    body?: Uint8Array | string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { [NONCE_HEADER]: encodeHeader(new Uint8Array(16)), ...headers },
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    });
  }

  /** The process of a part, by what it runs. */
  pidOf(part: 'hsm' | 'web'): number {
    const { stdout } = spawnSync('pgrep', ['-P', `${this.#child!.pid}`, '-f', `vault/${part}/main.ts`], {
      encoding: 'utf8',
    });
    return Number(stdout.trim());
  }

  async exit(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve));
    return child.exitCode;
  }

  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM');
    return this.exit();
  }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 90_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it never came to be');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
