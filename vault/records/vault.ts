/** Owns what the endpoints of records share: the parts they work with, and the loop of deciding against a fresh row. */
import { encodeHex, equalBytes } from '../../lib/bytes/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import { type RecordId, type Refusal, type UnlockToken, unlockTagInput } from '../../lib/vault-protocol/index.ts';
import type { Custody, StoredKey } from '../custody/custody.ts';
import type { Database } from '../database/database.ts';
import { sha256 } from '../hash.ts';
import type { KeyedMutex } from '../mutex.ts';
import type { WorkDesk } from '../work.ts';
import type { Change, Committer } from './committer.ts';
import type { Counts } from './counts.ts';
import type { Hooks } from './hooks.ts';
import { keyContext, type StoredRecord, type VaultRecord } from './record.ts';
import type { RecordStore } from './record-store.ts';

/** What enrolling asks for, and what a record may be. */
export interface Policy {
  readonly triesDefault: number;
  readonly triesMost: number;
  readonly work: boolean;
  readonly token: 'none' | 'optional' | 'required';
  readonly quotaBytes: number;
}

export interface Vault {
  readonly database: Database;
  readonly custody: Custody;
  readonly store: RecordStore;
  readonly committer: Committer;
  readonly hooks: Hooks;
  readonly policy: Policy;
  readonly work: WorkDesk;
  readonly turns: KeyedMutex;
  readonly counts: Counts;
}

/** A success, as the bytes of its body, or a refusal. */
export type Reply = Uint8Array | Refusal;

export const GONE: Refusal = { code: 'Gone' };

/** What is decided on a row: a reply, and the change that must be durable before it is given. */
export interface Decision<Result> {
  readonly change?: Change;
  readonly result: Result;
}

/** Another replica made progress each time, and budgets are small: more than this is a database gone wrong. */
const MOST_CONFLICTS = 30;

/** Lets `decide` see the record as it is, makes its change durable, and gives its result; decides anew on a conflict. */
export function settle<Result>(
  vault: Vault,
  id: RecordId,
  decide: (record: StoredRecord | undefined) => Promise<Decision<Result>> | Decision<Result>,
): Promise<Result> {
  return vault.turns.run(encodeHex(id), async () => {
    for (let tried = 0; tried < MOST_CONFLICTS; tried++) {
      const { change, result } = await decide(await vault.store.read(id));
      if (change === undefined || (await vault.committer.commit(change)) === 'done') return result;
    }
    throw new Failure('DatabaseContended', 'later');
  });
}

/** A record that counts; what is due to be destroyed is gone already, whether or not anybody has destroyed it yet. */
export function isLive(record: StoredRecord | undefined, now: number): record is StoredRecord {
  return record?.state === 'live' && !isDue(record, now);
}

export function isDue(record: VaultRecord, now: number): boolean {
  return record.destroyAt !== null && record.destroyAt <= now;
}

export function keyOf(record: VaultRecord): StoredKey {
  if (record.keyBlob === null || record.publicKey === null) throw new RangeError('a live record has a key');
  return {
    blob: record.keyBlob,
    publicKey: record.publicKey,
    context: keyContext(record.id, record.generation),
  };
}

/** Wrong unlocks that a record takes within an hour before it takes none at all. */
const MOST_UNLOCK_FAILURES = 5;
const UNLOCK_WINDOW = 60 * 60_000;

/** Whether `token` is the record's: nothing, or the refusal and what must be remembered of it. */
export function refuseUnlock(record: StoredRecord, token: UnlockToken, now: number): Decision<Refusal> | undefined {
  const within = now < record.unlockFailedAt + UNLOCK_WINDOW;
  const failures = within ? record.unlockFailures : 0;
  if (failures >= MOST_UNLOCK_FAILURES) {
    return { result: { code: 'TooMany', nextAt: record.unlockFailedAt + UNLOCK_WINDOW } };
  }
  const input = unlockTagInput(token);
  const right = record.unlockTag !== null && equalBytes(sha256(input), record.unlockTag);
  input.fill(0);
  if (right) return undefined;
  const unlockFailedAt = failures === 0 ? now : record.unlockFailedAt;
  const after = { ...record, unlockFailures: failures + 1, unlockFailedAt };
  return { result: { code: 'WrongUnlock' }, change: { before: record, after, event: null } };
}
