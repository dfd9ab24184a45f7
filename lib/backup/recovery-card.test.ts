import { beforeAll, describe, expect, it } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from '../bytes/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { decodeAddress, encodeAddress, hostUrl, requireAddress } from './address.ts';
import {
  makeCard,
  parseCardQr,
  parseLocator,
  parseRecoveryCode,
  requireVaults,
  thresholdOnCard,
} from './recovery-card.ts';
import { codeOf, makeWorld, random, same } from './test-world.ts';
import { makeRecoveryCode } from './wraps.ts';

beforeAll(cryptoReady);

describe('the recovery card', () => {
  const { address } = makeWorld({ count: 3, threshold: 2 });
  const code = makeRecoveryCode(random);

  it('gives back what stands on it, typed or scanned', () => {
    const card = makeCard(address, code);
    expect(same(parseRecoveryCode(card.code), code)).toBe(true);
    expect(parseLocator(card.locator)).toEqual(address.locator);
    const scanned = parseCardQr(card.qr);
    expect(same(scanned.code, code)).toBe(true);
    expect(scanned.address).toEqual(address);
    expect(card.vaultUrls).toEqual(address.vaults.map(({ url }) => url));
    expect(card.qr.length).toBeLessThan(400);
  });

  it('knows its vaults: any other key, order or threshold is not on it', async () => {
    const card = makeCard(address, code);
    requireVaults(card.vaults, address);
    requireVaults(card.vaults, {
      ...address,
      vaults: address.vaults.map((vault) => ({ ...vault, url: 'https://moved.example' })),
    });
    const [a, b, c] = address.vaults;
    expect(await codeOf(() => requireVaults(card.vaults, { ...address, vaults: [b!, a!, c!] }))).toBe(
      'VaultSetMismatch',
    );
    expect(await codeOf(() => requireVaults(card.vaults, { ...address, threshold: 1 }))).toBe('VaultSetMismatch');
    expect(await codeOf(() => requireVaults(card.vaults, makeWorld({ count: 3, threshold: 2 }).address))).toBe(
      'VaultSetMismatch',
    );
  });

  it('says how many of the typed vaults it takes', async () => {
    const { vaults } = makeCard(address, code);
    expect(thresholdOnCard(vaults, address.vaults)).toBe(2);
    expect(thresholdOnCard(makeCard({ ...address, threshold: 3 }, code).vaults, address.vaults)).toBe(3);
    expect(await codeOf(() => thresholdOnCard(vaults, address.vaults.slice(1)))).toBe('VaultSetMismatch');
    expect(await codeOf(() => thresholdOnCard(vaults, address.vaults.toReversed()))).toBe('VaultSetMismatch');
    expect(await codeOf(() => thresholdOnCard(vaults, []))).toBe('VaultSetMismatch');
  });

  it('is refused scanned in part, altered, or of another make', async () => {
    const { qr } = makeCard(address, code);
    const bytes = decodeBase64Url(qr.slice(13))!;
    for (const at of [0, 1, 20, bytes.length - 1]) {
      const altered = bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
      expect(await codeOf(() => parseCardQr(`sotto-backup:${encodeBase64Url(altered)}`))).toBe('AddressMalformed');
    }
    for (const text of ['', 'sotto-backup:', qr.slice(0, -4), qr.slice(1), `${qr}A`, 'sotto-backup:!']) {
      expect(await codeOf(() => parseCardQr(text))).toBe('AddressMalformed');
    }
  });
});

describe('an address', () => {
  const { address } = makeWorld({ count: 2, threshold: 2 });

  it('comes back as it went', () => {
    expect(decodeAddress(encodeAddress(address))).toEqual(address);
  });

  it('is refused cut, with more behind it, of another version, or as no set of vaults', async () => {
    const bytes = encodeAddress(address);
    expect(await codeOf(() => decodeAddress(bytes.subarray(0, -1)))).toBe('AddressMalformed');
    expect(await codeOf(() => decodeAddress(Uint8Array.of(...bytes, 0)))).toBe('AddressMalformed');
    expect(await codeOf(() => decodeAddress(Uint8Array.of(2, ...bytes.subarray(1))))).toBe('UpdateNeeded');
    expect(await codeOf(() => decodeAddress(Uint8Array.of(0, ...bytes.subarray(1))))).toBe('AddressMalformed');
    for (const [at, value] of [
      [17, 0],
      [17, 3],
      [18, 17],
    ] as const) {
      expect(await codeOf(() => decodeAddress(bytes.map((byte, i) => (i === at ? value : byte))))).toBe(
        'VaultSetInvalid',
      );
    }
    const many = Array.from({ length: 17 }, () => makeWorld().address.vaults[0]!);
    expect(await codeOf(() => requireAddress({ ...address, vaults: many }))).toBe('VaultSetInvalid');
    expect(requireAddress({ ...address, vaults: many.slice(1) }).vaults).toHaveLength(16);
  });

  it('spells a URL in one way, and takes none that is not safe', async () => {
    expect(hostUrl('HTTPS://Vault.Example:443/a/b//')).toBe('https://vault.example/a/b');
    expect(hostUrl('http://127.0.0.1:8080/')).toBe('http://127.0.0.1:8080');
    expect(hostUrl('http://localhost:1')).toBe('http://localhost:1');
    expect(hostUrl('http://[::1]:1')).toBe('http://[::1]:1');
    const wrong = [
      '',
      'vault',
      'http://vault.example',
      'ftp://localhost',
      'https://a:b@c.example',
      'https://c.example/?x',
      'https://c.example/#x',
      `https://c.example/${'a'.repeat(200)}`,
    ];
    for (const text of wrong) expect(await codeOf(() => hostUrl(text)), text).toBe('AddressMalformed');
  });
});
