/** Owns a vault-hsm in a process of its own, asked over its real socket, killed when a test wants it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCustody } from '../../../vault/custody/index.ts';
import type { Stop } from '../../../vault/records/hooks.ts';
import { HsmClient } from '../../../vault/rpc/client.ts';
import { encodeAnswer, type Question } from '../../../vault/rpc/messages.ts';
import { USER_PIN } from '../../../vault/test-support/softhsm.ts';
import { TestClient } from './client.ts';
import { makeFolder, type World } from './world.ts';

const CHILD = join(import.meta.dirname, 'hsm-child.ts');

/** The settings of a world as environment variables of the real program. */
export function environmentOf(world: World, data: string): NodeJS.ProcessEnv {
  const settings = world.custodySettings();
  const base = {
    ...process.env,
    SOTTO_VAULT_DATA: data,
    SOTTO_VAULT_DATABASE: world.location,
    SOTTO_VAULT_WORK: 'off',
  };
  const blobs = { SOTTO_VAULT_BLOBS: join(data, 'blobs.sqlite') };
  if (settings.mode === 'software') {
    // The program keeps its software keys in its folder, under this name.
    return { ...base, ...blobs, SOTTO_VAULT_CUSTODY: 'software' };
  }
  const pinFile = join(data, 'pin');
  writeFileSync(pinFile, USER_PIN, { mode: 0o600 });
  return {
    ...base,
    ...blobs,
    SOTTO_VAULT_CUSTODY: settings.mode,
    SOTTO_VAULT_HSM_MODULE: settings.module,
    SOTTO_VAULT_HSM_TOKEN: settings.tokenLabel,
    SOTTO_VAULT_HSM_PIN_FILE: pinFile,
  };
}

export class HsmProcess {
  readonly data = makeFolder();
  readonly #environment: NodeJS.ProcessEnv;
  readonly #flag = join(this.data, 'stop-at');
  #child: ChildProcess | undefined;
  #output = '';
  #line: HsmClient | undefined;

  constructor(world: World) {
    this.#environment = { ...environmentOf(world, this.data), STOP_FLAG: this.#flag };
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<TestClient> {
    this.#output = '';
    const args = ['--disable-warning=ExperimentalWarning', CHILD];
    const child = spawn(process.execPath, args, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (this.#output += text));
    await this.waitFor('"started"');
    const line = new HsmClient(join(this.data, 'one.sock'));
    this.#line = line;
    return new TestClient(await this.#identityKey(), async (question: Question) => {
      if (question.kind !== 'serve') throw new Error('only requests are asked here');
      return encodeAnswer(await line.serve(question));
    });
  }

  get output(): string {
    return this.#output;
  }

  stopAt(stop: Stop): void {
    writeFileSync(this.#flag, stop);
  }

  goOn(): void {
    rmSync(this.#flag, { force: true });
  }

  async waitFor(text: string): Promise<void> {
    const until = Date.now() + 90_000;
    while (!this.#output.includes(text)) {
      if (Date.now() > until || this.#child?.exitCode !== null) throw new Error(`no ${text} in: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child!;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await gone;
    }
    // Who ends in order has said everything, and closes the line itself: what was said may still have to be read.
    if (signal === 'SIGKILL') this.#line?.close();
    return child.exitCode;
  }

  async #identityKey(): Promise<Uint8Array> {
    const software = this.#environment.SOTTO_VAULT_CUSTODY === 'software';
    if (!software) return this.identity!;
    const custody = await openCustody({ mode: 'software', keyFile: join(this.data, 'software-keys.json') });
    const { identityKey } = custody;
    await custody.close();
    return identityKey;
  }

  /** The key of a vault whose HSM the test has open itself. */
  identity: Uint8Array | undefined;
}
