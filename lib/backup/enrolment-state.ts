/**
 * Owns what is kept of an enrolment until every vault has finished it, so that a crash at any step leaves it resumable.
 * Nothing in it tells a right PIN from a wrong one: the shared secret is gone before this is written.
 */
import { row } from '../store/index.ts';
import {
  COMMITMENT_LENGTH,
  ELEMENT_LENGTH,
  type EvaluatedElement,
  LINEAGE_LENGTH,
  MOST_TRIES,
  MOST_VAULTS,
  SEALED_SHARE_LENGTH,
  type SealedPart,
  UNLOCK_TOKEN_LENGTH,
  type UnlockToken,
  VAULT_ID_LENGTH,
} from '../vault-protocol/index.ts';
import type { BackupAddress } from './address.ts';
import { addressCodec, type LiveBackup, type VaultStanding } from './live-backup.ts';
import { ROOT_KEY_LENGTH, type RootKey } from './root-key.ts';
import type { WrapName } from './shared-secret.ts';
import type { Wrap } from './wraps.ts';

/**
 * How far one vault is. open: it holds a pending generation. sent: it was told to finish, and may have. finished: it said so.
 * expired: it forgot the pending one before it was told.
 */
export type EnrolmentStep = 'open' | 'sent' | 'finished' | 'expired';

/** One vault of an enrolment. */
export interface EnrollingVault {
  readonly step: EnrolmentStep;
  /** What is authorised from `finished` on. */
  readonly fresh: VaultStanding;
  /** What authorises the renewal; undefined for a first enrolment there. */
  readonly old: UnlockToken | undefined;
  /** What the vault answered, as a name of the pending generation: without the blind, which is gone, it says nothing. */
  readonly evaluated: EvaluatedElement;
}

/** An enrolment between its first and its last step. */
export interface PendingEnrolment {
  readonly address: BackupAddress;
  readonly root: RootKey;
  readonly tries: number;
  readonly sealed: SealedPart;
  readonly wrap: Wrap;
  readonly vaults: readonly EnrollingVault[];
  /** Of the enrolment before this one: forgotten at the end. */
  readonly oldPinWrap: WrapName | undefined;
  readonly codeWrap: WrapName | undefined;
}

/** Where the pending enrolment is kept; sealed, as everything in the store. */
export interface EnrolmentPort {
  load(): Promise<PendingEnrolment | undefined>;
  /** Resolves when it is on disk. undefined forgets it. */
  save(pending: PendingEnrolment | undefined): Promise<void>;
}

/** What the live browser keeps once the vaults have finished; a vault that has not keeps its old token. */
export function liveBackupOf({ address, root, sealed, wrap, vaults, codeWrap }: PendingEnrolment): LiveBackup {
  const standings = vaults.map(({ step, fresh, old }) =>
    step === 'expired' && old !== undefined ? { unlock: old, lineage: fresh.lineage } : fresh,
  );
  return { address, root, epoch: sealed.epoch, standings, pinWrap: wrap.name, codeWrap };
}

const wrapName = row.fixed<'WrapName'>(16);
const unlock = row.secret<'UnlockToken'>(UNLOCK_TOKEN_LENGTH);

const sealedPart = row.record<SealedPart>({
  threshold: row.uint32,
  vaults: row.list(row.fixed<'VaultId'>(VAULT_ID_LENGTH), MOST_VAULTS),
  epoch: row.uint53,
  shares: row.list(row.fixed<'SealedShare'>(SEALED_SHARE_LENGTH), MOST_VAULTS),
  commitment: row.fixed<'Commitment'>(COMMITMENT_LENGTH),
});

const enrollingVault = row.record<EnrollingVault>({
  step: row.oneOf('open', 'sent', 'finished', 'expired'),
  fresh: row.record<VaultStanding>({ unlock, lineage: row.optional(row.fixed<'Lineage'>(LINEAGE_LENGTH)) }),
  old: row.optional(unlock),
  evaluated: row.fixed<'EvaluatedElement'>(ELEMENT_LENGTH),
});

/** How a pending enrolment is kept in a row of the store. */
export const pendingEnrolmentCodec: row.RowCodec<PendingEnrolment> = row.record<PendingEnrolment>({
  address: addressCodec,
  root: row.secret<'BackupRootKey'>(ROOT_KEY_LENGTH),
  tries: row.uint32,
  sealed: sealedPart,
  wrap: row.record<Wrap>({ name: wrapName, bytes: row.bytes<'RootWrap'>() }),
  vaults: row.list(enrollingVault, MOST_VAULTS),
  oldPinWrap: row.optional(wrapName),
  codeWrap: row.optional(wrapName),
});

/**
 * The tries of a record unless the person chose others: who holds `threshold` - 1 of the vaults has at most twelve guesses;
 * more only where that would leave a person fewer than three tries.
 */
export function triesFor(threshold: number, vaults: number): number {
  const MOST_GUESSES = 12;
  return Math.max(3, Math.min(MOST_TRIES, Math.floor(MOST_GUESSES / (vaults - threshold + 1))));
}
