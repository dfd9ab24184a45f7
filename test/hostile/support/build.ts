/** Owns the test build: the real entrypoints and configuration, with the test's background and chat adapter. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'wxt';
import { disarmable } from './disarm.ts';

export type BrowserName = 'chrome' | 'firefox';

const root = resolve(import.meta.dirname, '../../..');
const own = resolve(import.meta.dirname, '../extension');

async function buildFor(browser: BrowserName, outDir: string): Promise<void> {
  await build({
    root,
    browser,
    manifestVersion: 3,
    outDir,
    logger: silent,
    vite: () => ({ plugins: [disarmable()] }),
    hooks: {
      'entrypoints:found': (_, found) => {
        const replace = (name: string, file: string): void => {
          const known = found.find((entry) => entry.name === name);
          const inputPath = join(own, file);
          if (known !== undefined) known.inputPath = inputPath;
          else found.push({ name, inputPath, type: 'content-script' });
        };
        replace('background', 'background.ts');
        replace('chat', 'chat.content.ts');
      },
      'build:manifestGenerated': (_, manifest) => {
        manifest.content_scripts ??= [];
        // In the product this is registered when a site is granted.
        manifest.content_scripts.unshift({
          matches: ['http://localhost/*', 'http://127.0.0.1/*'],
          js: ['content-scripts/guard.js'],
          run_at: 'document_start',
          all_frames: true,
          match_origin_as_fallback: true,
        } as never);
        manifest.host_permissions = ['http://localhost/*', 'http://127.0.0.1/*'];
      },
    },
  });
}

const quiet = (): void => {};
const silent = {
  debug: quiet,
  log: quiet,
  info: quiet,
  warn: quiet,
  success: quiet,
  level: 0,
  fatal: console.error,
  error: console.error,
};

/** Builds for both browsers into a folder of the system's temporary ones. */
export async function buildAll(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-hostile-'));
  for (const browser of ['chrome', 'firefox'] as const) await buildFor(browser, folder);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
