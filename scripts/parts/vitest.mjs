import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { executeNode } from '../support/execute.mjs';
import { inRoot } from '../support/paths.mjs';
import { countVitest } from './counts.mjs';

/** Runs one vitest configuration to its end and gives its counts. `args` are vitest's own, such as a file name. */
export async function runVitest(name, config, args) {
  const output = inRoot('reports', `${name}.json`);
  mkdirSync(inRoot('reports'), { recursive: true });
  rmSync(output, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
  const exitCode = await executeNode([
    inRoot('node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    config,
    ...reporters,
    ...args,
  ]);
  const report = existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : undefined;
  const counts = countVitest(report, exitCode);
  if (report === undefined || report.numTotalTests === 0) console.error(`${name}: no test ran`);
  else if (report.numPendingTests + report.numTodoTests > 0) console.error(`${name}: a skipped test counts as failed`);
  return counts;
}
