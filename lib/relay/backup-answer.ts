/** Owns how what the backup refuses is told to popup and home: its code, and of its details what a person acts on. */
import { BackupFailure, type VaultReport } from '../backup/index.ts';
import type { VaultNote } from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { BackupAnswer } from './backup-contract.ts';

/** It was done. */
export const DONE: BackupAnswer = { code: '', left: -1, nextAt: 0, why: '', at: -1 };

/** `work`'s value, or the answer of why there is none. What is no refusal is thrown on. */
export async function answered<Value extends BackupAnswer>(
  empty: Omit<Value, keyof BackupAnswer>,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    return { ...refused(error), ...empty } as Value;
  }
}

/** The answer of a refusal. */
export function refused(error: unknown): BackupAnswer {
  if (!(error instanceof Failure)) throw error;
  const { left, nextAt, why, at } = error instanceof BackupFailure ? error.details : {};
  return { code: error.code, left: left?.atLeast ?? -1, nextAt: nextAt ?? 0, why: why ?? '', at: at ?? -1 };
}

/** Vaults as they are remembered, after `reports`: what they did not say anew stays. */
export function notesOf(before: readonly VaultNote[], reports: readonly VaultReport[]): VaultNote[] {
  return reports.map(({ url, problem, left }) => {
    const known = before.find((note) => note.url === url);
    return { url, grade: known?.grade ?? '', left: left ?? known?.left, problem: problem ?? '' };
  });
}
