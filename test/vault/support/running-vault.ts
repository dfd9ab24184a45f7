/** Owns whole vaults as an operator starts them: `node vault/main.ts`, with software custody and SQLite, on ports that were free. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../../vault/main.ts');
/** A busy machine starts two processes and a database in this time. */
const START_MS = 60_000;

export class RunningVault {
  url = '';
  readonly #data = mkdtempSync(join(tmpdir(), 'sotto-vault-'));
  readonly #environment: NodeJS.ProcessEnv = {
    ...process.env,
    SOTTO_VAULT_DATA: this.#data,
    SOTTO_VAULT_PORT: '0',
    SOTTO_VAULT_ADMIN_PORT: '0',
    SOTTO_VAULT_CUSTODY: 'software',
    SOTTO_VAULT_WORK: 'on',
    SOTTO_VAULT_RATE: '100000',
    SOTTO_VAULT_RATE_NEW: '100000',
  };
  #child: ChildProcess | undefined;
  #output = '';

  static async make(): Promise<RunningVault> {
    const vault = new RunningVault();
    await vault.start();
    return vault;
  }

  /** Starts it on a free port, or starts it again with what it had: data and port. */
  async start(): Promise<void> {
    this.#output = '';
    const child = spawn(process.execPath, [MAIN], { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (this.#output += text));
    this.#child = child;
    const until = Date.now() + START_MS;
    while (!(await this.#answers())) {
      if (Date.now() > until || child.exitCode !== null) throw new Error(`the vault does not start: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.#environment.SOTTO_VAULT_PORT = new URL(this.url).port;
  }

  async stop(): Promise<void> {
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  /** Stops it for good. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#data, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const port = /"part":"web","event":"started","port":(\d+)/.exec(this.#output)?.[1];
    if (port === undefined) return false;
    this.url = `http://127.0.0.1:${port}`;
    try {
      const nonce = 'AAAAAAAAAAAAAAAAAAAAAA';
      const answer = await fetch(`${this.url}/v1/info`, { headers: { 'sotto-nonce': nonce } });
      await answer.arrayBuffer();
      return answer.status === 200;
    } catch {
      return false;
    }
  }
}
