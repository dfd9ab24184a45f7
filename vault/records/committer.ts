/**
 * Owns the one way by which records change: many changes in one transaction, each with its log entry and authenticator,
 * then one anchor for all of them, then the answers. Nothing is answered before both are durable.
 *
 * Invariants: only this process writes its replica's chain, in order and without a gap; a change takes place against
 * exactly the row that it was made from, or not at all; a transaction whose end is unknown is looked up in the chain
 * before anything else is written.
 */

import { compareBytes } from '../../lib/bytes/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import type { Anchor, Custody } from '../custody/custody.ts';
import { type Database, isUniqueViolation, type Statements } from '../database/database.ts';
import { appendEntry, hashOf, type LogEntry, type LogEvent, readHead, sameAnchor } from './attempt-log.ts';
import { memoryFailure } from './failure.ts';
import type { Hooks } from './hooks.ts';
import { macInput, RECORD_COLUMNS, type StoredRecord, type VaultRecord, valuesOf } from './record.ts';

export interface Change {
  /** The row as it was read; undefined where there was none. */
  readonly before: StoredRecord | undefined;
  /** The row as it shall be. With an event, version and log entry are filled in here. */
  readonly after: VaultRecord;
  /** What the log says of it; null for what no budget depends on, which is authenticated but not logged. */
  readonly event: LogEvent | null;
  /** The number of the record's newest log entry, where the row does not name it. */
  readonly newest?: number;
  /** Further statements in the same transaction; false when what they need is not there any more. */
  readonly along?: (statements: Statements) => Promise<boolean>;
}

/** `conflict`: another change came first, and nothing of this one took place. Read again and decide again. */
export type Committed = 'done' | 'conflict';

interface Waiting {
  readonly change: Change;
  readonly resolve: (result: Committed) => void;
  readonly reject: (error: unknown) => void;
}

/** A change with all that depends on its place in the chain. */
interface Prepared {
  readonly waiting: Waiting;
  readonly entry: LogEntry | undefined;
  readonly hash: Uint8Array | undefined;
  readonly after: VaultRecord;
  readonly mac: Uint8Array;
}

/** Most changes in one transaction: beyond it the first of them would wait longer than they save. */
const MOST_IN_BATCH = 64;

const placeholders = (from: number) => RECORD_COLUMNS.map((_, index) => `$${from + index}`);
const INSERT = `INSERT INTO records (${RECORD_COLUMNS.join(', ')}) VALUES (${placeholders(1).join(', ')})
  ON CONFLICT (id) DO NOTHING`;
const UPDATE = `UPDATE records SET ${RECORD_COLUMNS.map((name, index) => `${name} = $${index + 1}`).join(', ')}
  WHERE id = $1 AND mac = $${RECORD_COLUMNS.length + 1}`;

class Conflicts extends Error {
  readonly items: ReadonlySet<Prepared>;
  constructor(items: ReadonlySet<Prepared>) {
    super('conflicts');
    this.items = items;
  }
}

export interface CommitterParts {
  readonly database: Database;
  readonly custody: Custody;
  readonly replica: string;
  readonly hooks: Hooks;
  /** Called once when this process may not write any more (`ReplicaInUse`). */
  readonly onFatal: (failure: Failure) => void;
  /** Called with the size of every batch that was committed. */
  readonly onBatch: (size: number) => void;
}

export class Committer {
  readonly #parts: CommitterParts;
  readonly #queue: Waiting[] = [];
  #running = false;
  /** The newest entry of the chain that is known to be in the database, and the newest that is anchored. */
  #head: Anchor;
  #anchored: Anchor;
  /** Where the chain ends if a transaction of unknown end took place after all. */
  #candidate: Anchor | undefined;
  #fatal: Failure | undefined;

  /** `head` is the end of the chain, which is anchored: see history.ts. */
  constructor(parts: CommitterParts, head: Anchor) {
    this.#parts = parts;
    this.#head = head;
    this.#anchored = head;
  }

