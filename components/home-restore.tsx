/** Owns home's part about restoring: where the backup lies, the PIN or the code, and how far it is. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { BackupAnswer, BackupFound, BackupRestore, BackupState } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import { hostOf } from './backup-enrol.tsx';
import type { BackupEvents } from './backup-events.ts';
import type { BackupFileEvents } from './backup-file-events.ts';
import { BackupFileOpen } from './backup-file-open.tsx';
import { BackupPin } from './backup-pin.tsx';
import { plainRefusal, refusalText } from './backup-text.ts';
import { CardScan } from './card-scan.tsx';
import type { ScanEvents } from './scan-events.ts';

interface HomeRestoreProps {
  /** Null until the background has answered. */
  readonly backup: BackupState | null;
  readonly events: BackupEvents;
  readonly fileEvents: BackupFileEvents;
  readonly scanEvents: ScanEvents;
}

/** The part: from vaults where there is no backup yet, and from a file at any time. */
export function HomeRestore({ backup, events, fileEvents, scanEvents }: HomeRestoreProps) {
  if (backup === null) return <p class="quiet">{text('homeAsking')}</p>;
  return (
    <>
      <p class="lead">{text('restoreLead')}</p>
      <FromVaults backup={backup} events={events} scanEvents={scanEvents} />
      <BackupFileOpen state={backup} events={fileEvents} />
    </>
  );
}

interface FromVaultsProps {
  readonly backup: BackupState;
  readonly events: BackupEvents;
  readonly scanEvents: ScanEvents;
}

function FromVaults({ backup, events, scanEvents }: FromVaultsProps) {
  const [found, setFound] = useState<BackupFound | null>(null);
  const [scanned, setScanned] = useState('');
  if (backup.restore !== null) return <Progress restore={backup.restore} failure={backup.failure} />;
  if (backup.phase !== 'off') return <p>{text('restoreIsOn')}</p>;
  return found === null ? (
    <Find
      backup={backup}
      events={events}
      scanEvents={scanEvents}
      onFound={(backupFound, card) => {
        setScanned(card);
        setFound(backupFound);
      }}
    />
  ) : (
    <Open found={found} scanned={scanned} events={events} onBack={() => setFound(null)} />
  );
}

interface FindProps extends FromVaultsProps {
  readonly onFound: (found: BackupFound, card: string) => void;
}

