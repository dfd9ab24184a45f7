/** Owns the closed union of what the backup refuses, and what a refusal tells besides its code. */
import { Failure, type Retry } from '../failure/index.ts';
import type { Head, VaultId } from '../vault-protocol/index.ts';
import type { TriesLeft } from './tries-left.ts';

/**
 * PIN rules:
 * - PinTooShort (an export's passphrase, too), PinTooLong, PinNotText (control characters, half a surrogate pair), PinCommon (`why` says which rule).
 * Recovery by PIN:
 * - WrongPin: this PIN does not open it with the vaults that answered; `left`, `vaults` with left and nextAt.
 * - Locked: every try is used up at too many vaults. Gone: too many vaults have no such record (destroyed, or never there).
 * - TooSoon: the vaults take the next try at `nextAt`.
 * - NotEnoughVaults: fewer vaults answered than it takes; `vaults` says what became of each. With one vault alone:
 *   VaultUnreachable or VaultLied (an answer that is not signed with the pinned key, or not what was asked for).
 * - EpochMismatch: the vaults hold parts of different enrolments, and too few of any one.
 * Enrolment:
 * - RecordExists: a finished record is there that is not ours to replace. TokenRequired: the operator admits by token only.
 * - EnrolmentUnfinished: some vaults did not answer; the same step again goes on. EnrolmentExpired: some waited longer than
 *   ten minutes; it takes the PIN once more. EnrolmentNotUndoable: an old PIN was already replaced somewhere.
 * - VaultSetInvalid: no vault, too many, one twice, or a threshold that can not be met.
 * - WrongUnlock: the vault does not know our unlock token. HeadBehind: another browser told the vault of a newer manifest.
 * What is typed from the recovery card:
 * - CodeLetterUnknown, CodeLength, CodeMistyped (`at` where one letter is surely the wrong one), CodeOfOtherKind,
 *   AddressMalformed, VaultSetMismatch: these are not the vaults that are on the card.
 * Keys: WrapMissing: nothing is kept under this code or PIN. WrapDamaged: what is kept does not open.
 * Blobs and log:
 * - HostUnreachable, HostFaulty (answers that no honest host gives), ClockSkew (`time` is the host's), QuotaFull, NotYours.
 * - ManifestMissing, ManifestDamaged, ManifestRolledBack: older than, or another than, the one that is known (`expected`).
 * - Interrupted: compaction gave way to something else. SegmentMissing, SegmentDamaged. UpdateNeeded: written by a newer Sotto. RecordDamaged: a record that is none.
 * Export file: ExportNotOne, ExportWrongSecret, ExportDamaged, ExportTooLarge.
 */
export type BackupFailureCode =
  | 'PinTooShort'
  | 'PinTooLong'
  | 'PinNotText'
  | 'PinCommon'
  | 'WrongPin'
  | 'Locked'
  | 'Gone'
  | 'TooSoon'
  | 'NotEnoughVaults'
  | 'VaultUnreachable'
  | 'VaultLied'
  | 'EpochMismatch'
  | 'RecordExists'
  | 'TokenRequired'
  | 'EnrolmentUnfinished'
  | 'EnrolmentExpired'
  | 'EnrolmentNotUndoable'
  | 'VaultSetInvalid'
  | 'WrongUnlock'
  | 'HeadBehind'
  | 'CodeLetterUnknown'
  | 'CodeLength'
  | 'CodeMistyped'
  | 'CodeOfOtherKind'
  | 'AddressMalformed'
  | 'VaultSetMismatch'
  | 'WrapMissing'
  | 'WrapDamaged'
  | 'HostUnreachable'
  | 'HostFaulty'
  | 'ClockSkew'
  | 'QuotaFull'
  | 'NotYours'
  | 'ManifestMissing'
  | 'ManifestDamaged'
  | 'ManifestRolledBack'
  | 'Interrupted'
  | 'SegmentMissing'
  | 'SegmentDamaged'
  | 'UpdateNeeded'
  | 'RecordDamaged'
  | 'ExportNotOne'
  | 'ExportWrongSecret'
  | 'ExportDamaged'
  | 'ExportTooLarge';

/**
 * What became of one vault. unreachable: no answer that proves anything. lied: see VaultLied. gone, locked, tooSoon: as it
 * says. refused: it does not do what was asked. otherEpoch: it holds another enrolment. expired: see EnrolmentExpired.
 */
export type VaultProblem =
  | 'unreachable'
  | 'lied'
  | 'gone'
  | 'locked'
  | 'tooSoon'
  | 'refused'
  | 'otherEpoch'
  | 'expired';

/** One vault, as an outcome tells of it. */
export interface VaultReport {
  readonly id: VaultId;
  readonly url: string;
  readonly problem: VaultProblem | undefined;
  /** Tries that it has left, and when (milliseconds) it takes the next one, as far as it said. */
  readonly left: number | undefined;
  readonly nextAt: number | undefined;
}

/** What a refusal tells besides its code. Nothing of it is secret. */
export interface BackupDetails {
  readonly vaults?: readonly VaultReport[];
  readonly left?: TriesLeft;
  /** Milliseconds since 1970. */
  readonly nextAt?: number | undefined;
  readonly why?: 'repeat' | 'run' | 'date' | 'keyboard' | 'list';
  /** The place of a letter as it was typed, from 0. */
  readonly at?: number;
  readonly expected?: Head;
  readonly found?: Head;
  readonly time?: number;
  readonly used?: number;
  readonly quota?: number;
}

/** What the backup throws. */
export class BackupFailure extends Failure<BackupFailureCode> {
  readonly details: BackupDetails;

  constructor(code: BackupFailureCode, retry: Retry, details: BackupDetails, cause?: unknown) {
    super(code, retry, cause);
    this.details = details;
  }
}

const LATER: readonly BackupFailureCode[] = [
  'TooSoon',
  'NotEnoughVaults',
  'VaultUnreachable',
  'EnrolmentUnfinished',
  'HostUnreachable',
  'HeadBehind',
  'Interrupted',
];
const NEVER: readonly BackupFailureCode[] = ['Locked', 'Gone', 'ExportNotOne', 'ExportDamaged', 'RecordDamaged'];

/** Makes the failure to throw. */
export function refusal(code: BackupFailureCode, details: BackupDetails = {}, cause?: unknown): BackupFailure {
  return new BackupFailure(code, retryOf(code), details, cause);
}

function retryOf(code: BackupFailureCode): Retry {
  if (LATER.includes(code)) return 'later';
  return NEVER.includes(code) ? 'never' : 'user';
}
