/** Owns the sentences of the backup that depend on a code, a grade or a time. */
import type { BackupAnswer, BackupState } from '../lib/relay/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';

const REFUSALS: Readonly<Record<string, TextKey>> = {
  PinTooShort: 'backupPinTooShort',
  PinTooLong: 'backupPinTooLong',
  PinNotText: 'backupPinNotText',
  PinCommon: 'backupPinCommon',
  PinsDiffer: 'backupPinsDiffer',
  Locked: 'backupLocked',
  Gone: 'backupGone',
  NotEnoughVaults: 'backupUnreachable',
  VaultUnreachable: 'backupUnreachable',
  HostUnreachable: 'backupUnreachable',
  VaultLied: 'backupLied',
  HostFaulty: 'backupFaulty',
  HostRefused: 'backupHostRefused',
  EpochMismatch: 'backupEpochMismatch',
  RecordExists: 'backupExists',
  TokenRequired: 'backupTokenRequired',
  EnrolmentUnfinished: 'backupUnfinished',
  EnrolmentExpired: 'backupExpired',
  EnrolmentNotUndoable: 'backupNotUndoable',
  VaultSetInvalid: 'backupVaultsInvalid',
  VaultSetMismatch: 'backupVaultsOther',
  CodeLetterUnknown: 'backupCodeWrong',
  CodeLength: 'backupCodeLength',
  CodeMistyped: 'backupCodeWrong',
  CodeOfOtherKind: 'backupCodeOther',
  AddressMalformed: 'backupAddressWrong',
  WrapMissing: 'backupCodeNotOfThis',
  ManifestMissing: 'backupEmpty',
  ManifestDamaged: 'backupDamaged',
  ManifestRolledBack: 'backupRolledBack',
  WrapDamaged: 'backupDamaged',
  QuotaFull: 'backupQuotaFull',
  ClockSkew: 'backupClock',
  UpdateNeeded: 'backupUpdate',
  BackupBusy: 'backupBusy',
};

/** Of a file's own, where the same code means something else than with a PIN or a card. */
const FILE_REFUSALS: Readonly<Record<string, TextKey>> = {
  PinTooShort: 'fileTooShort',
  ExportNotOne: 'fileNotOne',
  ExportWrongSecret: 'fileWrongSecret',
  ExportDamaged: 'fileDamaged',
  ExportTooLarge: 'fileTooLarge',
  CodeOfOtherKind: 'fileCodeOther',
  StoreFull: 'fileNoRoom',
};

const GRADES: Readonly<Record<string, TextKey>> = {
  enforced: 'backupGradeEnforced',
  unenforced: 'backupGradeUnenforced',
  software: 'backupGradeSoftware',
};

const PROBLEMS: Readonly<Record<string, TextKey>> = {
  unreachable: 'backupVaultUnreachable',
  lied: 'backupVaultLied',
  gone: 'backupVaultGone',
  otherEpoch: 'backupVaultOther',
};

/** Why something was refused, and what to do. */
export function refusalText({ code, left, nextAt, at }: BackupAnswer): string {
  if (code === 'WrongPin') {
    const words = left < 0 ? text('backupWrongPin') : text('backupWrongPinLeft', String(left));
    return nextAt > 0 ? `${words} ${text('backupNextAt', timeText(nextAt))}` : words;
  }
  if (code === 'TooSoon') return text('backupNextAt', timeText(nextAt));
  if (code === 'CodeMistyped' && at >= 0) return text('backupCodeMistyped', String(at + 1));
  return text(REFUSALS[code] ?? 'backupFailed');
}

/** The same where it is about an encrypted file. */
export function fileRefusalText(answer: BackupAnswer): string {
  const key = FILE_REFUSALS[answer.code];
  return key === undefined ? refusalText(answer) : text(key);
}

/** A refusal of which nothing but the code is known. */
export function plainRefusal(code: string): BackupAnswer {
  return { code, left: -1, nextAt: 0, why: '', at: -1 };
}

/** What a vault's custody is worth, in plain words. */
export function gradeText(grade: string): string {
  return text(GRADES[grade] ?? 'backupGradeUnknown');
}

/** What is the matter with a vault, or how many tries it has left. */
export function vaultText({ problem, left }: BackupState['vaults'][number]): string {
  if (problem !== '') return text(PROBLEMS[problem] ?? 'backupVaultTrouble');
  return left < 0 ? text('backupVaultQuiet') : text('backupVaultLeft', String(left));
}

/** When something was or will be, as people here write it. */
export function timeText(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** When the last upload was, and what waits. */
export function savedText({ savedAt, waiting }: BackupState): string {
  if (savedAt === 0) return text('backupSavedNever');
  const saved = text('backupSaved', timeText(savedAt));
  return waiting === 0 ? saved : `${saved} ${text('backupWaiting', String(waiting))}`;
}
