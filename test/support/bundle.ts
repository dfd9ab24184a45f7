/** Owns bundling a script of the tests into one classic script. Kept between runs as long as nothing it may use has changed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/sotto-bundles');

/**
 * The path of a file that holds `entry` and all it imports. `sources` are the files and folders (from the root of the
 * repository) that it is made of; the lock file counts always.
 */
export async function bundleScript(entry: string, sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(entry);
  for (const source of ['package-lock.json', 'test/support/bundle.ts', ...sources])
    await hashInto(hash, join(ROOT, source));
  const file = join(CACHE, `${hash.digest('hex').slice(0, 24)}.js`);
  if (existsSync(file)) return file;
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, minify: false, lib: { entry: join(ROOT, entry), formats: ['iife'], name: 'bundle' } },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (first === undefined || !('output' in first)) throw new Error(`nothing was built of ${entry}`);
  await mkdir(dirname(file), { recursive: true });
  // Written aside first: two test files may want the same bundle at once.
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, first.output[0].code);
  await rename(aside, file);
  return file;
}

async function hashInto(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const names = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (names === undefined) {
    hash.update(path).update(await readFile(path));
    return;
  }
  for (const name of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (name.name !== 'node_modules') await hashInto(hash, join(path, name.name));
  }
}
