import { describe, expect, it } from 'vitest';
import { isPublicAddress, parseIpv4, parseIpv6 } from './address.ts';

describe('public addresses', () => {
  // [last before, first, last, first after] of each block that is not public.
  it.each([
    ['0.0.0.0', '0.255.255.255', undefined, '1.0.0.0'],
    ['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
    ['100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
    ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
    ['172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
    ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
    ['192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
    ['192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
    ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
    ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
    ['224.0.0.0', '255.255.255.255', '223.255.255.255', undefined],
  ])('leave out %s to %s, and nothing beside', (first, last, before, after) => {
    expect(isPublicAddress(first)).toBe(false);
    expect(isPublicAddress(last)).toBe(false);
    if (before !== undefined) expect(isPublicAddress(before)).toBe(true);
    if (after !== undefined) expect(isPublicAddress(after)).toBe(true);
  });

  it.each([
    ['::', false],
    ['::1', false],
    ['::7f00:1', false],
    ['::8.8.8.8', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:10.1.2.3', false],
    ['::ffff:8.8.8.8', true],
    ['0:0:0:0:0:ffff:808:808', true],
    ['::fffe:8.8.8.8', false],
    ['64:ff9b::192.168.0.1', false],
    ['64:ff9b::8.8.8.8', true],
    ['64:ff9b:1::8.8.8.8', false],
    ['64:ff9a::8.8.8.8', false],
    ['1fff:ffff::1', false],
    ['2000::1', true],
    ['2001::1', false],
    ['2001:1ff::1', false],
    ['2001:200::1', true],
    ['2001:db7::1', true],
    ['2001:db8::1', false],
    ['2001:db9::1', true],
    ['2002:7f00:1::', false],
    ['2002:808:808::', true],
    ['2002:c0a8:1::1', false],
    ['2003::1', true],
    ['2606:4700::1111', true],
    ['3ffe::1', true],
    ['3fff::1', false],
    ['3fff:fff::1', false],
    ['3fff:1000::1', true],
    ['4000::1', false],
    ['fc00::1', false],
    ['fd12::1', false],
    ['fe80::1', false],
    ['fec0::1', false],
    ['ff02::1', false],
  ])('%s: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });

  it.each([
    '',
    'example.com',
    '8.8.8',
    '8.8.8.8.8',
    '08.8.8.8',
    '8.8.8.256',
    '0x8.8.8.8',
    ' 8.8.8.8',
    '8.8.8.8 ',
    'fe80::1%eth0',
    '[2606::1]',
  ])('%j is no address, and not public', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

describe('IPv4', () => {
  it('is four numbers up to 255, without zeros in front', () => {
    expect(parseIpv4('1.20.255.0')).toEqual([1, 20, 255, 0]);
    for (const text of ['1.2.3', '1.2.3.4.', '01.2.3.4', '1.2.3.256', '1.2.3.-4', '1.2.3.1000', '1..2.3']) {
      expect(parseIpv4(text)).toBeUndefined();
    }
  });
});

describe('IPv6', () => {
  it.each([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['1::', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['::2', [0, 0, 0, 0, 0, 0, 0, 2]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1:2:3::6:7:8', [1, 2, 3, 0, 0, 6, 7, 8]],
    ['1:2:3:4:5:6:7::', [1, 2, 3, 4, 5, 6, 7, 0]],
    ['ABCD::ef', [0xabcd, 0, 0, 0, 0, 0, 0, 0xef]],
    ['::1.2.3.4', [0, 0, 0, 0, 0, 0, 0x102, 0x304]],
    ['1:2:3:4:5:6:1.2.3.4', [1, 2, 3, 4, 5, 6, 0x102, 0x304]],
  ])('%s is read', (text, groups) => {
    expect(parseIpv6(text)).toEqual(groups);
  });

  it.each([
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '1.2.3.4::',
    '1.2.3.4:1:2:3:4:5:6',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    `::${'0'.repeat(60)}`,
  ])('%j is not', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });
});
