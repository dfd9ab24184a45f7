import { ensureDependencies } from '../setup/dependencies.mjs';
import { suites } from './suites.mjs';
import { runVitest } from './vitest.mjs';

/** Runs one suite of test/, after bringing the packages that it alone uses. */
export function runSuite(name, args) {
  for (const folder of suites[name].packages ?? []) ensureDependencies(folder);
  return runVitest(name, `test/${name}/vitest.config.ts`, args);
}
