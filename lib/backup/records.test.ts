import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bytes, SecretBytes } from '../bytes/index.ts';
import { cryptoReady, type X25519PublicKey } from '../crypto/index.ts';
import { openIdentity, sealIdentity } from './identity-section.ts';
import {
  type BackupRecord,
  decodeRecord,
  encodeRecord,
  MOST_PICTURE_LENGTH,
  MOST_RECORD_LENGTH,
  type OnlyPlain,
  onlyPlain,
  recordKey,
} from './records.ts';
import { logKeysOf, makeRootKey } from './root-key.ts';
import { bytes16, message } from './test-log.ts';
import { codeOf, random } from './test-world.ts';

beforeAll(cryptoReady);

const key = (fill: number) => new Uint8Array(32).fill(fill) as Uint8Array as X25519PublicKey;
const sealed = { publicKey: key(3), sealed: new Uint8Array(72).fill(4) as Uint8Array as Bytes<'SealedIdentity'> };
const persona: BackupRecord = {
  kind: 'persona',
  personaId: bytes16(1),
  site: 'https://a.example',
  account: undefined,
  registrationId: 77,
  identity: sealed,
};
const contact: BackupRecord = {
  kind: 'contact',
  conversationId: bytes16(2),
  personaId: bytes16(1),
  site: 'https://a.example',
  name: 'Bob \ud800',
  peer: 'Bob',
  peerIdentity: key(5),
  verifiedIdentity: key(6),
  ended: true,
};
const settings: BackupRecord = {
  kind: 'settings',
  conversationId: bytes16(2),
  entries: [{ name: 'previews', value: 'off' }],
};
const unread = {
  content: Uint8Array.of(1) as Uint8Array as Bytes<'PaddedContent'>,
  hash: Uint8Array.of(2) as Uint8Array as Bytes<'ContentHash'>,
  marks: new Uint8Array() as Uint8Array as Bytes<'ContentMarks'>,
};
const odd: BackupRecord = {
  ...message(3),
  shape: 'unknown',
  unread,
  armour: undefined,
  removed: true,
  text: '\ud800"\\\u0000 ü🦊',
};
const tombstone: BackupRecord = { kind: 'tombstone', of: 'message', id: bytes16(8), at: 1_700_000_000_000 };
const preview: BackupRecord = {
  kind: 'preview',
  historyId: bytes16(7),
  conversationId: bytes16(2),
  url: 'https://a.example/',
  title: 'A',
  description: '',
  siteName: 'a.example',
  picture: new Uint8Array(9).fill(3) as Uint8Array as Bytes<'Picture'>,
};
const all = [
  persona,
  { ...persona, account: 'alice' },
  contact,
  { ...contact, peer: undefined, peerIdentity: undefined, verifiedIdentity: undefined },
  settings,
  message(1),
  odd,
  tombstone,
  preview,
  { ...preview, picture: undefined },
];

describe('a record', () => {
  it.each(all.map((record) => [record.kind, record] as const))('comes back as it went: %s', (_, record) => {
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  it('is refused cut at any place, with more behind it, or with another byte where one is fixed', async () => {
    for (const record of all) {
      const bytes = encodeRecord(record);
      for (let length = 0; length < bytes.length; length++) {
        expect(['RecordDamaged', 'UpdateNeeded']).toContain(
          await codeOf(() => decodeRecord(bytes.subarray(0, length))),
        );
      }
      expect(await codeOf(() => decodeRecord(Uint8Array.of(...bytes, 0)))).toBe('RecordDamaged');
    }
    const bytes = encodeRecord(tombstone);
    expect(await codeOf(() => decodeRecord(Uint8Array.of(0, ...bytes.subarray(1))))).toBe('RecordDamaged');
    expect(await codeOf(() => decodeRecord(Uint8Array.of(7, ...bytes.subarray(1))))).toBe('UpdateNeeded');
    expect(await codeOf(() => decodeRecord(Uint8Array.of(5, 0, ...bytes.subarray(2))))).toBe('RecordDamaged');
    expect(await codeOf(() => decodeRecord(Uint8Array.of(5, 2, ...bytes.subarray(2))))).toBe('UpdateNeeded');
    expect(await codeOf(() => decodeRecord(Uint8Array.of(5, 1, 4, ...bytes.subarray(3))))).toBe('RecordDamaged');
  });

  it('ends in a failure on anything, or in a record that is spelt so', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.nat(), fc.nat({ max: 255 }), (record, place, value) => {
        const bytes = encodeRecord(record);
        bytes[place % bytes.length] = value;
        let read: BackupRecord;
        try {
          read = decodeRecord(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'Failure' });
          return;
        }
        expect(encodeRecord(read)).toEqual(bytes);
      }),
      { numRuns: 2000, verbose: 1 },
    );
  });

  it('has a size, and so many fields, at most', () => {
    const long = (length: number) => ({ ...message(1), text: 'x'.repeat(length) });
    const most = MOST_RECORD_LENGTH - encodeRecord(long(0)).length;
    expect(encodeRecord(long(most))).toHaveLength(MOST_RECORD_LENGTH);
    expect(() => encodeRecord(long(most + 1))).toThrow(RangeError);
    const entries = (count: number) => Array.from({ length: count }, () => ({ name: 'a', value: 'b' }));
    expect(decodeRecord(encodeRecord({ ...settings, entries: entries(64) } as BackupRecord))).toMatchObject({
      entries: entries(64),
    });
    expect(() => encodeRecord({ ...settings, entries: entries(65) } as BackupRecord)).toThrow(RangeError);
    expect(() => encodeRecord({ ...tombstone, id: new Uint8Array(15) } as never)).toThrow(RangeError);
  });

  it('leaves a picture out that is longer than any of ours', () => {
    const picture = (length: number) => new Uint8Array(length) as Uint8Array as Bytes<'Picture'>;
    const fits = { ...preview, picture: picture(MOST_PICTURE_LENGTH) };
    expect(decodeRecord(encodeRecord(fits))).toEqual(fits);
    const wide = { ...preview, picture: picture(MOST_PICTURE_LENGTH + 1) };
    expect(decodeRecord(encodeRecord(wide))).toEqual({ ...preview, picture: undefined });
  });

  it('is about one thing, and a tombstone about the same', () => {
    expect(new Set([persona, contact, settings, message(1), message(2)].map(recordKey)).size).toBe(5);
    const gone = { kind: 'tombstone', at: 1 } as const;
    expect(recordKey({ ...gone, of: 'message', id: message(1).historyId as never })).toBe(recordKey(message(1)));
    expect(recordKey({ ...gone, of: 'contact', id: bytes16(2) })).toBe(recordKey(contact));
    expect(recordKey({ ...gone, of: 'settings', id: bytes16(2) })).toBe(recordKey(settings));
    expect(recordKey({ ...gone, of: 'persona', id: bytes16(1) })).toBe(recordKey(persona));
  });
});

