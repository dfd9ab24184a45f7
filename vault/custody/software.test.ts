import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../lib/bytes/index.ts';
import { openCustody } from './index.ts';
import { readOrMakeKeys } from './software-file.ts';

let root: string;
let keyFile: string;
let count = 0;
const open = () => openCustody({ mode: 'software', keyFile });
const invalid = expect.objectContaining({ name: 'Failure', code: 'KeyFileInvalid', retry: 'user' });
const head = new Uint8Array(32).fill(7);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sotto-software-'));
});
beforeEach(() => {
  keyFile = join(root, `keys-${count++}`);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('the key file of software custody', () => {
  it('is made once, for this user alone, and says what it is', async () => {
    const custody = await open();
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const text = readFileSync(keyFile, 'utf8');
    expect(JSON.parse(text).format).toBe('Sotto vault keys in software, version 1');
    await custody.close();
    await (await open()).close();
    expect(readFileSync(keyFile, 'utf8')).toBe(text);
    expect(readdirSync(root).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('is refused where others may read or write it', async () => {
    await (await open()).close();
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601]) {
      chmodSync(keyFile, mode);
      await expect(open()).rejects.toEqual(invalid);
    }
    chmodSync(keyFile, 0o400);
    await (await open()).close();
  });

  it.each([
    ['is no JSON', () => 'nonsense'],
    ['is empty', () => ''],
    ['is no object', () => 'null'],
    ['is a list', () => '[]'],
    ['is of another version', (text: string) => text.replace('version 1', 'version 2')],
    ['lacks a key', (text: string) => text.replace(/,\s*"seal": "[^"]*"/, '')],
    ['has a field more', (text: string) => text.replace('{', '{"more": 1,')],
    ['has a key of another length', (text: string) => text.replace(/"mac": "../, '"mac": "')],
    ['has a key that is no text', (text: string) => text.replace(/"mac": "[^"]*"/, '"mac": 5')],
    [
      'has an identity key that is no scalar',
      (text: string) => text.replace(/"identity": "[^"]*"/, `"identity": "${'_'.repeat(42)}8"`),
    ],
    ['is far too long', (text: string) => `${text}${' '.repeat(4096)}`],
  ])('is refused where it %s', async (_, change) => {
    await (await open()).close();
    const text = readFileSync(keyFile, 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(keyFile, change(text));
    await expect(open()).rejects.toEqual(invalid);
    // And it is never replaced.
    expect(readFileSync(keyFile, 'utf8')).toBe(change(text));
  });

  it('is refused where a folder has its name', async () => {
    keyFile = root;
    await expect(open()).rejects.toEqual(invalid);
  });

  it('is the first one where two begin at once', () => {
    const keys = (value: number) => ({
      lineage: new Uint8Array(16).fill(value),
      identity: new Uint8Array(32).fill(value),
      mac: new Uint8Array(32).fill(value),
      seal: new Uint8Array(32).fill(value),
    });
    // The other makes its file while this one makes its keys.
    const ours = readOrMakeKeys(keyFile, () => {
      expect(readOrMakeKeys(keyFile, () => keys(1))).toEqual(keys(1));
      return keys(2);
    });
    expect(ours).toEqual(keys(1));
  });

  it('opens no key of another vault', async () => {
    const custody = await open();
    const context = encodeUtf8('record');
    const key = { ...(await custody.createKey(context)), context };
    keyFile = `${keyFile}-other`;
    const other = await open();
    expect(other.lineage).not.toEqual(custody.lineage);
    await expect(other.evaluate(key, key.publicKey)).rejects.toEqual(
      expect.objectContaining({ code: 'KeyBlobInvalid' }),
    );
    await custody.close();
    await other.close();
  });

  it('holds no key of a user in the clear: the blob is sealed', async () => {
    const custody = await open();
    const context = encodeUtf8('record');
    const { blob } = await custody.createKey(context);
    // Version, mode, tag and the public key's y; nonce, scalar and tag.
    expect(blob).toHaveLength(50 + 12 + 32 + 16);
    await custody.close();
  });
});

describe('the anchor files of software custody', () => {
  it('are whole, of this user alone, and refused when they were altered', async () => {
    const custody = await open();
    expect(await custody.anchors()).toEqual(new Map());
    await custody.writeAnchor('a', { seq: 3, head });
    await custody.writeAnchor('..', { seq: 4, head });
    const folder = `${keyFile}.anchors`;
    expect(readdirSync(folder).sort()).toEqual(['...anchor', 'a.anchor']);
    expect(statSync(join(folder, 'a.anchor')).mode & 0o777).toBe(0o600);
    expect(await custody.anchors()).toEqual(
      new Map([
        ['..', { seq: 4, head }],
        ['a', { seq: 3, head }],
      ]),
    );
    writeFileSync(join(folder, 'stray'), 'not an anchor');
    expect((await custody.anchors()).size).toBe(2);
    writeFileSync(join(folder, 'a.anchor'), 'nonsense');
    const failure = expect.objectContaining({ code: 'AnchorInvalid', retry: 'user' });
    await expect(custody.readAnchor('a')).rejects.toEqual(failure);
    await expect(custody.anchors()).rejects.toEqual(failure);
    await custody.close();
  });
});
