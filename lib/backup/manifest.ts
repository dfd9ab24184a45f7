/**
 * Owns the manifest: what the log is at one moment, sealed and signed. Each has a version one above the last; the host takes
 * one only over the version that it follows.
 *
 * Bytes, 4, 16, 64 KiB ... in all: format 1 (1) | version (8) | nonce (24) | sealed | signature (64) of "Sotto manifest v1" | 0 |
 * bucket (16) | all before the signature. Sealed: time (8) | first segment (8) | next segment (8) | hash of the last (32) |
 * newest epoch (4) | number of links (4), links (72 each) | flag (1), standings (4 + length) | zeros.
 * Bound beside it: label, bucket, version.
 */
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  encodeUtf8,
  equalBytes,
  SecretBytes,
  writeUint64,
} from '../bytes/index.ts';
import {
  AEAD_LENGTHS,
  ED25519_LENGTHS,
  openAead,
  type RandomSource,
  sealAead,
  sha256,
  signEd25519,
  verifyEd25519,
} from '../crypto/index.ts';
import type { Bucket, Head, ManifestHash } from '../vault-protocol/index.ts';
import { EPOCH_LINK_LENGTH, type EpochChain, type EpochLink, MOST_EPOCHS } from './epochs.ts';
import { refusal } from './failure.ts';
import { paddedSize, SIZES } from './padded.ts';
import type { LogKeys } from './root-key.ts';
import { SEGMENT_HASH_LENGTH, type SegmentHash } from './segment.ts';

/** What the log is. */
export interface Manifest {
  /** From 1. */
  readonly version: number;
  /** When it was written, in milliseconds. */
  readonly at: number;
  /** The numbers of the segments: from `first` up to, and without, `next`. */
  readonly first: number;
  readonly next: number;
  /** Of segment `next` - 1. */
  readonly last: SegmentHash;
  readonly epochs: EpochChain;
  /** Unlock tokens, for who restores by recovery code; see live-backup.ts. */
  readonly standings: SecretBytes<'Standings'> | undefined;
}

const FORMAT = 1;
const HEADER = 1 + 8;
const OVERHEAD = HEADER + AEAD_LENGTHS.nonce + AEAD_LENGTHS.tag + ED25519_LENGTHS.signature;
const MOST_STANDINGS = 4096;

/** The bytes of a manifest. */
export function sealManifest(
  { bucket, writer, manifest: key }: LogKeys,
  manifest: Manifest,
  random: RandomSource,
): Uint8Array {
  const plain = writeManifest(manifest);
  const padded = concatBytes(plain, new Uint8Array(paddedSize(OVERHEAD + plain.length) - OVERHEAD - plain.length));
  const nonce = random(AEAD_LENGTHS.nonce);
  const additionalData = boundTo(bucket, manifest.version);
  const sealed = sealAead({ key: key.reveal(), nonce, additionalData }, padded);
  plain.fill(0);
  padded.fill(0);
  const body = concatBytes(Uint8Array.of(FORMAT), writeUint64(manifest.version), nonce, sealed);
  return concatBytes(body, signEd25519(writer, signed(bucket, body)));
}

/** The manifest of its bytes. Throws ManifestDamaged for what another made or altered, UpdateNeeded. */
export function openManifest({ bucket, writer, manifest: key }: LogKeys, bytes: Uint8Array): Manifest {
  if (bytes[0] !== undefined && bytes[0] > FORMAT) throw refusal('UpdateNeeded');
  if (bytes[0] !== FORMAT || !SIZES.includes(bytes.length)) throw damaged();
  const body = bytes.subarray(0, -ED25519_LENGTHS.signature);
  const signature = bytes.subarray(-ED25519_LENGTHS.signature);
  if (!verifyEd25519(writer.publicKey, signed(bucket, body), signature)) throw damaged();
  const version = new ByteReader(body.subarray(1, HEADER), damaged).uint53();
  const nonce = body.subarray(HEADER, HEADER + AEAD_LENGTHS.nonce);
  const context = { key: key.reveal(), nonce, additionalData: boundTo(bucket, version) };
  const plain = openAead(context, body.subarray(HEADER + AEAD_LENGTHS.nonce));
  if (plain === undefined) throw damaged();
  const manifest = readManifest(version, plain);
  plain.fill(0);
  return manifest;
}

/** What the vaults are told of it. */
export function headOf({ version }: Manifest, bytes: Uint8Array): Head {
  return { version, hash: sha256(bytes) as ManifestHash };
}

/** Whether `found` is older than `known`, or another one of the same version: it was put back, or put in its place. */
export function isRolledBack(known: Head | undefined, found: Head): boolean {
  if (known === undefined || found.version > known.version) return false;
  return found.version < known.version || !equalBytes(found.hash, known.hash);
}

function writeManifest({ at, first, next, last, epochs, standings }: Manifest): Uint8Array {
  const writer = new ByteWriter(512).uint53(at).uint53(first).uint53(next).raw(last).uint32(epochs.newest);
  writer.list(epochs.links, (link) => writer.raw(link));
  return writer.optional(standings, (bytes) => writer.prefixed(bytes.reveal())).finish();
}

function readManifest(version: number, plain: Uint8Array): Manifest {
  const reader = new ByteReader(plain, damaged);
  const manifest = {
    version,
    at: reader.uint53(),
    first: reader.uint53(),
    next: reader.uint53(),
    last: reader.take(SEGMENT_HASH_LENGTH) as SegmentHash,
    epochs: {
      newest: reader.uint32(),
      links: reader.list(MOST_EPOCHS, () => reader.take(EPOCH_LINK_LENGTH) as EpochLink),
    },
    standings: reader.optional(() => SecretBytes.of<'Standings'>(reader.takePrefixed(MOST_STANDINGS))),
  };
  const isOrdered = manifest.first <= manifest.next && version > 0;
  if (!isOrdered || reader.take(reader.remaining).some((byte) => byte !== 0)) throw damaged();
  return manifest;
}

function signed(bucket: Bucket, body: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8('Sotto manifest v1'), Uint8Array.of(0), bucket, body);
}

function boundTo(bucket: Bucket, version: number): Uint8Array {
  return concatBytes(encodeUtf8('Sotto manifest v1'), Uint8Array.of(0), bucket, writeUint64(version));
}

function damaged() {
  return refusal('ManifestDamaged');
}
