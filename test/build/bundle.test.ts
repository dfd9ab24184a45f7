import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBuilt } from './output.ts';

/** What the stores' users download, in bytes compressed: libsodium is most of it. */
const PACKAGE_LIMIT = 700 * 1024;

/** What only a development server puts into a build. */
const developmentTraces =
  /localhost:\d|127\.0\.0\.1:\d|\bwss?:\/\/|\/@vite|@fs\/|import\.meta\.hot|__vite_ping|sourceMappingURL/;

describe.each(['chrome-mv3', 'firefox-mv3'] as const)('the built files of %s', (name) => {
  const { files } = readBuilt(name);
  const read = (...endings: string[]): [string, string][] =>
    [...files]
      .filter(([path]) => endings.includes(extname(path)))
      .map(([path, bytes]) => [path, bytes.toString('utf8')]);

  it('hold no trace of a development server', () => {
    expect(
      read('.js', '.html', '.css')
        .filter(([, text]) => developmentTraces.test(text))
        .map(([path]) => path),
    ).toEqual([]);
  });

  it('are of known kinds, and no source, map or test is among them', () => {
    const kinds = new Set([...files.keys()].map((path) => extname(path)));
    expect([...kinds].sort()).toEqual(['.css', '.html', '.js', '.json', '.png']);
  });

  it('make no code out of text', () => {
    const makers = /\beval\(|\bnew Function\(/;
    expect(
      read('.js')
        .filter(([, text]) => makers.test(text))
        .map(([path]) => path),
    ).toEqual([]);
  });

  it('load scripts and styles from the extension itself, with none written into a page', () => {
    const pages = read('.html');
    expect(pages).not.toEqual([]);
    for (const [, html] of pages) {
      const loaded = [...html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="([^"]*)"/g)].map(
        ([, address]) => address!,
      );
      expect(loaded.length).toBeGreaterThan(1);
      expect(loaded.filter((address) => !files.has(address.replace(/^\//, '')))).toEqual([]);
      expect(html).not.toMatch(/<script\b[^>]*>[^<]|<style\b|\son[a-z]+=/);
    }
  });

  it("hold nothing of the library that is the tests' oracle", () => {
    expect(
      read('.js')
        .filter(([, text]) => text.includes('libsignal'))
        .map(([path]) => path),
    ).toEqual([]);
  });

  it('load libsodium in the background alone', () => {
    expect(
      read('.js')
        .filter(([, text]) => text.includes('crypto_kem_xwing'))
        .map(([path]) => path),
    ).toEqual(['background.js']);
  });

  it('let link previews ask the public web alone: the allowance for tests is empty', () => {
    const code = files.get('background.js')!.toString('utf8');
    expect(code.match(/testOrigins:(?!\w)[^}]*\}/g)).toEqual(['testOrigins:[]}']);
  });

  it('reach the web for link previews from the background alone', () => {
    const marks = /no-referrer|og:title/;
    expect(
      read('.js')
        .filter(([, text]) => marks.test(text))
        .map(([path]) => path),
    ).toEqual(['background.js']);
  });

  it('find QR codes in a script that comes when somebody scans: nothing that a page loads at first has it', () => {
    const finders = read('.js').filter(([, text]) => text.includes('finder storage exhausted'));
    expect(finders).toHaveLength(1);
    const [path] = finders[0]!;
    const file = path.slice(path.lastIndexOf('/') + 1);
    expect(read('.html').filter(([, html]) => html.includes(file))).toEqual([]);
    const loads = new RegExp(`(?:from|import)\\s*["'][^"']*${file.replaceAll('.', '[.]')}["']`);
    const importers = read('.js').filter(([, text]) => loads.test(text));
    // By the two that are loaded when somebody scans.
    expect(importers.map(([name]) => name.replace(/-[^-]+$/, ''))).toEqual([
      'chunks/code-camera',
      'chunks/code-picture',
    ]);
  });

  it('are small enough to be fetched', () => {
    const compressed = [...files.values()].reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
    expect(compressed).toBeLessThan(PACKAGE_LIMIT);
  });
});
