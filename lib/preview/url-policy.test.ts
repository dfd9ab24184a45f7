import { describe, expect, it } from 'vitest';
import { attempt } from '../failure/index.ts';
import { checkUrl, isLiteral, isPrivateHost, isTestOrigin, PUBLIC_WEB } from './url-policy.ts';

const outcome = (address: string, base?: string): string => {
  const result = attempt(() => checkUrl(address, PUBLIC_WEB, base === undefined ? undefined : new URL(base)));
  return result.ok ? result.value.href : result.failure.code;
};

/** This machine and its network in all spellings. */
const LOOPBACK = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7F.1',
  '017700000001',
  '0177.0.0.1',
  '0x7f.0x0.0x0.0x1',
  '127.0.0.1.',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '①②⑦.0.0.1',
  '127。0。0。1',
  '0',
  '0.0.0.0',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
];
const PRIVATE = [
  '10.0.0.1',
  '0xa.0.0.1',
  '167772161',
  '192.168.1.1',
  '172.16.0.1',
  '169.254.169.254',
  '2852039166',
  '100.64.0.1',
  '[fe80::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[::ffff:169.254.169.254]',
  '255.255.255.255',
  '224.0.0.1',
];
const NAMES = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  'localhost.localdomain',
  'router',
  'intranet',
  'router.',
  'printer.local',
  'nas.lan',
  'x.home',
  'x.home.arpa',
  '1.0.0.127.in-addr.arpa',
  'vault.internal',
  'metadata.google.internal',
  'x.intranet',
  'x.corp',
  'x.private',
  'x.onion',
  'x.i2p',
  'x.alt',
  'x.test',
  'x.invalid',
  'x.example',
  'fritz.box',
  'a.fritz.box',
];

describe('addresses that may be asked', () => {
  it.each([
    ['http://a.org', 'http://a.org/'],
    ['https://a.org:443/', 'https://a.org/'],
    ['https://a.org:80/', 'https://a.org:80/'],
    ['http://a.org:443/', 'http://a.org:443/'],
    ['http://a.org:8080/', 'http://a.org:8080/'],
    ['https://a.org:8443/', 'https://a.org:8443/'],
    ['http://8.8.8.8/', 'http://8.8.8.8/'],
    ['http://134744072/', 'http://8.8.8.8/'],
    ['http://[2606:4700::1111]/', 'http://[2606:4700::1111]/'],
    ['http://a.org./', 'http://a.org./'],
    ['http://notlocal/x', 'PrivateName'],
    ['http://notlocal.org/x', 'http://notlocal.org/x'],
    ['http://local.org/', 'http://local.org/'],
    ['http://notfritz.box/', 'http://notfritz.box/'],
    ['http://xn--e1afmkfd.xn--p1ai/', 'http://xn--e1afmkfd.xn--p1ai/'],
  ])('%s: %s', (address, expected) => {
    expect(outcome(address)).toBe(expected);
  });

  it('relative to a page are', () => {
    expect(outcome('/x.png', 'https://a.org/b/c')).toBe('https://a.org/x.png');
    expect(outcome('//b.org/x', 'https://a.org/')).toBe('https://b.org/x');
    expect(outcome('//127.1/x', 'https://a.org/')).toBe('PrivateAddress');
  });
});

describe('addresses that may not', () => {
  it.each([...LOOPBACK, ...PRIVATE])('the literal %s is PrivateAddress', (host) => {
    expect(outcome(`http://${host}/`)).toBe('PrivateAddress');
    expect(outcome(`https://${host}:8443/x`)).toBe('PrivateAddress');
  });

  it.each(NAMES)('the name %s is PrivateName', (host) => {
    expect(outcome(`http://${host}/`)).toBe('PrivateName');
  });

  it.each([
    ['', 'NotALink'],
    ['a.org', 'NotALink'],
    ['http://', 'NotALink'],
    ['http://[fe80::1%25eth0]/', 'NotALink'],
    ['http://[::1', 'NotALink'],
    ['http://1.2.3.4.5/', 'NotALink'],
    ['http://256.256.256.256/', 'NotALink'],
    ['http://a..org/', 'NotALink'],
    ['http://a.org../', 'NotALink'],
    [`http://${'a'.repeat(64)}.org/`, 'NotALink'],
    [`http://${'a.'.repeat(126)}org/`, 'NotALink'],
    ['ftp://a.org/', 'NotWeb'],
    ['file:///etc/passwd', 'NotWeb'],
    ['data:text/html,x', 'NotWeb'],
    ['javascript:x', 'NotWeb'],
    ['blob:https://a.org/x', 'NotWeb'],
    ['ws://a.org/', 'NotWeb'],
    ['chrome-extension://abc/x', 'NotWeb'],
    ['about:blank', 'NotWeb'],
    ['http://me@a.org/', 'UserInfo'],
    ['http://:pw@a.org/', 'UserInfo'],
    ['http://a.org@127.0.0.1/', 'UserInfo'],
    ['http://a.org:22/', 'OddPort'],
    ['http://a.org:81/', 'OddPort'],
    ['http://a.org:0/', 'OddPort'],
    ['http://127.0.0.1:22/', 'OddPort'],
  ])('%s is %s', (address, code) => {
    expect(outcome(address)).toBe(code);
  });

  it('are those over 2048 characters, as they stand or as they are serialised', () => {
    const longest = `http://a.org/${'x'.repeat(2048 - 13)}`;
    expect(outcome(longest)).toBe(longest);
    expect(outcome(`${longest}x`)).toBe('NotALink');
    expect(outcome(`http://a.org/${'ä'.repeat(400)}`)).toBe('NotALink');
  });

  it('may have a label of 63 and a name of 253 letters', () => {
    expect(outcome(`http://${'a'.repeat(63)}.org/`)).toContain('aaa');
    const name = `${'a'.repeat(59)}.`.repeat(4) + 'b'.repeat(13);
    expect(name.length).toBe(253);
    expect(outcome(`http://${name}/`)).toBe(`http://${name}/`);
    expect(outcome(`http://${name}b/`)).toBe('NotALink');
  });
});

describe('the exceptions of tests', () => {
  it('are whole origins, and make no exception of schemes and users', () => {
    const policy = { testOrigins: ['http://127.0.0.1:4711'] };
    const code = (address: string): string => {
      const result = attempt(() => checkUrl(address, policy));
      return result.ok ? 'ok' : result.failure.code;
    };
    expect(code('http://127.0.0.1:4711/x')).toBe('ok');
    expect(code('http://127.0.0.1:4712/x')).toBe('OddPort');
    expect(code('https://127.0.0.1:4711/x')).toBe('OddPort');
    expect(code('http://127.0.0.1/x')).toBe('PrivateAddress');
    expect(code('http://me@127.0.0.1:4711/x')).toBe('UserInfo');
    expect(isTestOrigin(new URL('http://127.0.0.1:4711/x'), policy)).toBe(true);
    expect(isTestOrigin(new URL('http://127.0.0.1:4712/x'), policy)).toBe(false);
  });

  it('are none in what ships', () => {
    expect(PUBLIC_WEB.testOrigins).toEqual([]);
  });
});

describe('hosts', () => {
  it('are literal or names, private or not', () => {
    expect(isLiteral('[::1]')).toBe(true);
    expect(isLiteral('1.2.3.4')).toBe(true);
    expect(isLiteral('a.org')).toBe(false);
    expect(isPrivateHost('10.0.0.1')).toBe(true);
    expect(isPrivateHost('nas.lan')).toBe(true);
    expect(isPrivateHost('a.org')).toBe(false);
  });
});
