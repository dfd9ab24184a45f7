/**
 * Owns the encrypted export file: the way without any vault. All records in one file, under a passphrase (Argon2id) or a
 * recovery code (128 random bits, which need no stretching).
 *
 * Bytes: "SOTTO-BACKUP" (12) | version 1 (1) | kind: 1 passphrase, 2 code (1) | passes (4) | memory in KiB (4) | salt (16) |
 * length of what is sealed (8) | nonce (24) | check (16) | sealed. The check is an HMAC over all before it under a key of its
 * own: it tells a wrong secret (or an altered head) from altered contents. Sealed: number of records (4) | of each its length (4)
 * and bytes. Bound beside it: all before the nonce. With a code, passes and memory are 0.
 */
import { ByteReader, ByteWriter, concatBytes, encodeUtf8, equalBytes, SecretBytes } from '../bytes/index.ts';
import {
  AEAD_LENGTHS,
  ARGON2ID_LENGTHS,
  hkdfSha256,
  hmacSha256,
  openAead,
  type RandomSource,
  sealAead,
  stretchPassword,
} from '../crypto/index.ts';
import { refusal } from './failure.ts';
import type { EncodedRecord } from './records.ts';
import type { RecoveryCode } from './wraps.ts';

/** What opens an export. A passphrase is compared after Unicode's NFKC; blanks count. */
export type ExportSecret =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'code'; readonly code: RecoveryCode };

/** Of a whole file, in bytes: it is sealed in one piece. */
export const MOST_EXPORT_BYTES = 64 * 1024 * 1024;
/** Code points of a passphrase: who has the file may try without any vault. */
export const PASSPHRASE_LEAST = 12;

const MAGIC = encodeUtf8('SOTTO-BACKUP');
const VERSION = 1;
const KINDS = { passphrase: 1, code: 2 } as const;
/** Twice what a PIN gets: nobody counts the tries here. */
const COST = { passes: 4, memoryKiB: 128 * 1024 };
/** What a file may ask of who opens it: a hostile one is not to take the memory of the machine. */
const MOST_COST = { passes: 16, memoryKiB: 512 * 1024 };
const CHECK_LENGTH = 16;
const BEFORE_NONCE = MAGIC.length + 1 + 1 + 4 + 4 + ARGON2ID_LENGTHS.salt + 8;
const HEAD = BEFORE_NONCE + AEAD_LENGTHS.nonce + CHECK_LENGTH;
const MOST_RECORDS = 4_000_000;

/**
 * A file with `records`. About half a second of work for a passphrase. Throws PinTooShort for one below twelve characters,
 * ExportTooLarge.
 */
export function sealExport(records: readonly EncodedRecord[], secret: ExportSecret, random: RandomSource): Uint8Array {
  if (secret.kind === 'passphrase' && [...secret.passphrase.normalize('NFKC')].length < PASSPHRASE_LEAST) {
    throw refusal('PinTooShort');
  }
  const content = records.reduce((sum, record) => sum + 4 + record.length, 4);
  const length = content + AEAD_LENGTHS.tag;
  if (HEAD + length > MOST_EXPORT_BYTES) throw refusal('ExportTooLarge');
  const writer = new ByteWriter(content);
  const plain = writer.list(records, (record) => writer.prefixed(record)).finish();
  const { passes, memoryKiB } = secret.kind === 'passphrase' ? COST : { passes: 0, memoryKiB: 0 };
  const salt = random(ARGON2ID_LENGTHS.salt);
  const head = new ByteWriter(HEAD)
    .raw(MAGIC)
    .uint8(VERSION)
    .uint8(KINDS[secret.kind])
    .uint32(passes)
    .uint32(memoryKiB);
  const bound = head.raw(salt).uint53(length).finish();
  const nonce = random(AEAD_LENGTHS.nonce);
  const { key, check } = keysOf(secret, salt, { passes, memoryKiB });
  const sealed = sealAead({ key: key.reveal(), nonce, additionalData: bound }, plain);
  plain.fill(0);
  const before = concatBytes(bound, nonce);
  return concatBytes(before, checkOf(check, before), sealed);
}

/**
 * The records of a file, in the order in which they were sealed. Throws ExportNotOne, ExportTooLarge, UpdateNeeded,
 * ExportWrongSecret, ExportDamaged (cut off, or altered).
 */
export function openExport(file: Uint8Array, secret: ExportSecret): readonly EncodedRecord[] {
  if (!equalBytes(file.subarray(0, MAGIC.length), MAGIC)) throw refusal('ExportNotOne');
  if (file.length > MOST_EXPORT_BYTES) throw refusal('ExportTooLarge');
  const reader = new ByteReader(file.subarray(MAGIC.length), damaged);
  const version = reader.uint8();
  if (version !== VERSION) throw version > VERSION ? refusal('UpdateNeeded') : damaged();
  if (reader.uint8() !== KINDS[secret.kind]) throw refusal('ExportWrongSecret');
  const cost = { passes: reader.uint32(), memoryKiB: reader.uint32() };
  if (!isCost(secret, cost)) throw damaged();
  const salt = reader.take(ARGON2ID_LENGTHS.salt);
  const length = reader.uint53();
  const nonce = reader.take(AEAD_LENGTHS.nonce);
  const found = reader.take(CHECK_LENGTH);
  const { key, check } = keysOf(secret, salt, cost);
  if (!equalBytes(checkOf(check, file.subarray(0, HEAD - CHECK_LENGTH)), found)) throw refusal('ExportWrongSecret');
  if (reader.remaining !== length) throw damaged();
  const additionalData = file.subarray(0, BEFORE_NONCE);
  const plain = openAead({ key: key.reveal(), nonce, additionalData }, file.subarray(HEAD));
  if (plain === undefined) throw damaged();
  const records = new ByteReader(plain, damaged);
  const list = records.list(MOST_RECORDS, () => records.takePrefixed() as EncodedRecord);
  records.end();
  plain.fill(0);
  return list;
}

interface ExportKeys {
  readonly key: SecretBytes<'ExportKey'>;
  readonly check: SecretBytes<'ExportCheckKey'>;
}

function keysOf(secret: ExportSecret, salt: Uint8Array, cost: typeof COST): ExportKeys {
  const input =
    secret.kind === 'passphrase'
      ? stretchPassword(encodeUtf8(secret.passphrase.normalize('NFKC')), salt, cost).reveal()
      : secret.code.reveal();
  return {
    key: SecretBytes.of(hkdfSha256(input, 'Sotto export key v1', AEAD_LENGTHS.key, salt)),
    check: SecretBytes.of(hkdfSha256(input, 'Sotto export check v1', 32, salt)),
  };
}

function checkOf(check: ExportKeys['check'], before: Uint8Array): Uint8Array {
  return hmacSha256(check.reveal(), before).slice(0, CHECK_LENGTH);
}

function isCost({ kind }: ExportSecret, { passes, memoryKiB }: typeof COST): boolean {
  if (kind === 'code') return passes === 0 && memoryKiB === 0;
  return passes >= 1 && passes <= MOST_COST.passes && memoryKiB >= 8 && memoryKiB <= MOST_COST.memoryKiB;
}

function damaged() {
  return refusal('ExportDamaged');
}