function Find({ backup, events, scanEvents, onFound }: FindProps) {
  const [refusal, setRefusal] = useState<string>('');
  const [locator, setLocator] = useState('');
  const [letters, setLetters] = useState('');
  const [typed, setTyped] = useState('');
  const [card, setCard] = useState('');
  const none = { locator: '', letters: '', urls: [], card: '' };
  /** `byCard`: the text of the card's QR code, where it is looked for by that. */
  const find = (asked: Promise<BackupFound | null>, byCard = ''): void => {
    setRefusal('');
    void asked.then((answer) => {
      if (answer === null) setRefusal(text('backupHostRefused'));
      else if (answer.code === '') onFound(answer, byCard);
      else setRefusal(refusalText(answer));
    });
  };
  const findByCard = (words: string): void => find(events.onFind({ ...none, where: 'card', card: words }), words);
  const line = (name: string, value: string, set: (value: string) => void) => (
    <label>
      {name}
      <input
        type="text"
        dir="ltr"
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
  return (
    <>
      {backup.synced.length > 0 && (
        <section>
          <h2>{text('restoreSynced')}</h2>
          <p>{text('restoreSyncedAt', backup.synced.map(hostOf).join(', '))}</p>
          <button type="button" onClick={() => find(events.onFind({ ...none, where: 'synced' }))}>
            {text('restoreThis')}
          </button>
        </section>
      )}
      <section>
        <h2>{text('restoreTyped')}</h2>
        {line(text('backupCardLocator'), locator, setLocator)}
        {line(text('backupCardVaults'), letters, setLetters)}
        {line(text('backupCardHosts'), typed, setTyped)}
        <button
          type="button"
          disabled={locator === '' || letters === '' || typed.trim() === ''}
          onClick={() =>
            find(
              events.onFind({ where: 'typed', locator, letters, urls: typed.trim().split(/\s+/).map(asUrl), card: '' }),
            )
          }
        >
          {text('restoreFind')}
        </button>
      </section>
      <section>
        <h2>{text('restoreScanned')}</h2>
        <CardScan events={scanEvents} onBegin={() => setRefusal('')} onCard={findByCard} />
        {line(text('restoreScannedText'), card, setCard)}
        <button type="button" disabled={card === ''} onClick={() => findByCard(card)}>
          {text('restoreFind')}
        </button>
      </section>
      <p class="alarm" role="alert">
        {refusal}
      </p>
    </>
  );
}

/** The card names hosts; on one's own machine there is no TLS. */
function asUrl(typed: string): string {
  if (/^https?:[/][/]/.test(typed)) return typed;
  return /^(127[.]0[.]0[.]1|localhost)(:|$)/.test(typed) ? `http://${typed}` : `https://${typed}`;
}

interface OpenProps {
  readonly found: BackupFound;
  /** The text of the card's QR code, where it was found by that. */
  readonly scanned: string;
  readonly events: BackupEvents;
  readonly onBack: () => void;
}

function Open({ found, scanned, events, onBack }: OpenProps) {
  const [code, setCode] = useState(scanned);
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<BackupAnswer | null>(null);
  const head = useRef<HTMLParagraphElement>(null);
  // What was pressed to come here is gone.
  useLayoutEffect(() => head.current?.focus(), []);
  const byCode = (): void => {
    setWorking(true);
    setRefusal(null);
    // The text of the card's QR code has its address in it; letters alone are for the backup that was found.
    const secret = code.trim().startsWith('sotto-backup:') ? 'card' : 'code';
    void events.onRestore(found, secret, code).then((answer) => {
      setWorking(false);
      if (answer.code !== '') setRefusal(answer);
    });
  };
  return (
    <>
      <p ref={head} class="found" tabIndex={-1}>
        {text('restoreFoundAt', found.hosts.map(hostOf).join(', '))}
      </p>
      <section>
        <h2>{text('restoreByPin')}</h2>
        <BackupPin label={text('restoreGo')} twice={false} onPin={(pin) => events.onRestore(found, 'pin', pin)} />
      </section>
      <section>
        <h2>{text('restoreByCode')}</h2>
        <label>
          {text('backupCardCode')}
          <input
            type="text"
            dir="ltr"
            autocomplete="off"
            spellcheck={false}
            value={code}
            onInput={({ currentTarget }) => setCode(currentTarget.value)}
          />
        </label>
        <button type="button" disabled={working || code === ''} onClick={byCode}>
          {text('restoreGo')}
        </button>
        <p class="alarm" role="alert">
          {refusal !== null && refusalText(refusal)}
        </p>
      </section>
      <button type="button" class="plain" onClick={onBack}>
        {text('restoreBack')}
      </button>
    </>
  );
}

function Progress({ restore, failure }: { readonly restore: BackupRestore; readonly failure: string }) {
  const { done, total, missing, altered, newer, conflicts, older, finished } = restore;
  const troubles = [
    missing > 0 && text('restoreMissing', String(missing)),
    altered > 0 && text('restoreAltered', String(altered)),
    newer > 0 && text('restoreNewer', String(newer)),
    conflicts > 0 && text('restoreConflicts', String(conflicts)),
    older && text('backupRolledBack'),
    failure !== '' && refusalText(plainRefusal(failure)),
  ].filter((sentence) => sentence !== false);
  return (
    <section>
      <h2>{text(finished ? 'restoreDone' : 'restoreRunning')}</h2>
      <p>{text(finished ? 'restoreDoneBody' : 'restoreRunningBody')}</p>
      {!finished && <progress max={Math.max(1, total)} value={done} aria-label={text('restoreRunning')} />}
      {troubles.map((sentence) => (
        <p key={sentence} class="alarm">
          {sentence}
        </p>
      ))}
    </section>
  );
}
