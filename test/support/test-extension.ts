/** Owns making a small unpacked extension of one content script, for both browsers, in a folder of its own. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An unpacked extension on disk. */
export interface TestExtension {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A Manifest V3 extension that runs `script` (a classic script) in every frame of http://127.0.0.1. */
export async function makeTestExtension(script: string): Promise<TestExtension> {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-test-extension-'));
  await copyFile(script, join(folder, 'content.js'));
  const matches = ['http://127.0.0.1/*'];
  const manifest = {
    manifest_version: 3,
    name: 'Sotto test driver',
    version: '1.0',
    host_permissions: matches,
    content_scripts: [{ matches, js: ['content.js'], run_at: 'document_end', all_frames: true }],
    browser_specific_settings: { gecko: { id: 'driver@sotto.test' } },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
