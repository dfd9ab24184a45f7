/** One PostgreSQL for the whole run; each test makes databases of its own in it. */
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: string;
  }
}

export async function setup(project: TestProject): Promise<() => void> {
  const cluster = await startPostgres();
  project.provide('postgres', cluster.url);
  return () => cluster.stop();
}
