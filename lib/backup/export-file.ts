/**
 * Owns the encrypted export file: the way without any vault. All records in one file, under a passphrase (Argon2id) or a
 * recovery code (128 random bits, which need no stretching).
 *
 * Bytes: "SOTTO-BACKUP" (12) | version 1 (1) | kind: 1 passphrase, 2 code (1) | passes (4) | memory in KiB (4) | salt (16) |
 * length of what is sealed (8) | nonce (24) | check (16) | sealed. The check is an HMAC over all before it under a key of its
 * own: it tells a wrong secret (or an altered head) from altered contents. Sealed: number of entries (4) | of each its length (4)
 * and bytes: a root key of the file's own (32), then the records. Bound beside it: all before the nonce. With a code, passes and
 * memory are 0.
 *
 * The root key is there because private identity keys are sealed once more inside their records, and a file belongs to no
 * backup: whoever opens it has that key, and nothing else ever used it.
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
import { formatCode, parseCode } from './card-code.ts';
import { refusal } from './failure.ts';
import type { EncodedRecord } from './records.ts';
import { ROOT_KEY_LENGTH, type RootKey } from './root-key.ts';

/** What opens an export. A passphrase is compared after Unicode's NFKC; blanks count. */
export type ExportSecret =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'code'; readonly code: ExportCode };

/** 16 bytes drawn at random: the code of one file. */
export type ExportCode = SecretBytes<'ExportCode'>;

/** What is in a file. */
export interface ExportContent {
  /** Drawn for this file alone: private identity keys of `records` are sealed under it. */
  readonly root: RootKey;
  /** The oldest first. */
  readonly records: readonly EncodedRecord[];
}

/** Of a whole file, in bytes: it is sealed in one piece. */
export const MOST_EXPORT_BYTES = 64 * 1024 * 1024;
/** Code points of a passphrase: who has the file may try without any vault. */
const PASSPHRASE_LEAST = 12;

const MAGIC = encodeUtf8('SOTTO-BACKUP');
const VERSION = 1;
const KINDS = { passphrase: 1, code: 2 } as const;
/** Twice what a PIN gets: nobody counts the tries here. */
const COST = { passes: 4, memoryKiB: 128 * 1024 };
/** What a file may ask of who opens it: a hostile one is not to take the memory of the machine. */
const MOST_COST = { passes: 16, memoryKiB: 512 * 1024 };
const CHECK_LENGTH = 16;
const CODE_LENGTH = 16;
const BEFORE_NONCE = MAGIC.length + 1 + 1 + 4 + 4 + ARGON2ID_LENGTHS.salt + 8;
const HEAD = BEFORE_NONCE + AEAD_LENGTHS.nonce + CHECK_LENGTH;
const MOST_ENTRIES = 4_000_000;

/** A code for a file that is about to be made. */
export function makeExportCode(random: RandomSource): ExportCode {
  return SecretBytes.of(random(CODE_LENGTH), CODE_LENGTH);
}

/** How a code is shown: 30 letters in groups of five. */
export function printExportCode(code: ExportCode): string {
  return formatCode('file', code.reveal());
}

/** The code that was typed. Throws as `parseCode`. */
export function parseExportCode(typed: string): ExportCode {
  return SecretBytes.of(parseCode('file', typed), CODE_LENGTH);
}

/** Throws PinTooShort for a passphrase below twelve characters. */
export function requireExportSecret(secret: ExportSecret): void {
  if (secret.kind === 'passphrase' && [...secret.passphrase.normalize('NFKC')].length < PASSPHRASE_LEAST) {
    throw refusal('PinTooShort');
  }
}

/** What a file of `size` bytes that begins with `head` is opened by. Throws ExportNotOne, ExportTooLarge, UpdateNeeded, ExportDamaged. */
export function inspectExport(head: Uint8Array, size: number): ExportSecret['kind'] {
  const { kind, length } = readHead(head, size);
  // What was cut off is said before a passphrase is typed.
  if (size !== HEAD + length) throw damaged();
  return kind;
}

