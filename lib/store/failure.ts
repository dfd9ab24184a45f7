/** Owns the closed union of what can go wrong with what is kept, and how the room refuses. */
import { Failure, type Retry } from '../failure/index.ts';

/**
 * - StoreLost: the database, or the key to it, is gone, or another installation's stands in its place. Never a first run.
 * - StoreDamaged: something in it is not what this installation wrote.
 * - StoreRolledBack: it is an older copy of itself: its ratchet state was used since, and must never be used again.
 * - StoreNewer: a newer version of Sotto wrote it.
 * - StoreFull: the browser gives no more room. Nothing was changed.
 * - StoreUnavailable: the browser could not do it now. A step that was asked for may or may not have been kept; asking
 *   again with the same names is safe.
 */
export type StoreFailureCode =
  | 'StoreLost'
  | 'StoreDamaged'
  | 'StoreRolledBack'
  | 'StoreNewer'
  | 'StoreFull'
  | 'StoreUnavailable';

/** `user` where a person must act: restore, update, make room. */
const RETRY: Record<StoreFailureCode, Retry> = {
  StoreLost: 'user',
  StoreDamaged: 'user',
  StoreRolledBack: 'user',
  StoreNewer: 'user',
  StoreFull: 'user',
  StoreUnavailable: 'later',
};

/** Makes the failure to throw. Nothing of the input goes into it. */
export function refusal(code: StoreFailureCode, cause?: unknown): Failure<StoreFailureCode> {
  return new Failure(code, RETRY[code], cause);
}

/**
 * What an error of the database means. A Failure is what the step itself refused and stays as it is; so does what is no
 * error of the database, since that is a programmer's mistake.
 */
export function storeFailureOf(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const names = namesOf(error);
  if (names.includes('QuotaExceededError')) return refusal('StoreFull', error);
  if (names.includes('VersionError')) return refusal('StoreNewer', error);
  if (names.includes('UnknownError') || names.includes('DataError')) return refusal('StoreDamaged', error);
  if (names.some((name) => UNAVAILABLE.has(name))) return refusal('StoreUnavailable', error);
  return error;
}

/** What Dexie and IndexedDB say when a database is closed, blocked, deleted under our feet or given up by the browser. */
const UNAVAILABLE = new Set([
  'AbortError',
  'DatabaseClosedError',
  'InvalidStateError',
  'MissingAPIError',
  'OpenFailedError',
  'PrematureCommitError',
  'TimeoutError',
  'TransactionInactiveError',
]);

/** The name of an error and of those inside it: Dexie wraps what the browser threw. At most four deep. */
function namesOf(error: unknown): string[] {
  const names: string[] = [];
  let inner = error as { name?: unknown; inner?: unknown } | undefined;
  for (let depth = 0; depth < 4 && inner !== undefined && inner !== null; depth++) {
    names.push(String(inner.name));
    inner = inner.inner as typeof inner;
  }
  return names;
}
