/**
 * Owns the log as it stands at its host: the newest manifest, whether it is the one that is known, and single segments.
 * Does not own writing (log-writer.ts).
 */
import { equalBytes } from '../bytes/index.ts';
import { type Head, MANIFEST_NAME } from '../vault-protocol/index.ts';
import { type BlobHost, connectBlobHost } from './blob-host.ts';
import { type EpochKeys, openEpochs } from './epochs.ts';
import { refusal } from './failure.ts';
import { headOf, isRolledBack, type Manifest, openManifest } from './manifest.ts';
import { type LogKeys, logKeysOf, type RootKey } from './root-key.ts';
import { type OpenedSegment, openSegment, type SegmentHash, segmentName } from './segment.ts';
import type { BackupSurroundings } from './surroundings.ts';

/** A log, as everything here needs it. */
export interface BackupLog {
  readonly keys: LogKeys;
  readonly host: BlobHost;
}

/** A manifest that was opened. */
export interface OpenedManifest {
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
  readonly head: Head;
  readonly epochKeys: EpochKeys;
  /** The newer one that is known of, where this one is older or another: then it may be read, and nothing written. */
  readonly expected: Head | undefined;
}

/** The log of a root key at a host. */
export function logOf(around: BackupSurroundings, root: RootKey, blobHost: string): BackupLog {
  return { keys: logKeysOf(root), host: connectBlobHost(around, blobHost) };
}

/**
 * The newest manifest, or undefined where there never was one. `known` is the newest that this browser or any vault has seen.
 * Throws ManifestMissing where one is known, ManifestDamaged, UpdateNeeded, and as the host.
 */
export async function fetchManifest(log: BackupLog, known: Head | undefined): Promise<OpenedManifest | undefined> {
  const found = await log.host.read(log.keys, MANIFEST_NAME);
  if (found !== undefined) return readManifest(log, found.bytes, known);
  if (known !== undefined) throw refusal('ManifestMissing', { expected: known });
  return undefined;
}

/** A manifest that was kept or fetched. Throws ManifestDamaged, UpdateNeeded. */
export function readManifest(log: BackupLog, bytes: Uint8Array, known: Head | undefined): OpenedManifest {
  const manifest = openManifest(log.keys, bytes);
  const head = headOf(manifest, bytes);
  const expected = isRolledBack(known, head) ? known : undefined;
  return { manifest, bytes, head, epochKeys: openEpochs(log.keys, manifest.epochs), expected };
}

/** Throws ManifestRolledBack where a newer manifest is known. */
export function requireNewest({ expected, head }: OpenedManifest): void {
  if (expected !== undefined) throw refusal('ManifestRolledBack', { expected, found: head });
}

/**
 * Segment `number`, which must have the hash `expected` where one is known. Throws SegmentMissing, SegmentDamaged,
 * UpdateNeeded, and as the host.
 */
export async function fetchSegment(
  log: BackupLog,
  epochKeys: EpochKeys,
  number: number,
  expected?: SegmentHash,
): Promise<OpenedSegment> {
  const found = await log.host.read(log.keys, segmentName(number));
  if (found === undefined) throw refusal('SegmentMissing');
  const opened = openSegment(epochKeys, log.keys.bucket, number, found.bytes);
  if (expected !== undefined && !equalBytes(opened.hash, expected)) throw refusal('SegmentDamaged');
  return opened;
}
