import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot } from '../support/paths.mjs';

/** How long a vault may take to answer its first question, in milliseconds: Node starts three times. */
const START_MS = 30_000;

/**
 * Starts the vault as an operator does, on this machine alone, with software keys in a folder that goes with it.
 * Gives its address, and how to stop it. `settings`: more of the vault's environment.
 */
export async function startVault(settings = {}) {
  const data = await mkdtemp(join(tmpdir(), 'sotto-vault-'));
  const told = [];
  const child = spawn(process.execPath, [inRoot('vault/main.ts')], {
    env: {
      ...process.env,
      SOTTO_VAULT_DATA: data,
      SOTTO_VAULT_HOST: '127.0.0.1',
      // Any that is free; it says which.
      SOTTO_VAULT_PORT: '0',
      SOTTO_VAULT_ADMIN_HOST: '127.0.0.1',
      SOTTO_VAULT_ADMIN_PORT: '0',
      SOTTO_VAULT_CUSTODY: 'software',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => told.push(String(part)));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  const end = Date.now() + START_MS;
  for (;;) {
    const url = addressIn(told.join(''));
    if (url !== undefined && (await isUp(url))) return { url, stop };
    if (child.exitCode !== null || Date.now() > end) {
      await stop();
      throw new Error(`the vault did not start: ${told.join('').slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The address that vault-web says it listens on, or undefined before it does. */
function addressIn(log) {
  const ports = [...log.matchAll(/"part":"web","event":"started","port":(\d+)/g)];
  return ports.length === 0 ? undefined : `http://127.0.0.1:${ports.at(-1)[1]}`;
}

/** Whether both processes of the vault are there: what it says of itself is signed by the second. */
function isUp(url) {
  return fetch(`${url}/v1/info`, { headers: { 'sotto-nonce': 'AAAAAAAAAAAAAAAAAAAAAA' } }).then(
    (answer) => answer.status === 200,
    () => false,
  );
}
