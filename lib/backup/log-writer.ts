/**
 * Owns writing to the log while other browsers may write to it, too. A segment takes the place that the manifest calls next;
 * names are written once, so the first one has it. Who comes second reads what came in between, counts it as part of the log
 * even where its writer died before telling the manifest, and takes the next place. The manifest is written over the version
 * that it follows, or not at all. So nobody's records are lost, and nobody waits for another.
 * Does not own what is uploaded when (upload.ts).
 */
import { equalBytes } from '../bytes/index.ts';
import type { Head } from '../vault-protocol/index.ts';
import { beginEpochs } from './epochs.ts';
import { refusal } from './failure.ts';
import { type BackupLog, fetchManifest, type OpenedManifest, readManifest, requireNewest } from './log.ts';
import { type Manifest, sealManifest } from './manifest.ts';
import type { EncodedRecord } from './records.ts';
import { NO_SEGMENT, type SegmentHash, sealSegment, segmentHash, segmentName } from './segment.ts';
import type { BackupSurroundings } from './surroundings.ts';

/** The place that a segment is written to. */
export interface TakenPlace {
  readonly number: number;
  readonly epoch: number;
  readonly before: SegmentHash;
}

/** More others than this in a row are no other browsers. */
const MOST_ROUNDS = 20;

/** Writes to one log. Made for one piece of work, then thrown away. */
export class LogWriter {
  readonly #around: BackupSurroundings;
  readonly #log: BackupLog;
  /** Segments of other browsers that were met. */
  readonly others: number[] = [];
  #opened: OpenedManifest;

  private constructor(around: BackupSurroundings, log: BackupLog, opened: OpenedManifest) {
    this.#around = around;
    this.#log = log;
    this.#opened = opened;
  }

  /**
   * A writer that goes on from the manifest `kept` here, or from the host's, or begins the log. `known` as in `fetchManifest`.
   * Throws as that, and ManifestRolledBack.
   */
  static async open(
    around: BackupSurroundings,
    log: BackupLog,
    { kept, known }: { readonly kept: Uint8Array | undefined; readonly known: Head | undefined },
  ): Promise<LogWriter> {
    if (kept !== undefined) return new LogWriter(around, log, readManifest(log, kept, undefined));
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const found = await fetchManifest(log, known);
      if (found !== undefined) {
        requireNewest(found);
        const writer = new LogWriter(around, log, found);
        writer.#met(found.manifest.first, found.manifest.next);
        return writer;
      }
      const manifest = { version: 1, at: around.now(), first: 0, next: 0, last: NO_SEGMENT, standings: undefined };
      const bytes = sealManifest(
        log.keys,
        { ...manifest, epochs: beginEpochs(log.keys, around.random) },
        around.random,
      );
      // An epoch key must be kept before anything is written under it.
      const kept = await log.host.writeManifest(log.keys, bytes, 0);
      if (kept === 'kept') return new LogWriter(around, log, readManifest(log, bytes, undefined));
    }
    throw refusal('HostFaulty');
  }

  get opened(): OpenedManifest {
    return this.#opened;
  }

  /** Where the next segment goes, as far as is known. */
  get nextPlace(): TakenPlace {
    const { next, last, epochs } = this.#opened.manifest;
    return { number: next, epoch: epochs.newest, before: last };
  }

  /**
   * Writes a segment to `place`. Resolves to whether it is part of the log now; where not, it is to be written again, at the
   * next place, and what was met is in `others`. The same records and place give the same bytes, however often.
   */
  async append(place: TakenPlace, records: readonly EncodedRecord[]): Promise<boolean> {
    if (!this.#opened.epochKeys.has(place.epoch)) return false;
    const { keys, host } = this.#log;
    const bytes = sealSegment(this.#opened.epochKeys, { bucket: keys.bucket, ...place }, records);
    if ((await host.write(keys, segmentName(place.number), bytes)) === 'taken') {
      await this.#giveWay(place.number);
      return false;
    }
    return this.#commit(place, segmentHash(bytes));
  }

  /** Changes the manifest, over and over until no other browser was faster. */
  async change(change: (manifest: Manifest) => Manifest): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (await this.#write(change(this.#opened.manifest))) return;
    }
    throw refusal('HostFaulty');
  }

  async #commit(place: TakenPlace, hash: SegmentHash): Promise<boolean> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { manifest } = this.#opened;
      const { first, next, last } = manifest;
      // Before `first` a name may be free again because its segment was merged into others: ours was not, perhaps.
      if (place.number < first || place.number > next) return false;
      if (place.number < next) {
        // Somebody counted it: another browser, or we did and never heard of it.
        const at = this.others.indexOf(place.number);
        if (at >= 0) this.others.splice(at, 1);
        return true;
      }
      if (!equalBytes(place.before, last)) return false;
      if (await this.#write({ ...manifest, next: place.number + 1, last: hash })) return true;
    }
    throw refusal('HostFaulty');
  }

  /** Somebody's segment is where ours was to go. */
  async #giveWay(number: number): Promise<void> {
    await this.#refresh();
    const { manifest } = this.#opened;
    if (manifest.next !== number) return;
    const found = await this.#log.host.read(this.#log.keys, segmentName(number));
    if (found === undefined) return;
    // Whatever it is, its hash goes into the chain: where it does not open, who reads will name it.
    if (await this.#write({ ...manifest, next: number + 1, last: segmentHash(found.bytes) })) this.others.push(number);
  }

  /** Whether it was written; else what is newest was fetched. */
  async #write(manifest: Manifest): Promise<boolean> {
    const { keys, host } = this.#log;
    const over = this.#opened.manifest.version;
    const next = { ...manifest, version: over + 1, at: this.#around.now() };
    const bytes = sealManifest(keys, next, this.#around.random);
    if ((await host.writeManifest(keys, bytes, over)) === 'moved') {
      await this.#refresh();
      return false;
    }
    this.#opened = readManifest(this.#log, bytes, undefined);
    return true;
  }

  async #refresh(): Promise<void> {
    const before = this.#opened;
    const found = await fetchManifest(this.#log, before.head);
    requireNewest(found!);
    this.#met(Math.max(before.manifest.next, found!.manifest.first), found!.manifest.next);
    this.#opened = found!;
  }

  #met(from: number, to: number): void {
    for (let number = from; number < to; number++) this.others.push(number);
  }
}
