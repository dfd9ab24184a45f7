/** Owns the types of what home's parts are given: the state, and events out. Nothing here runs. */
import type {
  BackupState,
  HistoryQuery,
  HistorySlice,
  HomeSafety,
  HomeState,
  PreviewSettingsView,
} from '../lib/relay/index.ts';
import type { BackupEvents } from './backup-events.ts';
import type { BackupFileEvents } from './backup-file-events.ts';
import type { PreviewSettingsEvents } from './preview-settings.tsx';
import type { ScanEvents } from './scan-events.ts';

/** Events out. Each `Promise` of a code gives null, or the code of why not. */
export interface HomeEvents {
  readonly onTryAgain: () => void;
  /** Must be called in the person's press: the browser asks them. Gives whether it was granted. */
  readonly onGrant: (patterns: readonly string[]) => Promise<boolean>;
  readonly onTakeBack: (patterns: readonly string[]) => Promise<boolean>;
  readonly onReadSafety: (conversation: string) => Promise<HomeSafety>;
  /** `digits`: those that were shown. */
  readonly onVerify: (conversation: string, digits: string, verified: boolean) => Promise<string | null>;
  readonly onAcceptKey: (conversation: string) => Promise<string | null>;
  readonly onRefuseKey: (conversation: string) => Promise<string | null>;
  readonly onReadHistory: (query: HistoryQuery) => Promise<HistorySlice>;
  /** Deletes one line of a history, for good. */
  readonly onForget: (conversation: string, line: string) => Promise<string | null>;
  /** Deletes a contact with all that was said, for good. */
  readonly onForgetContact: (conversation: string) => Promise<string | null>;
  readonly onCopy: (words: string) => Promise<void>;
  readonly onMark: (colour: string, sign: string) => Promise<string | null>;
  readonly onErase: () => Promise<string | null>;
  /** The modules of a QR code for `content`, row by row. */
  readonly drawQr: (content: string) => readonly (readonly boolean[])[];
}

/** What a part is drawn from. */
export interface HomePartProps {
  readonly state: HomeState;
  /** Patterns of the sites that the person has granted. */
  readonly sites: readonly string[];
  readonly events: HomeEvents;
  /** Null until the background has answered. */
  readonly backup: BackupState | null;
  readonly backupEvents: BackupEvents;
  readonly fileEvents: BackupFileEvents;
  readonly scanEvents: ScanEvents;
  /** Null until the background has answered. */
  readonly previews: PreviewSettingsView | null;
  readonly previewEvents: PreviewSettingsEvents;
}
