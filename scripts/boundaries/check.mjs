/**
 * Checks the boundaries of the house: `node scripts/boundaries/check.mjs [FOLDER]`.
 * Prints one violation a line as `rule: from -> to`, and ends with exit code 1 when there is any.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../support/paths.mjs';
import './typescript-six.mjs';
import { rules } from './rules.mjs';

// Loaded only now: it looks for its compiler the moment it is loaded.
const { cruise } = await import('dependency-cruiser');

const baseDir = resolve(process.argv[2] ?? root);
const folders = ['lib', 'components', 'entrypoints', 'vault', 'test', 'scripts'].filter((folder) =>
  existsSync(`${baseDir}/${folder}`),
);
const { output } = await cruise(folders, {
  baseDir,
  ruleSet: { forbidden: rules },
  validate: true,
  // Type-only imports are imports too: they are where a wrong dependency begins.
  tsPreCompilationDeps: true,
  // Everything here is an ES module; a require() is a test asking for a package that is installed apart.
  moduleSystems: ['es6'],
  doNotFollow: { path: 'node_modules' },
  exclude: { path: 'node_modules/.*/node_modules/' },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'browser', 'default', 'types'],
    extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
  },
});
const { violations, totalCruised } = output.summary;
for (const { rule, from, to } of violations) console.log(`${rule.name}: ${from} -> ${to}`);
const typescript = output.modules.some((module) => /[.]tsx?$/.test(module.source) && module.dependencies.length > 0);
if (!typescript) console.error('No import was found in any TypeScript file: the check is blind');
console.log(`boundaries: ${totalCruised} modules, ${violations.length} violations`);
process.exitCode = violations.length > 0 || !typescript ? 1 : 0;
