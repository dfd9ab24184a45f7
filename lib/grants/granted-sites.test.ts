import { describe, expect, it } from 'vitest';
import {
  coversSite,
  type GrantSource,
  noteSites,
  noteVaultHosts,
  readGrantedSites,
  sitesAmong,
  unnoteSites,
} from './index.ts';

const EVERY = ['http://*/*', 'https://*/*', '*://*/*', '<all_urls>'];

/** A browser that names `origins`, and lets us at `allowed`. */
function browserOf(origins: string[], allowed: (pattern: string) => boolean = () => true): GrantSource {
  const kept = new Map<string, unknown>();
  return {
    permissions: {
      getAll: async () => ({ origins }),
      contains: async ({ origins: [pattern] }) => allowed(pattern!),
    },
    storage: {
      local: {
        get: async (key) => Object.fromEntries([[key, kept.get(key)]]),
        set: async (items) => {
          for (const [key, value] of Object.entries(items)) kept.set(key, value);
        },
      },
    },
  };
}

describe('the sites that Sotto is on', () => {
  it('are none by the permission to ask any web page', async () => {
    expect(sitesAmong(EVERY)).toEqual([]);
    expect(await readGrantedSites(browserOf(EVERY))).toEqual([]);
  });

  it('are those that the browser names one by one, sorted', async () => {
    const origins = ['https://b.example/*', ...EVERY, '*://*.a.example/*', 'chrome://favicon/*'];
    expect(await readGrantedSites(browserOf(origins))).toEqual(['*://*.a.example/*', 'https://b.example/*']);
  });

  it('are also those that were noted where the browser had nothing left to ask, each once', async () => {
    const browser = browserOf([...EVERY, 'https://a.example/*']);
    await noteSites(browser, ['https://b.example/*', 'https://a.example/*', 'https://*/*']);
    await noteSites(browser, ['https://b.example/*']);
    expect(await readGrantedSites(browser)).toEqual(['https://a.example/*', 'https://b.example/*']);
  });

  it('are none of which the browser keeps us out', async () => {
    const browser = browserOf([], (pattern) => pattern !== 'https://b.example/*');
    await noteSites(browser, ['https://a.example/*', 'https://b.example/*']);
    expect(await readGrantedSites(browser)).toEqual(['https://a.example/*']);
  });

  it('are not those that were taken back', async () => {
    const browser = browserOf(EVERY);
    await noteSites(browser, ['https://a.example/*', 'https://b.example/*']);
    await unnoteSites(browser, ['https://a.example/*']);
    expect(await readGrantedSites(browser)).toEqual(['https://b.example/*']);
  });

  it('are not those that were allowed for a vault alone', async () => {
    const browser = browserOf(['https://site.example/*', 'https://vault.example/*']);
    const before = browserOf(['https://site.example/*']);
    await noteVaultHosts({ ...browser, permissions: before.permissions }, [
      'https://site.example/*',
      'https://vault.example/*',
    ]);
    expect(await readGrantedSites(browser)).toEqual(['https://site.example/*']);
    await noteSites(browser, ['https://vault.example/*']);
    expect(await readGrantedSites(browser)).toEqual(['https://site.example/*', 'https://vault.example/*']);
  });

  it('are read from whatever was kept', async () => {
    const browser = browserOf([]);
    await browser.storage.local.set({ 'sotto.sites': ['https://*/*', 7, 'https://a.example/*'] });
    expect(await readGrantedSites(browser)).toEqual(['https://a.example/*']);
    await browser.storage.local.set({ 'sotto.sites': 'all' });
    expect(await readGrantedSites(browser)).toEqual([]);
  });

  it.each([
    ['https://a.example/*', 'https://a.example/*', true],
    ['*://a.example/*', 'http://a.example/*', true],
    ['https://*.a.example/*', 'https://b.a.example/*', true],
    ['https://*.a.example/*', 'https://a.example/*', true],
    ['https://*.a.example/*', 'https://ba.example/*', false],
    ['https://a.example/*', 'http://a.example/*', false],
    ['https://a.example/*', 'https://b.a.example/*', false],
    ['nonsense', 'https://a.example/*', false],
  ])('%s covers %s: %s', (granted, site, covers) => {
    expect(coversSite([granted], site)).toBe(covers);
  });
});
