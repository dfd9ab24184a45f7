import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SiteAdapter } from './adapter.ts';
import { genericAdapter } from './data/generic.ts';
import { theLounge } from './data/the-lounge.ts';
import { adapterFor, matchesHost, siteAdapters } from './registry.ts';

const hosted: SiteAdapter = {
  ...genericAdapter,
  id: 'hosted',
  hosts: ['chat.example.org', '*.example.net'],
  path: '^/app',
};
const selfHosted: SiteAdapter = { ...genericAdapter, id: 'self-hosted', fingerprint: ['#a', '#b'] };
const nothing = (): boolean => false;

function find(hostname: string, pathname: string, has: (selector: string) => boolean = nothing): string {
  return adapterFor({ hostname, pathname }, has, [hosted, selfHosted]).id;
}

describe('adapterFor', () => {
  it('knows a site by host and path', () => {
    expect(find('chat.example.org', '/app/1')).toBe('hosted');
    expect(find('eu.example.net', '/app')).toBe('hosted');
    expect(find('chat.example.org', '/help')).toBe('generic');
    expect(find('example.org', '/app')).toBe('generic');
  });

  it('knows self-hosted software when its whole fingerprint is there', () => {
    expect(find('any.test', '/', () => true)).toBe('self-hosted');
    expect(find('any.test', '/', (selector) => selector === '#a')).toBe('generic');
  });

  it('never takes the generic description, which has no fingerprint, for a match', () => {
    expect(adapterFor({ hostname: 'any.test', pathname: '/' }, () => true, [{ ...hosted, hosts: [] }]).id).toBe(
      'generic',
    );
  });

  it('knows The Lounge among the described sites', () => {
    const has = (selector: string): boolean => theLounge.fingerprint.includes(selector);
    expect(adapterFor({ hostname: 'irc.test', pathname: '/' }, has)).toBe(theLounge);
  });
});

describe('matchesHost', () => {
  it.each([
    ['a.test', 'a.test', true],
    ['b.a.test', 'a.test', false],
    ['b.a.test', '*.a.test', true],
    ['c.b.a.test', '*.a.test', true],
    ['a.test', '*.a.test', false],
    ['ba.test', '*.a.test', false],
  ])('%s on %s: %s', (hostname, host, matches) => {
    expect(matchesHost(hostname, host)).toBe(matches);
  });
});

describe('the descriptions', () => {
  it('stand one in a file that is called as they are', () => {
    const files = readdirSync(new URL('data/', import.meta.url)).map((name) => name.replace(/\.ts$/, ''));
    expect(files.sort()).toEqual([genericAdapter.id, ...siteAdapters.map(({ id }) => id)].sort());
  });

  it.each(siteAdapters)('$id can be known, and has patterns that compile and limits above zero', (adapter) => {
    expect(adapter.hosts.length + adapter.fingerprint.length).toBeGreaterThan(0);
    for (const rule of [...adapter.conversation, ...adapter.peer, ...adapter.account]) {
      if (rule.from !== 'element') expect(() => new RegExp(rule.pattern, 'u')).not.toThrow();
    }
    expect(adapter.limit.amount).toBeGreaterThan(adapter.limit.slack);
    expect(adapter.pacing.burst).toBeGreaterThan(0);
  });
});
