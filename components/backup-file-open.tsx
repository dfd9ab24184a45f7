/** Owns home's part about opening an encrypted file: which one, what opens it, and what it brought. */
import type { TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { BackupAnswer, BackupFileOpener, BackupOpened, BackupState } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import type { BackupFileEvents } from './backup-file-events.ts';
import { fileRefusalText, plainRefusal } from './backup-text.ts';

interface BackupFileOpenProps {
  readonly state: BackupState;
  readonly events: BackupFileEvents;
}

/** The part. */
export function BackupFileOpen({ state: { opened }, events }: BackupFileOpenProps) {
  return (
    <section class="file">
      <h2>{text('fileOpenTitle')}</h2>
      {opened === null ? <Pick events={events} /> : <Opened opened={opened} onClose={() => void events.onSeen()} />}
    </section>
  );
}

interface Picked {
  readonly file: File;
  readonly opener: BackupFileOpener;
}

function Pick({ events }: Pick<BackupFileOpenProps, 'events'>) {
  const [picked, setPicked] = useState<Picked | null>(null);
  const [typed, setTyped] = useState('');
  const [share, setShare] = useState<number | null>(null);
  const [refusal, setRefusal] = useState<BackupAnswer | null>(null);
  const pick = async (file: File | undefined): Promise<void> => {
    setPicked(null);
    setRefusal(null);
    if (file === undefined) return;
    const seen = await events.onLook(file);
    if (seen.code === '' && seen.opener !== '') setPicked({ file, opener: seen.opener });
    else setRefusal(seen);
  };
  const open = (event: Event): void => {
    event.preventDefault();
    if (picked === null) return;
    setRefusal(null);
    setShare(0);
    void events.onOpen(picked.file, picked.opener, typed, setShare).then((answer) => {
      setShare(null);
      if (answer.code !== '') setRefusal(answer);
    });
  };
  const box = {
    autocomplete: 'off',
    value: typed,
    disabled: share !== null,
    onInput: ({ currentTarget }: TargetedEvent<HTMLInputElement>) => setTyped(currentTarget.value),
  };
  const words = text(share !== null && share < 1 ? 'fileHandingOver' : 'fileOpening');
  return (
    <>
      <p>{text('fileOpenWhy')}</p>
      <form class="pin" onSubmit={open}>
        <label>
          {text('filePick')}
          <input
            type="file"
            accept=".sotto"
            disabled={share !== null}
            onChange={({ currentTarget }) => void pick(currentTarget.files?.[0])}
          />
        </label>
        {picked !== null && (
          <>
            {picked.opener === 'code' ? (
              <label>
                {text('fileCode')}
                <input type="text" dir="ltr" spellcheck={false} {...box} />
              </label>
            ) : (
              <label>
                {text('filePassphrase')}
                <input type="password" dir="auto" {...box} />
              </label>
            )}
            <button type="submit" disabled={share !== null || typed === ''}>
              {text('fileOpenGo')}
            </button>
          </>
        )}
        {share !== null && (
          <>
            <p role="status">{words}</p>
            <progress {...(share < 1 ? { max: 1, value: share } : {})} aria-label={words} />
          </>
        )}
        <p class="alarm" role="alert">
          {refusal !== null && fileRefusalText(refusal)}
        </p>
      </form>
    </>
  );
}

function Opened({ opened, onClose }: { readonly opened: BackupOpened; readonly onClose: () => void }) {
  const { done, total, contacts, messages, known, conflicts, damaged, newer, finished, failure } = opened;
  const troubles = [
    conflicts > 0 && text('restoreConflicts', String(conflicts)),
    damaged > 0 && text('fileLeftOut', String(damaged)),
    newer > 0 && text('restoreNewer', String(newer)),
    failure !== '' && fileRefusalText(plainRefusal(failure)),
  ].filter((sentence) => sentence !== false);
  const words = text('fileComesIn');
  return (
    <>
      {finished ? (
        <p class="good" role="status">
          {text('fileCame', String(contacts), String(messages))}
        </p>
      ) : (
        <>
          <p role="status">{words}</p>
          <progress max={Math.max(1, total)} value={done} aria-label={words} />
        </>
      )}
      {finished && known > 0 && <p>{text('fileKnown', String(known))}</p>}
      {finished && contacts > 0 && <p>{text('fileNext')}</p>}
      {troubles.map((sentence) => (
        <p key={sentence} class="alarm">
          {sentence}
        </p>
      ))}
      {finished && (
        <button type="button" class="plain" onClick={onClose}>
          {text('fileDone')}
        </button>
      )}
    </>
  );
}