  /** Resolves when the change and its anchor are durable. Rejects with what the database or the HSM throw. */
  commit(change: Change): Promise<Committed> {
    if (this.#fatal !== undefined) return Promise.reject(this.#fatal);
    const result = new Promise<Committed>((resolve, reject) => this.#queue.push({ change, resolve, reject }));
    if (!this.#running) {
      this.#running = true;
      // After this turn of the loop, so that requests that came together are committed together.
      setImmediate(() => void this.#drain());
    }
    return result;
  }

  /** Whether the newest event of a record is covered by an anchor that this replica wrote. */
  isAnchored(record: VaultRecord): boolean {
    return record.eventReplica === this.#parts.replica && record.eventSeq <= this.#anchored.seq;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#commitBatch(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = false;
  }

  /** The next changes, at most one for each record, in the order of ids: two replicas lock them the same way round. */
  #takeBatch(): Waiting[] {
    const batch = new Map<string, Waiting>();
    const later: Waiting[] = [];
    for (const waiting of this.#queue.splice(0)) {
      const key = Buffer.from(waiting.change.after.id).toString('latin1');
      if (batch.size < MOST_IN_BATCH && !batch.has(key)) batch.set(key, waiting);
      else later.push(waiting);
    }
    this.#queue.push(...later);
    return [...batch.values()].sort((a, b) => compareBytes(a.change.after.id, b.change.after.id));
  }

  async #commitBatch(batch: readonly Waiting[]): Promise<void> {
    if (this.#fatal !== undefined) throw this.#fatal;
    if (this.#candidate !== undefined) await this.#lookUp();
    let rest = batch;
    while (rest.length > 0) {
      const { items, head } = await this.#prepare(rest);
      const conflicts = await this.#write(items, head);
      if (conflicts.size === 0) {
        await this.#anchor(items);
        return;
      }
      for (const { waiting } of conflicts) waiting.resolve('conflict');
      rest = items.filter((item) => !conflicts.has(item)).map(({ waiting }) => waiting);
    }
  }

  async #prepare(batch: readonly Waiting[]): Promise<{ items: Prepared[]; head: Anchor }> {
    const { replica, custody, hooks } = this.#parts;
    let head = this.#head;
    const at = hooks.now();
    const chained = batch.map((waiting) => {
      const { before, after, event, newest } = waiting.change;
      if (event === null) return { waiting, after, entry: undefined, hash: undefined };
      const version = (newest ?? before?.version ?? 0) + 1;
      const seq = head.seq + 1;
      const entry: LogEntry = {
        replica,
        seq,
        record: after.id,
        version,
        event,
        left: after.left,
        at,
        previous: head.head,
      };
      const hash = hashOf(entry);
      head = { seq, head: hash };
      return { waiting, entry, hash, after: { ...after, version, eventReplica: replica, eventSeq: seq } };
    });
    const items = await Promise.all(
      chained.map(async (item) => ({ ...item, mac: await custody.mac(macInput(item.after)) })),
    );
    return { items, head };
  }

  /** Writes all of them, or none and says which can't be. */
  async #write(items: readonly Prepared[], head: Anchor): Promise<ReadonlySet<Prepared>> {
    try {
      await this.#parts.database.transaction(async (statements) => {
        const held = await Promise.all(items.map((item) => writeOne(statements, item)));
        const conflicts = new Set(items.filter((_, index) => !held[index]));
        if (conflicts.size > 0) throw new Conflicts(conflicts);
      });
    } catch (error) {
      if (error instanceof Conflicts) return error.items;
      if (isUniqueViolation(error)) return this.#afterCollision(items);
      if (error instanceof Failure && error.code === 'DatabaseUnreachable' && !sameAnchor(head, this.#head)) {
        // It may have taken place, or may yet: nobody heard the end of it.
        this.#candidate = head;
        await this.#lookUp();
        if (sameAnchor(this.#head, head)) return new Set();
      }
      throw error;
    }
    this.#head = head;
    this.#candidate = undefined;
    return new Set();
  }

  /** A number that is taken: in this replica's chain by another process, or among a record's events by another replica. */
  async #afterCollision(items: readonly Prepared[]): Promise<ReadonlySet<Prepared>> {
    await this.#lookUp();
    // Which of several it was, nobody says: all are decided anew.
    return new Set(items);
  }

  /** Whether the chain ends where this process left it, or where a transaction of unknown end would leave it. */
  async #lookUp(): Promise<void> {
    const found = await readHead(this.#parts.database, this.#parts.replica);
    if (found === undefined) throw this.#fail();
    if (sameAnchor(found, this.#head)) return;
    if (this.#candidate === undefined || !sameAnchor(found, this.#candidate)) throw this.#fail();
    this.#head = this.#candidate;
    this.#candidate = undefined;
  }

  #fail(): Failure {
    this.#fatal = memoryFailure('ReplicaInUse');
    this.#parts.onFatal(this.#fatal);
    return this.#fatal;
  }

  async #anchor(items: readonly Prepared[]): Promise<void> {
    const { custody, replica, hooks, onBatch } = this.#parts;
    onBatch(items.length);
    await hooks.at('committed');
    if (!sameAnchor(this.#anchored, this.#head)) {
      await custody.writeAnchor(replica, this.#head);
      this.#anchored = this.#head;
    }
    await hooks.at('anchored');
    for (const { waiting } of items) waiting.resolve('done');
  }
}

async function writeOne(statements: Statements, item: Prepared): Promise<boolean> {
  const { before, along } = item.waiting.change;
  const values = [...valuesOf(item.after), item.mac];
  const changed =
    before === undefined ? statements.run(INSERT, ...values) : statements.run(UPDATE, ...values, before.mac);
  const logged = item.entry === undefined ? undefined : appendEntry(statements, item.entry, item.hash!);
  const others = along === undefined ? true : along(statements);
  // Waited for together: a database across a network then answers all of them in one round.
  const [rows, , held] = await Promise.all([changed, logged, others]);
  return rows === 1 && held;
}
