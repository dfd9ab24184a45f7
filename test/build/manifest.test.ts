import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBuilt } from './output.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

const SITES = ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'];

describe.each(['chrome-mv3', 'firefox-mv3'] as const)('the manifest of %s', (name) => {
  const { manifest, files } = readBuilt(name);

  it('is of version 3 and carries the version of the package', () => {
    expect([manifest.manifest_version, manifest.version]).toEqual([3, version]);
  });

  it('asks for no host at install', () => {
    expect(manifest.host_permissions ?? []).toEqual([]);
    // activeTab is the one tab over which the person opens the popup, while it is open.
    expect(manifest.permissions).toEqual(['storage', 'scripting', 'activeTab', 'alarms']);
    expect((manifest.content_scripts ?? []).flatMap((script) => script.matches)).toEqual([]);
  });

  it('can be granted sites one by one, over TLS or on the own machine only', () => {
    // http://*/* is for link previews: Sotto is on no site by it.
    expect(manifest.optional_host_permissions).toEqual([...SITES, 'http://*/*']);
    expect(manifest.optional_permissions).toEqual(['webRequest']);
  });

  it('lets its pages run their own scripts and WebAssembly, and load no picture from anywhere else', () => {
    expect(manifest.content_security_policy).toEqual({
      extension_pages:
        "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'; img-src 'self' data:; media-src 'none'; font-src 'self'",
    });
  });

  it('opens to pages the two frames, which stay blank without a ticket, and nothing to other extensions', () => {
    expect(manifest.web_accessible_resources).toEqual([
      { resources: ['composer.html', 'transcript.html'], matches: SITES },
    ]);
    expect(manifest.externally_connectable).toBeUndefined();
  });

  it('names only files that exist, and pictures of the size it says', () => {
    const { background, action, icons, default_locale: locale } = manifest;
    const scripts = [background.service_worker ?? [], background.scripts ?? []].flat();
    expect(scripts).toHaveLength(1);
    expect(manifest.options_ui).toEqual({ page: 'home.html', open_in_tab: true });
    const named = [
      ...scripts,
      action.default_popup,
      manifest.options_ui.page,
      `_locales/${locale}/messages.json`,
      ...Object.values(icons),
    ];
    expect(named.filter((file) => !files.has(file))).toEqual([]);
    for (const [size, file] of Object.entries(icons)) {
      const picture = files.get(file)!;
      expect(picture.subarray(1, 4).toString('latin1')).toBe('PNG');
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([Number(size), Number(size)]);
    }
  });
});

describe('what differs between the browsers', () => {
  it('is the worker and the oldest version, in Chrome', () => {
    const { manifest } = readBuilt('chrome-mv3');
    expect(manifest.background).toEqual({ service_worker: 'background.js' });
    expect(manifest.minimum_chrome_version).toBe('123');
    expect(manifest.browser_specific_settings).toBeUndefined();
  });

  it('is the event page, the id and the word that no data is collected, in Firefox', () => {
    const { manifest } = readBuilt('firefox-mv3');
    expect(manifest.background).toEqual({ scripts: ['background.js'] });
    expect(manifest.minimum_chrome_version).toBeUndefined();
    const gecko = manifest.browser_specific_settings!.gecko;
    expect(gecko.id).toMatch(/^\{[0-9a-f-]{36}\}$/);
    expect(Number.parseFloat(gecko.strict_min_version)).toBeGreaterThanOrEqual(128);
    expect(gecko.data_collection_permissions).toEqual({ required: ['none'] });
  });
});
