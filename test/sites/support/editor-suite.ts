/** The insertion ladder and sending on editors that no one here wrote: their own model is what counts, not the screen. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserName } from '../../support/browsers.ts';
import { bundleScript } from '../../support/bundle.ts';
import type { ServedPage } from '../../support/page-server.ts';
import { armourOf } from './armour-samples.ts';
import { type Bench, call, startBench } from './bench.ts';

const EDITORS = [
  'textarea',
  'react-textarea',
  'contenteditable',
  'lexical',
  'slate',
  'quill',
  'prosemirror',
  'tiptap',
  'ckeditor',
] as const;

/** Longer than what the generic limits let through in one message, so it is inserted only. */
const LONG = 1024;
const USUAL = 600;

async function bundleEditors(): Promise<Map<string, string>> {
  const scripts = new Map<string, string>();
  for (const editor of EDITORS) {
    const file = await bundleScript(`test/sites/editors/${editor}.js`, [
      'test/sites/editors/chat.js',
      `test/sites/editors/${editor}.js`,
    ]);
    scripts.set(`/${editor}.js`, await readFile(file, 'utf8'));
  }
  return scripts;
}

function serve(scripts: ReadonlyMap<string, string>): (path: string, query: URLSearchParams) => ServedPage | undefined {
  return (path, query) => {
    const script = scripts.get(path);
    if (script !== undefined) return { body: script, headers: { 'content-type': 'text/javascript; charset=utf-8' } };
    if (path !== '/chat') return undefined;
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    const title = '<!doctype html><meta charset="utf-8"><title>Bob</title><body>';
    return { body: `${title}<script src="/${query.get('editor')}.js"></script>`, headers };
  };
}

/** The tests for `browser`. The two browsers have a file each, so that they run side by side. */
export function describeEditors(browser: BrowserName): void {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(browser, serve(await bundleEditors()));
  });
  afterAll(() => bench?.stop());

  async function openEditor(editor: string, send: 'enter' | 'button'): Promise<Page> {
    const page = await bench.open(`/chat?editor=${editor}&send=${send}`);
    await page.waitForSelector('html[data-editor=ready]');
    await call(page, 'refresh', {});
    return page;
  }

  const model = (page: Page): Promise<string> => page.evaluate(() => window.readModel());
  const sent = (page: Page): Promise<string[]> => page.evaluate(() => window.sent);

  describe.each(EDITORS)('%s', (editor) => {
    it('takes 1 KB exactly, replaces a draft exactly, and can be emptied', async () => {
      const page = await openEditor(editor, 'enter');
      const [first, second] = [armourOf(LONG), armourOf(USUAL)];
      const inserted = await call(page, 'insert', { text: first });
      expect(inserted).toMatchObject({ box: first });
      expect(inserted.code).toBeUndefined();
      expect(await model(page)).toBe(first);
      const replaced = await call(page, 'insert', { text: second });
      expect(replaced.code).toBeUndefined();
      expect(await model(page)).toBe(second);
      expect(await call(page, 'empty', {})).toBe(true);
      expect((await model(page)).trim()).toBe('');
      await page.close();
    });

    it('replaces what a person has typed', async () => {
      const page = await openEditor(editor, 'enter');
      await page.click('#holder textarea, #holder [contenteditable]');
      await page.keyboard.type('half a thought');
      const text = armourOf(USUAL);
      expect((await call(page, 'insert', { text })).code).toBeUndefined();
      expect(await model(page)).toBe(text);
      await page.close();
    });

    it.each(['enter', 'button'] as const)('sends two messages by %s, each exactly once', async (send) => {
      const page = await openEditor(editor, send);
      const texts = [armourOf(USUAL), armourOf(USUAL)];
      const result = await call(page, 'send', { texts });
      if (editor === 'ckeditor' && send === 'enter') {
        // It hears of Enter from the browser alone: the person must press it, and is told so.
        expect(result).toMatchObject({ code: 'SendUnconfirmed', steps: [], box: '' });
        expect(await sent(page)).toEqual([]);
      } else {
        expect(result.code).toBeUndefined();
        expect(result.steps).toEqual(send === 'enter' ? ['enter', 'enter'] : [expect.any(String), 'guessed-button']);
        expect(await sent(page)).toEqual(texts);
        expect(await model(page)).toBe('');
      }
      await page.close();
    });
  });
}
