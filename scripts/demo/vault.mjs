import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
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
  const [port, adminPort] = [await freePort(), await freePort()];
  const told = [];
  const child = spawn(process.execPath, [inRoot('vault/main.ts')], {
    env: {
      ...process.env,
      SOTTO_VAULT_DATA: data,
      SOTTO_VAULT_HOST: '127.0.0.1',
      SOTTO_VAULT_PORT: `${port}`,
      SOTTO_VAULT_ADMIN_HOST: '127.0.0.1',
      SOTTO_VAULT_ADMIN_PORT: `${adminPort}`,
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
  const url = `http://127.0.0.1:${port}`;
  const end = Date.now() + START_MS;
  for (;;) {
    const isUp = await fetch(`${url}/v1/info`, { headers: { 'sotto-nonce': 'AAAAAAAAAAAAAAAAAAAAAA' } }).then(
      (answer) => answer.status === 200,
      () => false,
    );
    if (isUp) return { url, stop };
    if (child.exitCode !== null || Date.now() > end) {
      await stop();
      throw new Error(`the vault did not start: ${told.join('').slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
