/**
 * Owns the built extension as it is after a person has granted sites on this machine: the browsers' own question cannot be
 * answered without a display, so that the copy asks for them at install. Nothing else differs from what is shipped, but where a
 * test names pages for link previews: these are on this machine, which what ships never asks.
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

/** What else a copy may do. */
export interface GrantedOptions {
  /** Origins on this machine of which it makes link previews. */
  readonly previewsOf?: readonly string[];
  /** Whether the browser lets it, as after the person allowed previews; true unless told. */
  readonly previewsAllowed?: boolean;
}

/** Copies .output/<name>. Throws where nothing has been built. */
export async function makeGranted(
  name: 'chrome-mv3' | 'firefox-mv3',
  { previewsOf, previewsAllowed = true }: GrantedOptions = {},
): Promise<GrantedExtension> {
  const built = join(output, name);
  if (!existsSync(built)) throw new Error(`nothing is in .output/${name}: npm run build`);
  const folder = await mkdtemp(join(tmpdir(), 'sotto-granted-'));
  await cp(built, folder, { recursive: true });
  const file = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  const hosts = ['http://127.0.0.1/*'];
  if (previewsOf !== undefined) await allowOrigins(join(folder, 'background.js'), previewsOf);
  if (previewsOf !== undefined && previewsAllowed) {
    hosts.push('http://*/*', 'https://*/*');
    manifest.permissions = [...(manifest.permissions as string[]), 'webRequest'];
  }
  await writeFile(file, JSON.stringify({ ...manifest, host_permissions: hosts }));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** What ships allows no origin that its rules forbid, and says so in exactly one place (test/build holds it to that). */
async function allowOrigins(file: string, origins: readonly string[]): Promise<void> {
  const code = await readFile(file, 'utf8');
  const parts = code.split('testOrigins:[]');
  if (parts.length !== 2) throw new Error('the built policy is not where the tests expect it');
  await writeFile(file, parts.join(`testOrigins:${JSON.stringify(origins)}`));
}
