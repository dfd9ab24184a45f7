import type { TestProject } from 'vitest/node';
import { buildAll } from './build.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with chrome-mv3 and firefox-mv3 of the test build. */
    readonly built: string;
  }
}

/** Builds once for all files. */
// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { folder, remove } = await buildAll();
  project.provide('built', folder);
  return remove;
}