describe('ratchet, prekey and sender-key state', () => {
  it('is in no record, by the types', () => {
    const allowed: true = onlyPlain;
    const withSession: OnlyPlain<{ session: SecretBytes<'SessionRecord'> }> = false;
    const withChain: OnlyPlain<{ chain: Bytes<'ChainKey'> }> = false;
    const withBare: OnlyPlain<{ list: readonly { deep: Uint8Array }[] }> = false;
    const withPreKey: OnlyPlain<{ keyPair: { privateKey: SecretBytes<'X25519PrivateKey'> } }> = false;
    const fine: OnlyPlain<{ name: string; ids: readonly Bytes<'HistoryId'>[] }> = true;
    expect([allowed, withSession, withChain, withBare, withPreKey, fine]).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('is not written though an object has it: only the named fields are', () => {
    const canary = 'CANARY-CHAIN-KEY';
    for (const record of all) {
      const more = {
        ...record,
        session: SecretBytes.of(new TextEncoder().encode(canary)),
        sent: new TextEncoder().encode(canary),
        signedPreKeys: [canary],
        senderKey: canary,
        chain: canary,
      };
      const bytes = encodeRecord(more as BackupRecord);
      expect(bytes).toEqual(encodeRecord(record));
      expect(new TextDecoder().decode(bytes)).not.toContain('CANARY');
    }
  });

  it('has no field: these are all there are', () => {
    const fields = (value: unknown): string[] =>
      typeof value !== 'object' || value === null || value instanceof Uint8Array
        ? []
        : Object.entries(value).flatMap(([name, inner]) => [...(Array.isArray(value) ? [] : [name]), ...fields(inner)]);
    const read = [...all, { ...odd, armour: message(1).armour }].map((record) =>
      decodeRecord(encodeRecord(record as BackupRecord)),
    );
    expect([...new Set(read.flatMap(fields))].sort()).toEqual([
      'account',
      'armour',
      'at',
      'content',
      'conversationId',
      'description',
      'digests',
      'ended',
      'entries',
      'from',
      'generation',
      'hash',
      'historyId',
      'id',
      'identity',
      'inviteId',
      'kind',
      'marks',
      'messageId',
      'name',
      'of',
      'order',
      'peer',
      'peerIdentity',
      'personaId',
      'picture',
      'publicKey',
      'registrationId',
      'removed',
      'sealed',
      'sequence',
      'shape',
      'site',
      'siteName',
      'text',
      'title',
      'unread',
      'url',
      'value',
      'verifiedIdentity',
    ]);
  });
});

describe('the identity section', () => {
  const pair = { publicKey: key(3), privateKey: SecretBytes.of<'X25519PrivateKey'>(random(32)) };

  it('opens for its persona and backup alone', async () => {
    const keys = logKeysOf(makeRootKey(random));
    const section = sealIdentity(keys, bytes16(1), pair, random);
    expect(openIdentity(keys, bytes16(1), section).privateKey.equals(pair.privateKey)).toBe(true);
    expect(await codeOf(() => openIdentity(keys, bytes16(2), section))).toBe('RecordDamaged');
    expect(await codeOf(() => openIdentity(logKeysOf(makeRootKey(random)), bytes16(1), section))).toBe('RecordDamaged');
    expect(await codeOf(() => openIdentity(keys, bytes16(1), { ...section, publicKey: key(4) }))).toBe('RecordDamaged');
    for (const at of [0, 23, 24, 71]) {
      const altered = section.sealed.map((byte, i) => (i === at ? byte ^ 1 : byte)) as typeof section.sealed;
      expect(await codeOf(() => openIdentity(keys, bytes16(1), { ...section, sealed: altered }))).toBe('RecordDamaged');
    }
  });
});
