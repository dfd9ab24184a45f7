/** Owns whole vaults as an operator starts them: `node vault/main.ts`, with software custody and SQLite, on free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';

const MAIN = join(import.meta.dirname, '../../../vault/main.ts');
/** A busy machine starts two processes and a database in this time. */
const START_MS = 60_000;

export class RunningVault {
  readonly url: string;
  readonly #data = mkdtempSync(join(tmpdir(), 'sotto-vault-'));
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, adminPort: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.#environment = {
      ...process.env,
      SOTTO_VAULT_DATA: this.#data,
      SOTTO_VAULT_PORT: `${port}`,
      SOTTO_VAULT_ADMIN_PORT: `${adminPort}`,
      SOTTO_VAULT_CUSTODY: 'software',
      SOTTO_VAULT_WORK: 'on',
      SOTTO_VAULT_RATE: '100000',
      SOTTO_VAULT_RATE_NEW: '100000',
    };
  }

  static async make(): Promise<RunningVault> {
    const vault = new RunningVault(await freePort(), await freePort());
    await vault.start();
    return vault;
  }

  /** Starts it, or starts it again with what it had. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (this.#output += text));
    this.#child = child;
    const until = Date.now() + START_MS;
    while (!(await this.#answers())) {
      if (Date.now() > until || child.exitCode !== null) throw new Error(`the vault does not start: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
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
