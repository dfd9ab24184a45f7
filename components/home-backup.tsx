/** Owns home's part about the backup. */
import type { BackupState } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import type { BackupEvents } from './backup-events.ts';
import type { BackupFileEvents } from './backup-file-events.ts';
import { BackupFileSave } from './backup-file-save.tsx';
import { BackupPanel } from './backup-panel.tsx';

interface HomeBackupProps {
  /** Null until the background has answered. */
  readonly backup: BackupState | null;
  readonly events: BackupEvents;
  readonly fileEvents: BackupFileEvents;
}

/** The part. */
export function HomeBackup({ backup, events, fileEvents }: HomeBackupProps) {
  if (backup === null) return <p class="quiet">{text('homeAsking')}</p>;
  return (
    <>
      <p class="lead">{text('backupLead')}</p>
      <section>
        <BackupPanel state={backup} events={events} />
      </section>
      <BackupFileSave state={backup} events={fileEvents} />
      <p class="quiet">{text('backupWhat')}</p>
    </>
  );
}
