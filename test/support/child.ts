/** Owns child processes of the tests: started, waited for until they are ready, and stopped for certain. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';

/** How long a stopped process may take to leave by itself before it is killed, in milliseconds. */
const GRACE_MS = 3000;

/** A running process and the last of what it printed (at most 64 KiB), for the error message when it fails. */
export interface Child {
  readonly process: ChildProcess;
  output(): string;
  stop(): Promise<void>;
}

/** Starts `command` with nothing on its standard input. */
export function startChild(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Child {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (bytes: Buffer): void => {
    output = (output + bytes.toString()).slice(-65_536);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => {
    output += `\n${error.message}`;
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return {
    process: child,
    output: () => output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
        await gone;
        clearTimeout(timer);
      }
    },
  };
}

/** Waits until something accepts connections on `port` of 127.0.0.1. Throws with the child's output if it dies or takes over `ms`. */
export async function waitForPort(port: number, child: Child, ms = 60_000): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    if (child.process.exitCode !== null || Date.now() > end) {
      throw new Error(`nothing listens on port ${port}:\n${child.output()}`);
    }
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
