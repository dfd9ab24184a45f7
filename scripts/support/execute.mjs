import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/**
 * Runs a Node script of a dependency and shows its output as it comes.
 * Standard input stays closed, so that nothing can wait for an answer.
 * Returns the exit code; 1 when a signal ended it.
 */
export function executeNode(args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
