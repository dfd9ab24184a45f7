/**
 * Owns vault-hsm as an operator runs it, on SoftHSM2 in mode `wrapped` with SQLite, asked over its real line; many records in
 * it, and one round of tries at all of them. Does not own measuring, nor what the HSM does alone (vault/test-support/bare-hsm.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeBody,
  encodeBody,
  evaluateRequest,
  INFO_TARGET,
  infoAnswer,
  type Nonce,
  recordTarget,
} from '../../../lib/vault-protocol/index.ts';
import { HsmClient } from '../../../vault/rpc/client.ts';
import { encodeAnswer } from '../../../vault/rpc/messages.ts';
import type { SoftHsm } from '../../../vault/test-support/softhsm.ts';
import { type Enrolled, must, randomElement, TestClient } from '../../vault/support/client.ts';

const MAIN = join(import.meta.dirname, '../../../vault/hsm/main.ts');
const START_MS = 60_000;
/** So many tries are under way at once: half of what the line takes. */
const AT_ONCE = 256;

/** The environment of a vault whose keys are in the token `label`. */
export function hsmEnvironment(softHsm: SoftHsm, label: string): Record<string, string> {
  return {
    ...softHsm.environment,
    SOTTO_VAULT_CUSTODY: 'wrapped',
    SOTTO_VAULT_HSM_MODULE: softHsm.module,
    SOTTO_VAULT_HSM_TOKEN: label,
    SOTTO_VAULT_HSM_PIN_FILE: softHsm.pinFile,
  };
}

/** A try as it goes over the line. */
interface Question {
  readonly target: ReturnType<typeof recordTarget>;
  readonly nonce: Nonce;
  readonly body: Uint8Array;
}
/** The tries at one record, one after the other. */
type Series = readonly Question[];

export class VaultHsm {
  readonly #child: ChildProcess;
  readonly #data: string;
  readonly #line: HsmClient;
  readonly #records: Enrolled[] = [];
  #client: TestClient | undefined;

  private constructor(child: ChildProcess, data: string, line: HsmClient) {
    this.#child = child;
    this.#data = data;
    this.#line = line;
  }

  /** Starts it with an empty database, and enrols `records` records. */
  static async start(environment: Record<string, string>, records: number): Promise<VaultHsm> {
    const data = mkdtempSync(join(tmpdir(), 'sotto-vault-bench-'));
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
      env: { ...process.env, ...environment, SOTTO_VAULT_DATA: data, SOTTO_VAULT_WORK: 'off' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const socket = join(data, 'one.sock');
    await untilThere(socket, child);
    const vault = new VaultHsm(child, data, new HsmClient(socket));
    await vault.#enrol(records);
    return vault;
  }

  async #enrol(records: number): Promise<void> {
    const nonce = new Uint8Array(16) as Nonce;
    const { body } = await this.#line.serve({ target: INFO_TARGET, nonce, body: new Uint8Array() });
    const { identityKey } = decodeBody(infoAnswer, body);
    const client = new TestClient(identityKey, async (question) => {
      if (question.kind !== 'serve') throw new Error('only requests are asked here');
      return encodeAnswer(await this.#line.serve(question));
    });
    this.#client = client;
    while (this.#records.length < records) {
      const length = Math.min(AT_ONCE, records - this.#records.length);
      this.#records.push(...(await Promise.all(Array.from({ length }, () => client.enrolled(10)))));
    }
  }

  /** Fills the tries up again, and makes `each` tries for every record. */
  async prepare(each: number): Promise<Series[]> {
    for (let from = 0; from < this.#records.length; from += AT_ONCE) {
      const some = this.#records.slice(from, from + AT_ONCE);
      await Promise.all(some.map(async ({ id, unlock }) => must(await this.#client!.unlock(id, unlock))));
    }
    return this.#records.map(({ id }) =>
      Array.from({ length: each }, () => ({
        target: recordTarget('evaluate', id),
        nonce: new Uint8Array(randomBytes(16)) as Nonce,
        body: encodeBody(evaluateRequest, { blinded: randomElement() }),
      })),
    );
  }

  /** Asks all of it, many records side by side. Throws where a try was refused or not signed. */
  async run(all: readonly Series[]): Promise<void> {
    // One iterator for all: who is done with a record goes on with the next.
    const left = all.values();
    const ask = async () => {
      for (const series of left) {
        for (const question of series) {
          const { status, signature } = await this.#line.serve(question);
          if (status !== 200 || signature === undefined) throw new Error(`a try was answered with ${status}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  }

  /** What the vault has counted: tries that it charged, and batches that it committed and anchored. */
  async counts(): Promise<{ readonly charged: number; readonly batches: number }> {
    const counts = new Map(await this.#line.counts());
    return { charged: counts.get('attempts_charged') ?? 0, batches: counts.get('commits_batches') ?? 0 };
  }

  async stop(): Promise<void> {
    this.#line.close();
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await gone;
    rmSync(this.#data, { recursive: true, force: true });
  }
}

async function untilThere(socket: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_MS;
  while (!existsSync(socket)) {
    if (child.exitCode !== null || Date.now() > end) throw new Error('vault-hsm does not start');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
