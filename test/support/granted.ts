/**
 * Owns the built extension as it is after a person has granted sites on this machine: the browsers' own question cannot be
 * answered without a display, so that the copy asks for them at install. Nothing else differs from what is shipped.
 */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const output = join(import.meta.dirname, '../../.output');

/** A copy of the built extension for one browser, in a folder of its own. */
export interface GrantedExtension {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Copies .output/<name>. Throws where nothing has been built. */
export async function makeGranted(name: 'chrome-mv3' | 'firefox-mv3'): Promise<GrantedExtension> {
  const built = join(output, name);
  if (!existsSync(built)) throw new Error(`nothing is in .output/${name}: npm run build`);
  const folder = await mkdtemp(join(tmpdir(), 'sotto-granted-'));
  await cp(built, folder, { recursive: true });
  const file = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...manifest, host_permissions: ['http://127.0.0.1/*'] }));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
