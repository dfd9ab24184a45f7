import { describe, expect, it } from 'vitest';
import { passphraseLength, passphraseStrength } from './passphrase-strength.ts';

describe('a passphrase', () => {
  it.each([
    ['', 'short'],
    ['elevenchars', 'short'],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
    ['abcdefghijklmnopqrstuvwxyz', 'weak'],
    ['123456789012345678901234', 'weak'],
    ['passwordpasswordpassword', 'weak'],
    ['twelve chars', 'weak'],
    ['a long passphrase', 'weak'],
    ['lamp river orbit sugar', 'fair'],
    ['correct horse battery staple', 'fair'],
    ['xK9$mQ2vL7#pRw4z', 'fair'],
    ['lamp river orbit sugar tiny walrus', 'strong'],
    ['xK9$mQ2vL7#pRw4zT!b8', 'strong'],
  ] as const)('is judged low rather than high: %s', (passphrase, strength) => {
    expect(passphraseStrength(passphrase)).toBe(strength);
  });

  it('has as many characters as the file counts, in any spelling of Unicode', () => {
    expect(passphraseLength('Cafe\u0301 au lait')).toBe(12);
    expect(passphraseLength('🦊'.repeat(12))).toBe(12);
    expect(passphraseStrength('Cafe\u0301 au lai')).toBe('short');
    expect(passphraseStrength('Cafe\u0301 au lait')).not.toBe('short');
  });
});
