import { describe, expect, it } from 'vitest';
import { hostOfPattern, readSiteAddress } from './site-address.ts';

describe('the address of a site', () => {
  it.each([
    ['chat.example.org', 'https://chat.example.org/*'],
    [' https://chat.example.org/with/bob?x=1#y ', 'https://chat.example.org/*'],
    ['https://chat.example.org:8443/', 'https://chat.example.org/*'],
    ['HTTPS://Chat.Example.ORG', 'https://chat.example.org/*'],
    ['http://localhost:9000/', 'http://localhost/*'],
    ['http://127.0.0.1:9000/', 'http://127.0.0.1/*'],
    ['bücher.example', 'https://xn--bcher-kva.example/*'],
    ['https://[2001:db8::1]/', 'https://[2001:db8::1]/*'],
  ])('%j asks for %s', (typed, pattern) => {
    expect(readSiteAddress(typed)).toEqual({ pattern, host: hostOfPattern(pattern) });
  });

  it.each([
    ['', 'wrong'],
    ['  ', 'wrong'],
    ['chat', 'wrong'],
    ['chat.', 'wrong'],
    ['two words.example', 'wrong'],
    ['https://*/', 'wrong'],
    ['*.example.org', 'wrong'],
    ['ftp://chat.example', 'wrong'],
    ['javascript://chat.example/%0aalert(1)', 'wrong'],
    ['https://', 'wrong'],
    ['http://chat.example', 'insecure'],
    ['http://127.0.0.1.example', 'insecure'],
  ])('%j is %s', (typed, problem) => {
    expect(readSiteAddress(typed)).toEqual({ problem });
  });

  it('is shown by its host', () => {
    expect(hostOfPattern('https://chat.example/*')).toBe('chat.example');
    expect(hostOfPattern('*://*/*')).toBe('*');
    expect(hostOfPattern('<all_urls>')).toBe('<all_urls>');
  });
});
