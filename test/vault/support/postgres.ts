/**
 * Owns a real PostgreSQL for the tests: a cluster of its own in a temporary folder, on a free port of the loopback,
 * stopped and removed at the end. Its server refuses to run as root, so that there it runs as the user `postgres`.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../vault/database/open.ts';
import { freePort } from '../../support/free-port.ts';

export interface PostgresCluster {
  /** The URL of its first database. */
  readonly url: string;
  stop(): void;
}

export async function startPostgres(): Promise<PostgresCluster> {
  const programs = findPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'sotto-postgres-'));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) giveTo('postgres', folder);
  const run = (program: string, ...args: string[]) => {
    const command = [join(programs, program), ...args];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    const [file, words] = asRoot
      ? ['su', ['postgres', '-s', '/bin/sh', '-c', quoted]]
      : [command[0]!, command.slice(1)];
    // Its output would be a pipe that the server holds open for ever.
    const result = spawnSync(file as string, words as string[], { stdio: 'ignore', cwd: folder });
    if (result.status !== 0) throw new Error(`${program} ended with ${result.status}`);
  };
  const data = join(folder, 'data');
  run('initdb', '-D', data, '-A', 'trust', '-U', 'vault', '-E', 'UTF8', '--no-locale');
  const start = async (tries = 3): Promise<number> => {
    const port = await freePort();
    const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=200`;
    try {
      run('pg_ctl', '-D', data, '-o', settings, '-l', join(folder, 'log'), '-w', 'start');
      return port;
    } catch (error) {
      // Somebody else may have taken the port meanwhile.
      if (tries === 1) throw error;
      return start(tries - 1);
    }
  };
  const port = await start();
  return {
    url: `postgres://vault@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes an empty database in the cluster, or a copy of `template`, and gives its URL. */
export async function makeDatabase(cluster: string, template?: string): Promise<string> {
  const name = `t${randomBytes(6).toString('hex')}`;
  const database = await openDatabase(cluster);
  try {
    const from = template === undefined ? '' : ` TEMPLATE ${new URL(template).pathname.slice(1)}`;
    await database.run(`CREATE DATABASE ${name}${from}`);
  } finally {
    await database.close();
  }
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return url.href;
}

function findPrograms(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(root, version, 'bin')), '/usr/local/bin', '/opt/homebrew/bin'];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed (Debian: postgresql)');
  return found;
}

function giveTo(user: string, folder: string): void {
  const ids = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout.trim()));
  chownSync(folder, ids[0]!, ids[1]!);
  chmodSync(folder, 0o700);
}
