import { Failure } from '../../lib/failure/index.ts';

/**
 * What is wrong with a vault's memory of its tries. None of it mends itself: an operator must look.
 * - `DatabaseBehindAnchor`: it lacks what the HSM's anchor names: an old copy, or another vault's database.
 * - `AnchorMissing`: it has a log whose anchor is not in the HSM.
 * - `LogBroken`: an entry of an attempt log is missing, altered or out of its place.
 * - `RowForged`: a row was not written by this vault, or was altered.
 * - `RowReplayed`: a row is older than the newest entry that the log has for it.
 * - `RowMissing`: the log knows a record that is not there.
 * - `OtherLineage`: the database belongs to other HSM keys; what it holds can't be used any more.
 * - `ReplicaInUse`: another process writes the log of this replica.
 */
export type MemoryCode =
  | 'DatabaseBehindAnchor'
  | 'AnchorMissing'
  | 'LogBroken'
  | 'RowForged'
  | 'RowReplayed'
  | 'RowMissing'
  | 'OtherLineage'
  | 'ReplicaInUse';

export function memoryFailure(code: MemoryCode): Failure<MemoryCode> {
  return new Failure(code, 'user');
}
