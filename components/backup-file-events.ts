/** Owns the types of what home lets a person do with an encrypted file. Nothing here runs. */
import type { BackupAnswer, BackupFileMade, BackupFileOpener, BackupFileSeen } from '../lib/relay/index.ts';

/** A file that was made and is here: its bytes are sealed, its code is not. */
export interface FileAtHand extends BackupFileMade {
  readonly name: string;
  readonly file: Blob | undefined;
}

/** Events out. `tell` hears which part of a file, 0 to 1, has been handed over. */
export interface BackupFileEvents {
  readonly onMake: (opener: BackupFileOpener, typed: string, tell: (share: number) => void) => Promise<FileAtHand>;
  /** Hands a file to the browser's downloads: it is kept under its name, and the network is not asked. */
  readonly onKeep: (file: Blob, name: string) => void;
  /** What a file is opened by. */
  readonly onLook: (file: Blob) => Promise<BackupFileSeen>;
  readonly onOpen: (
    file: Blob,
    opener: BackupFileOpener,
    typed: string,
    tell: (share: number) => void,
  ) => Promise<BackupAnswer>;
  /** The person has seen what a file brought. */
  readonly onSeen: () => Promise<BackupAnswer>;
}
