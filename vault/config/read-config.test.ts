import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigFailure } from './config.ts';
import { socketPath } from './paths.ts';
import { environmentName, readConfig } from './read-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function file(content: unknown): string {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function refused(environment: Record<string, string>): string {
  try {
    readConfig(environment);
    return 'read';
  } catch (error) {
    if (error instanceof ConfigFailure) return `${error.code} ${error.about}`;
    throw error;
  }
}

describe('the configuration', () => {
  it('is a vault in software on this machine unless something is set', () => {
    expect(readConfig({ PATH: '/bin', SOTTO_VAULT_DATA: '/d' })).toMatchObject({
      data: '/d',
      replica: 'one',
      host: '127.0.0.1',
      port: 8787,
      adminPort: 8788,
      records: 'on',
      database: '/d/records.sqlite',
      blobs: '/d/blobs.sqlite',
      custody: 'software',
      tries: 10,
      triesMost: 10,
      work: 'on',
      token: 'none',
    });
  });

  it('comes from a file, and the environment goes first', () => {
    const path = file({ port: 1000, replica: 'b', data: '/d', hsmWrapMechanism: 8459 });
    const config = readConfig({ SOTTO_VAULT_CONFIG: path, SOTTO_VAULT_PORT: '2000', SOTTO_VAULT_RATE_NEW: '7' });
    expect(config).toMatchObject({ port: 2000, adminPort: 2001, replica: 'b', rateNew: 7, hsmWrapMechanism: 8459 });
    expect(socketPath(config)).toBe('/d/b.sock');
    expect(environmentName('hsmPinFile')).toBe('SOTTO_VAULT_HSM_PIN_FILE');
    expect(readConfig({ SOTTO_VAULT_TRIES_MOST: '6' })).toMatchObject({ tries: 6, triesMost: 6 });
    expect(readConfig({ SOTTO_VAULT_PORT: '0' }).adminPort).toBe(0);
  });

  const hsm = {
    SOTTO_VAULT_CUSTODY: 'split',
    SOTTO_VAULT_HSM_MODULE: 'm',
    SOTTO_VAULT_HSM_TOKEN: 't',
    SOTTO_VAULT_HSM_PIN_FILE: 'p',
  };

  it('knows what belongs together', () => {
    expect(refused(hsm)).toBe('read');
    for (const [left, name] of [
      ['SOTTO_VAULT_HSM_MODULE', 'hsmModule'],
      ['SOTTO_VAULT_HSM_TOKEN', 'hsmToken'],
      ['SOTTO_VAULT_HSM_PIN_FILE', 'hsmPinFile'],
    ] as const) {
      const { [left]: _, ...rest } = hsm;
      expect(refused(rest)).toBe(`ConfigMissing ${name}`);
      expect(refused({ ...rest, SOTTO_VAULT_RECORDS: 'off' })).toBe('read');
    }
    expect(refused({ SOTTO_VAULT_TLS_CERT: 'c' })).toBe('ConfigMissing tlsKey');
    expect(refused({ SOTTO_VAULT_TLS_KEY: 'k' })).toBe('ConfigMissing tlsCert');
    expect(refused({ SOTTO_VAULT_DATABASE: 'postgres://x/y' })).toBe('ConfigMissing blobs');
    expect(refused({ SOTTO_VAULT_DATABASE: 'postgres://x/y', SOTTO_VAULT_BLOBS: 'off' })).toBe('read');
    expect(refused({ SOTTO_VAULT_RECORDS: 'off', SOTTO_VAULT_BLOBS: 'off' })).toBe('ConfigMissing records');
    expect(refused({ SOTTO_VAULT_TRIES: '7', SOTTO_VAULT_TRIES_MOST: '6' })).toBe('ConfigInvalid tries');
  });

  it.each([
    [{ SOTTO_VAULT_PORT: '65536' }, 'ConfigInvalid port'],
    [{ SOTTO_VAULT_PORT: '1e3' }, 'ConfigInvalid port'],
    [{ SOTTO_VAULT_PORT: '' }, 'ConfigInvalid port'],
    [{ SOTTO_VAULT_TRIES: '0' }, 'ConfigInvalid tries'],
    [{ SOTTO_VAULT_TRIES_MOST: '11' }, 'ConfigInvalid triesMost'],
    [{ SOTTO_VAULT_REPLICA: 'a/b' }, 'ConfigInvalid replica'],
    [{ SOTTO_VAULT_CUSTODY: 'none' }, 'ConfigInvalid custody'],
    [{ SOTTO_VAULT_TOKEN: 'yes' }, 'ConfigInvalid token'],
    [{ SOTTO_VAULT_QUOTA_BYTES: '1000' }, 'ConfigInvalid quotaBytes'],
    [{ SOTTO_VAULT_DATA: `/${'d'.repeat(110)}` }, 'ConfigInvalid data'],
    [{ SOTTO_VAULT_NONSENSE: '1' }, 'ConfigUnknownKey SOTTO_VAULT_NONSENSE'],
  ] as [Record<string, string>, string][])('refuses %j', (environment, code) => {
    expect(refused(environment)).toBe(code);
  });

  it.each([
    ['{', 'ConfigUnreadable SOTTO_VAULT_CONFIG'],
    ['[]', 'ConfigUnreadable SOTTO_VAULT_CONFIG'],
    ['null', 'ConfigUnreadable SOTTO_VAULT_CONFIG'],
    ['{"prot":1}', 'ConfigUnknownKey prot'],
    ['{"port":"80"}', 'ConfigInvalid port'],
    ['{"work":true}', 'ConfigInvalid work'],
    ['{"host":""}', 'ConfigInvalid host'],
  ])('refuses a file with %s', (content, code) => {
    expect(refused({ SOTTO_VAULT_CONFIG: file(content) })).toBe(code);
  });
});
