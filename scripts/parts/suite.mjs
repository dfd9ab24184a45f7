import { ensureDependencies } from '../setup/dependencies.mjs';
import { ensureNative } from '../setup/native.mjs';
import { suites } from './suites.mjs';
import { runVitest } from './vitest.mjs';

/** Runs one suite of test/, after bringing the packages that it alone uses and compiling those that need it. */
export function runSuite(name, args) {
  for (const folder of suites[name].packages ?? []) ensureDependencies(folder);
  for (const library of suites[name].native ?? []) ensureNative(library);
  return runVitest(name, `test/${name}/vitest.config.ts`, args);
}
