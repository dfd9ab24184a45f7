/** The extension's side of the PIN backup: vaults, recovery, the recovery card, the log. See docs/backup.md. */
export {
  type BackupAddress,
  decodeAddress,
  encodeAddress,
  hostUrl,
  requireAddress,
  type VaultAddress,
  vaultIdOf,
  vaultSetHash,
} from './address.ts';
export type { CardKind } from './card-code.ts';
export { type Compacted, type CompactionChoices, compactLog, segmentsOf } from './compact.ts';
export { isCompactionDue, type LogMeasure } from './compaction-rule.ts';
export { goesWith } from './counting.ts';
export { acceptUnfinished, type EnrolmentPlan, enrol, resumeEnrolment, undoEnrolment } from './enrol.ts';
export { type EnrolmentPort, type PendingEnrolment, pendingEnrolmentCodec, triesFor } from './enrolment-state.ts';
export { eraseLog, eraseWraps } from './erase-log.ts';
export {
  EXPORT_HEAD_LENGTH,
  type ExportCode,
  type ExportContent,
  type ExportSecret,
  inspectExport,
  MOST_EXPORT_BYTES,
  makeExportCode,
  openExport,
  parseExportCode,
  printExportCode,
  requireExportSecret,
  sealExport,
} from './export-file.ts';
export {
  type BackupDetails,
  BackupFailure,
  type BackupFailureCode,
  type VaultProblem,
  type VaultReport,
} from './failure.ts';
export { type IdentityPair, openIdentity, type SealedIdentity, sealIdentity } from './identity-section.ts';
export { encodeStandings, type LiveBackup, liveBackupCodec, type VaultStanding } from './live-backup.ts';
export { type BackupLog, fetchManifest, logOf, type OpenedManifest } from './log.ts';
export {
  type LogState,
  logStateCodec,
  NO_LOG_STATE,
  type PendingSegment,
  type QueuedRecord,
  type UploadPort,
} from './log-state.ts';
export type { Manifest } from './manifest.ts';
export { openByCode, openByPin, replaceRecoveryCode, withStandings } from './opening.ts';
export { choosePin, makePin, PIN_LENGTHS, type Pin, readPin } from './pin.ts';
export type { CommonReason } from './pin-rules.ts';
export {
  type ArmourMark,
  type BackupRecord,
  type ContactRecord,
  decodeRecord,
  type EncodedRecord,
  encodeRecord,
  type MessageRecord,
  MOST_RECORD_LENGTH,
  type PersonaRecord,
  type PreviewRecord,
  recordKey,
  type SettingsRecord,
  type TombstoneRecord,
} from './records.ts';
export { openRecovery, type Recovered, type Recovery } from './recover.ts';
export {
  makeCard,
  parseCardQr,
  parseLocator,
  parseRecoveryCode,
  type RecoveryCard,
  requireVaults,
  thresholdOnCard,
} from './recovery-card.ts';
export { type RecoveryMemory, type RecoveryPort, recoveryMemoryCodec, type SeenVault } from './recovery-memory.ts';
export {
  openRestore,
  type Restore,
  type RestoredSegment,
  readUnread,
  type SegmentProblem,
  stateAfterRestore,
} from './restore.ts';
export { type LogKeys, logKeysOf, makeRootKey, type RootKey } from './root-key.ts';
export { type BackupSurroundings, browserFetch, type Fetch } from './surroundings.ts';
export type { TriesLeft } from './tries-left.ts';
export { announceHead, checkVaults, deleteRecords, type Unlocked, unlockVaults } from './unlock.ts';
export { beginEpoch, isUploadDue, keepStandings, type QueueMeasure, type UploadResult, uploadQueue } from './upload.ts';
export { inspectVault } from './vault-client.ts';
export { openDeviceWrap, type RecoveryCode, wrapForDevice } from './wraps.ts';
