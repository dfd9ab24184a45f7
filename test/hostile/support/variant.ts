/** Owns making a loadable copy of the test build with some defences off and the canaries in its background. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserName } from './build.ts';

export interface VariantOrder {
  readonly built: string;
  readonly browser: BrowserName;
  readonly disarmed: readonly string[];
  readonly server: string;
  /** Texts that the background holds as received, by id. */
  readonly received: Readonly<Record<string, string>>;
}

/** Makes the copy. */
export async function makeVariant(order: VariantOrder): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-variant-'));
  await cp(join(order.built, `${order.browser}-mv3`), folder, { recursive: true });
  const common = `globalThis.__disarmed=${JSON.stringify(order.disarmed)};globalThis.__server=${JSON.stringify(order.server)};`;
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    // The texts are the background's alone: no other script may be able to hold one.
    const own = name === 'background.js' ? `globalThis.__received=${JSON.stringify(order.received)};` : '';
    const path = join(folder, name);
    await writeFile(path, common + own + (await readFile(path, 'utf8')));
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
