import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { executeNode } from '../support/execute.mjs';
import { inRoot } from '../support/paths.mjs';
import { countOne } from './counts.mjs';

const report = inRoot('reports/mutation/mutation.json');

/** What is mutated when nothing is named: all that the protocol rests on. */
const allFolders = ['lib/crypto', 'lib/signal'];

/**
 * Mutates the named folders or files, or all of lib/crypto and lib/signal, and lists every mutant that no test
 * under the same folders notices. Holds when at least 85 % are noticed.
 */
export async function run(args) {
  const names = args.length > 0 ? args : allFolders;
  const missing = names.filter((name) => !existsSync(inRoot(name)));
  if (missing.length > 0) {
    console.error(`Not here: ${missing.join(', ')}. Name folders or files, such as lib/signal/spqr.`);
    return countOne(false);
  }
  const isFolder = (name) => statSync(inRoot(name)).isDirectory();
  const patterns = names.map((name) => (isFolder(name) ? `${name}/**/*.ts` : name));
  const folders = names.map((name) => (isFolder(name) ? name : posix.dirname(name)));
  const mutate = [...patterns, '!**/*.test.ts', '!**/test-*.ts', '!**/index.ts'].join(',');
  rmSync(report, { force: true });
  const stryker = inRoot('node_modules/@stryker-mutator/core/bin/stryker.js');
  // Stryker too asks TypeScript's old compiler to read tsconfig.json.
  const compiler = ['--import', pathToFileURL(inRoot('scripts/boundaries/typescript-six.mjs')).href];
  const exitCode = await executeNode(
    [...compiler, stryker, 'run', 'scripts/mutation/stryker.config.mjs', '--mutate', mutate],
    {
      SOTTO_MUTATED: folders.join(','),
    },
  );
  if (existsSync(report)) printSurvivors(JSON.parse(readFileSync(report, 'utf8')).files);
  return countOne(exitCode === 0);
}

function printSurvivors(files) {
  const tally = { noticed: 0, unnoticed: 0 };
  for (const [name, { mutants, source }] of Object.entries(files)) {
    const lines = source.split('\n');
    for (const { status, mutatorName, location, replacement } of mutants) {
      if (status === 'Killed' || status === 'Timeout') tally.noticed += 1;
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      tally.unnoticed += 1;
      const { line, column } = location.start;
      const change = (replacement ?? '').split('\n')[0];
      console.log(`${name}:${line}:${column} ${status} ${mutatorName} -> ${change}\n    ${lines[line - 1].trim()}`);
    }
  }
  const { noticed, unnoticed } = tally;
  console.log(
    `\n${noticed} mutants noticed, ${unnoticed} not: ${((100 * noticed) / (noticed + unnoticed)).toFixed(2)} %`,
  );
}
