import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attempt } from '../failure/index.ts';
import {
  checkProxy,
  DEFAULT_MODE,
  decidePreview,
  linkedSite,
  type PendingPreview,
  type Preview,
  type PreviewMode,
  previewForSending,
} from './index.ts';
import { throughProxy } from './proxy.ts';

describe('whether a link is looked up', () => {
  const decide = (everywhere: PreviewMode, chat?: PreviewMode, answer?: 'yes' | 'no', permitted = true) =>
    decidePreview({ everywhere, chat, answer, permitted });

  it('is asked for each site once, by default', () => {
    expect(DEFAULT_MODE).toBe('ask');
    expect(decide('ask')).toBe('ask');
    expect(decide('ask', undefined, 'yes')).toBe('fetch');
    expect(decide('ask', undefined, 'no')).toBe('nothing');
  });

  it('is never asked where it is off, everywhere or in this chat', () => {
    for (const chat of [undefined, 'off', 'ask', 'always'] as const) {
      for (const answer of [undefined, 'yes', 'no'] as const) {
        for (const permitted of [true, false]) {
          expect(decide('off', chat, answer, permitted)).toBe('nothing');
          expect(decide('always', 'off', answer, permitted)).toBe('nothing');
          expect(decide('ask', 'off', answer, permitted)).toBe('nothing');
        }
      }
    }
  });

  it('goes by the chat where the chat has a mode of its own', () => {
    expect(decide('ask', 'always')).toBe('fetch');
    expect(decide('always', 'ask')).toBe('ask');
    expect(decide('always', 'ask', 'yes')).toBe('fetch');
  });

  it('asks nobody where it is always', () => {
    expect(decide('always')).toBe('fetch');
    expect(decide('always', undefined, 'no')).toBe('fetch');
  });

  it('needs the permission of the browser, and asks for it last', () => {
    expect(decide('always', undefined, undefined, false)).toBe('permit');
    expect(decide('ask', undefined, undefined, false)).toBe('ask');
    expect(decide('ask', undefined, 'yes', false)).toBe('permit');
    expect(decide('ask', undefined, 'no', false)).toBe('nothing');
  });

  it('is answered for a host and its port', () => {
    expect(linkedSite('https://a.org/b?c')).toBe('a.org');
    expect(linkedSite('http://a.org/b')).toBe('a.org');
    expect(linkedSite('https://a.org:8443/')).toBe('a.org:8443');
  });
});

describe('a preview that is late', () => {
  const preview: Preview = { url: 'https://a.org/', title: 'T', description: '', siteName: '' };
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const madeIn = (ms: number): Promise<Preview> => new Promise((resolve) => setTimeout(() => resolve(preview), ms));
  /** What a message is sent with, and after how many milliseconds. */
  const sent = async (pending: PendingPreview): Promise<[Preview | undefined, number]> => {
    const began = Date.now();
    let at = -1;
    const sending = previewForSending(pending).then((value) => {
      at = Date.now() - began;
      return value;
    });
    await vi.advanceTimersByTimeAsync(1000);
    return [await sending, at];
  };
  const underWay = (stage: 'asking' | 'reading' | 'picture', done: Promise<Preview | undefined>): PendingPreview => ({
    state: 'under-way',
    stage,
    done,
  });

  it('is waited for 300 ms at most, and only where the server has answered', async () => {
    expect(await sent(underWay('reading', madeIn(299)))).toEqual([preview, 299]);
    expect(await sent(underWay('picture', madeIn(100)))).toEqual([preview, 100]);
    expect(await sent(underWay('reading', madeIn(301)))).toEqual([undefined, 300]);
    expect(await sent(underWay('picture', new Promise(() => {})))).toEqual([undefined, 300]);
    expect(await sent(underWay('asking', madeIn(1)))).toEqual([undefined, 0]);
  });

  it('leaves no clock behind when it came in time', async () => {
    expect(await previewForSending(underWay('reading', Promise.resolve(preview)))).toBe(preview);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not waited for where it is there, where there is none, and where nothing came of it', async () => {
    expect(await sent({ state: 'ready', preview })).toEqual([preview, 0]);
    expect(await sent({ state: 'none' })).toEqual([undefined, 0]);
    expect(await sent(underWay('reading', Promise.resolve(undefined)))).toEqual([undefined, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a proxy', () => {
  const outcome = (prefix: string): string => {
    const result = attempt(() => checkProxy(prefix));
    return result.ok ? result.value.href : result.failure.code;
  };

  it.each([
    ['https://proxy.org/?url=', 'https://proxy.org/?url='],
    ['https://proxy.org', 'https://proxy.org/'],
    ['https://proxy.org:1234/fetch?', 'https://proxy.org:1234/fetch?'],
    ['http://127.0.0.1:9000/', 'http://127.0.0.1:9000/'],
    ['http://nas.lan/p/', 'http://nas.lan/p/'],
    ['https://10.0.0.1/', 'https://10.0.0.1/'],
    ['http://proxy.org/', 'BadProxy'],
    ['https://proxy.org/fetch', 'BadProxy'],
    ['https://me@proxy.org/', 'BadProxy'],
    ['https://:pw@proxy.org/', 'BadProxy'],
    ['https://proxy.org/#/', 'BadProxy'],
    ['ftp://proxy.org/', 'BadProxy'],
    ['ftp://10.0.0.1/', 'BadProxy'],
    ['proxy.org', 'BadProxy'],
    ['', 'BadProxy'],
    [`https://proxy.org/${'x'.repeat(493)}/`, `https://proxy.org/${'x'.repeat(493)}/`],
    [`https://proxy.org/${'x'.repeat(494)}/`, 'BadProxy'],
  ])('%s: %s', (prefix, expected) => {
    expect(outcome(prefix)).toBe(expected);
  });

  it('is asked for the whole address, without what only a browser needs of it', () => {
    const prefix = checkProxy('https://proxy.org/?u=');
    expect(throughProxy(prefix, new URL('https://a.org/b?c=d&e#f')).href).toBe(
      'https://proxy.org/?u=https%3A%2F%2Fa.org%2Fb%3Fc%3Dd%26e',
    );
    // Each of these letters takes three, the prefix 21 and the beginning 22 of the 6144.
    const long = (letters: number, more = ''): URL => new URL(`https://a.org/${'&'.repeat(letters)}${more}`);
    expect(throughProxy(prefix, long(2033, 'xx')).href.length).toBe(6144);
    expect(() => throughProxy(prefix, long(2033, 'xxx'))).toThrow('NotALink');
  });
});
