/**
 * The vault: `node vault/main.ts` starts vault-hsm and vault-web, starts again what dies, and stops both cleanly;
 * `node vault/main.ts invite` makes an invite token. See docs/vault.md.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Config, ConfigFailure, SECRET_SETTINGS } from './config/config.ts';
import { environmentName, readConfig } from './config/read-config.ts';
import { inviteCommand } from './invite-command.ts';
import { endAsked, REFUSED } from './lifetime.ts';
import { nameOf, openLog } from './logging.ts';

const log = openLog('vault');

/** The first wait before a process is started again, and the longest, in milliseconds. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Who ran so long was well: the waits begin anew. */
const WELL_AFTER = 60_000;
/** How long a process has for answering what is under way before it is killed. */
const STOP_WITHIN = 20_000;

/** What an operator may accept at a start; see records/accept-loss.ts. */
const ACCEPTING = ['--accept-rollback', '--accept-new-keys'];

interface Part {
  /** Resolves with the exit code when the part has refused to go on. */
  readonly refused: Promise<number>;
  stop(): Promise<void>;
}

/** Keeps one process running. */
function keep(name: string, script: string, args: readonly string[], environment: NodeJS.ProcessEnv): Part {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let wait = FIRST_WAIT;
  let exited: Promise<void> = Promise.resolve();
  let refuse: (code: number) => void = () => undefined;
  const refused = new Promise<number>((resolve) => {
    refuse = resolve;
  });
  // What an operator says once is for one start: a rollback is not accepted again by a restart.
  let extra = args;
  const start = () => {
    const began = Date.now();
    // node:sqlite still warns that it is new; `ipc` is how a child learns that this process is gone.
    const command = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, script), ...extra];
    extra = [];
    child = spawn(process.execPath, command, { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    exited = new Promise((resolve) => {
      child!.once('exit', (code, signal) => {
        resolve();
        if (stopping) return;
        if (code === REFUSED) return refuse(REFUSED);
        if (Date.now() - began > WELL_AFTER) wait = FIRST_WAIT;
        log('error', 'part-died', { name, code: code ?? signal ?? 'unknown', restartInMs: wait });
        timer = setTimeout(start, wait);
        wait = Math.min(LONGEST_WAIT, wait * 2);
      });
    });
  };
  start();
  return {
    refused,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      child?.kill('SIGTERM');
      const last = setTimeout(() => child?.kill('SIGKILL'), STOP_WITHIN);
      await exited;
      clearTimeout(last);
    },
  };
}

/** The environment without what vault-web has no business with. */
function withoutSecrets(config: Config): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  delete environment.SOTTO_VAULT_CONFIG;
  for (const [name, value] of Object.entries(config)) {
    if (value !== undefined) environment[environmentName(name as keyof Config)] = `${value}`;
  }
  for (const name of SECRET_SETTINGS) delete environment[environmentName(name)];
  // What the mode is, is public; that a device belongs to it is checked by vault-hsm.
  environment[environmentName('custody')] = 'software';
  return environment;
}

async function run(config: Config): Promise<void> {
  const args = process.argv.slice(2);
  const parts = [
    ...(config.records === 'on' ? [keep('hsm', 'hsm/main.ts', args, process.env)] : []),
    keep('web', 'web/main.ts', [], withoutSecrets(config)),
  ];
  const code = await Promise.race([endAsked().then(() => 0), ...parts.map(({ refused }) => refused)]);
  // vault-web first: what it has accepted is still answered by vault-hsm.
  for (const part of parts.reverse()) await part.stop();
  process.exit(code);
}

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  const config = readConfig(process.env);
  if (command === 'invite') return inviteCommand(config, rest);
  if (command !== undefined && (rest.length > 0 || !ACCEPTING.includes(command))) {
    process.stderr.write(`usage: node vault/main.ts [${ACCEPTING.join(' | ')}] | invite [--days N]\n`);
    process.exit(2);
  }
  return run(config);
}

try {
  await main();
} catch (error) {
  const about = error instanceof ConfigFailure ? { setting: error.about } : {};
  log('error', 'refused-to-start', { code: nameOf(error), ...about });
  process.exit(REFUSED);
}