/** How many bytes of a file `inspectExport` looks at. */
export const EXPORT_HEAD_LENGTH = HEAD;

/**
 * A file with `content`. About half a second of work for a passphrase. Throws PinTooShort for one below twelve characters,
 * ExportTooLarge.
 */
export function sealExport({ root, records }: ExportContent, secret: ExportSecret, random: RandomSource): Uint8Array {
  requireExportSecret(secret);
  const content = records.reduce((sum, record) => sum + 4 + record.length, 4 + 4 + ROOT_KEY_LENGTH);
  const length = content + AEAD_LENGTHS.tag;
  if (HEAD + length > MOST_EXPORT_BYTES) throw refusal('ExportTooLarge');
  const writer = new ByteWriter(content);
  const entries: readonly Uint8Array[] = [root.reveal(), ...records];
  const plain = writer.list(entries, (entry) => writer.prefixed(entry)).finish();
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
 * What is in a file, its records in the order in which they were sealed. Throws ExportNotOne, ExportTooLarge, UpdateNeeded,
 * ExportWrongSecret, ExportDamaged (cut off, or altered).
 */
export function openExport(file: Uint8Array, secret: ExportSecret): ExportContent {
  const { kind, cost, salt, length, nonce, check: found } = readHead(file, file.length);
  if (kind !== secret.kind) throw refusal('ExportWrongSecret');
  const { key, check } = keysOf(secret, salt, cost);
  if (!equalBytes(checkOf(check, file.subarray(0, HEAD - CHECK_LENGTH)), found)) throw refusal('ExportWrongSecret');
  if (file.length - HEAD !== length) throw damaged();
  const additionalData = file.subarray(0, BEFORE_NONCE);
  const plain = openAead({ key: key.reveal(), nonce, additionalData }, file.subarray(HEAD));
  if (plain === undefined) throw damaged();
  const reader = new ByteReader(plain, damaged);
  const [first, ...records] = reader.list(MOST_ENTRIES, () => reader.takePrefixed());
  reader.end();
  plain.fill(0);
  if (first?.length !== ROOT_KEY_LENGTH) throw damaged();
  return { root: SecretBytes.of(first), records: records as EncodedRecord[] };
}

interface ExportHead {
  readonly kind: ExportSecret['kind'];
  readonly cost: typeof COST;
  readonly salt: Uint8Array;
  /** Of what is sealed. */
  readonly length: number;
  readonly nonce: Uint8Array;
  readonly check: Uint8Array;
}

function readHead(head: Uint8Array, size: number): ExportHead {
  if (!equalBytes(head.subarray(0, MAGIC.length), MAGIC)) throw refusal('ExportNotOne');
  if (size > MOST_EXPORT_BYTES) throw refusal('ExportTooLarge');
  const reader = new ByteReader(head.subarray(MAGIC.length, HEAD), damaged);
  const version = reader.uint8();
  if (version !== VERSION) throw version > VERSION ? refusal('UpdateNeeded') : damaged();
  const number = reader.uint8();
  const kind = number === KINDS.passphrase ? 'passphrase' : number === KINDS.code ? 'code' : undefined;
  if (kind === undefined) throw damaged();
  const cost = { passes: reader.uint32(), memoryKiB: reader.uint32() };
  if (!isCost(kind, cost)) throw damaged();
  const salt = reader.take(ARGON2ID_LENGTHS.salt);
  const length = reader.uint53();
  return { kind, cost, salt, length, nonce: reader.take(AEAD_LENGTHS.nonce), check: reader.take(CHECK_LENGTH) };
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

function isCost(kind: ExportSecret['kind'], { passes, memoryKiB }: typeof COST): boolean {
  if (kind === 'code') return passes === 0 && memoryKiB === 0;
  return passes >= 1 && passes <= MOST_COST.passes && memoryKiB >= 8 && memoryKiB <= MOST_COST.memoryKiB;
}

function damaged() {
  return refusal('ExportDamaged');
}
