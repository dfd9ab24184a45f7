/** Owns home's part about saving everything in an encrypted file, without any vault. */
import { useState } from 'preact/hooks';
import type { BackupAnswer, BackupFileOpener, BackupState } from '../lib/relay/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';
import type { BackupFileEvents, FileAtHand } from './backup-file-events.ts';
import { fileRefusalText } from './backup-text.ts';
import {
  PASSPHRASE_LEAST,
  type PassphraseStrength,
  passphraseLength,
  passphraseStrength,
} from './passphrase-strength.ts';

interface BackupFileSaveProps {
  readonly state: BackupState;
  readonly events: BackupFileEvents;
}

const STRENGTHS: Readonly<Record<Exclude<PassphraseStrength, 'short'>, TextKey>> = {
  weak: 'fileWeak',
  fair: 'fileFair',
  strong: 'fileStrong',
};

/** The part: how it is opened again, then the file. */
export function BackupFileSave({ state, events }: BackupFileSaveProps) {
  const [opener, setOpener] = useState<BackupFileOpener>('passphrase');
  const [share, setShare] = useState<number | null>(null);
  const [refusal, setRefusal] = useState<BackupAnswer | null>(null);
  const [made, setMade] = useState<FileAtHand | null>(null);
  const make = (typed: string): void => {
    setRefusal(null);
    setShare(0);
    void events.onMake(opener, typed, setShare).then((found) => {
      setShare(null);
      if (found.file === undefined) {
        setRefusal(found);
        return;
      }
      setMade(found);
      events.onKeep(found.file, found.name);
    });
  };
  return (
    <section class="file">
      <h2>{text('fileSaveTitle')}</h2>
      {made === null ? (
        <>
          <p>{text('fileSaveWhy')}</p>
          <fieldset disabled={share !== null}>
            <legend>{text('fileOpener')}</legend>
            {(['passphrase', 'code'] as const).map((each) => (
              <label key={each} class="opener">
                <input type="radio" name="opener" checked={opener === each} onChange={() => setOpener(each)} />
                <span>{text(each === 'passphrase' ? 'fileOpenerPassphrase' : 'fileOpenerCode')}</span>
              </label>
            ))}
          </fieldset>
          {opener === 'passphrase' ? (
            <Passphrase working={share !== null} onPassphrase={make} />
          ) : (
            <button type="button" disabled={share !== null} onClick={() => make('')}>
              {text('fileSaveGo')}
            </button>
          )}
          {share !== null && <Making state={state} share={share} />}
          <p class="alarm" role="alert">
            {refusal !== null && fileRefusalText(refusal)}
          </p>
        </>
      ) : (
        <Made made={made} events={events} onClose={() => setMade(null)} />
      )}
    </section>
  );
}

interface PassphraseProps {
  readonly working: boolean;
  readonly onPassphrase: (passphrase: string) => void;
}

function Passphrase({ working, onPassphrase }: PassphraseProps) {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  const strength = passphraseStrength(passphrase);
  const field = (name: string, value: string, set: (value: string) => void) => (
    <label>
      {name}
      <input
        type="password"
        autocomplete="off"
        dir="auto"
        value={value}
        disabled={working}
        onInput={({ currentTarget }) => {
          setDiffer(false);
          set(currentTarget.value);
        }}
      />
    </label>
  );
  return (
    <form
      class="pin"
      onSubmit={(event) => {
        event.preventDefault();
        setDiffer(passphrase !== again);
        if (passphrase === again) onPassphrase(passphrase);
      }}
    >
      {field(text('filePassphrase'), passphrase, setPassphrase)}
      <p class={strength === 'weak' ? 'alarm' : 'quiet'} role="status">
        {strengthText(passphrase, strength)}
      </p>
      {field(text('filePassphraseAgain'), again, setAgain)}
      <button type="submit" disabled={working || strength === 'short' || again === ''}>
        {text('fileSaveGo')}
      </button>
      <p class="alarm" role="alert">
        {differ && text('filePassphrasesDiffer')}
      </p>
    </form>
  );
}

function strengthText(passphrase: string, strength: PassphraseStrength): string {
  if (passphrase === '') return text('filePassphraseRule', String(PASSPHRASE_LEAST));
  if (strength !== 'short') return text(STRENGTHS[strength]);
  return text('filePassphraseShort', String(PASSPHRASE_LEAST - passphraseLength(passphrase)));
}

function Making({ state: { saving }, share }: { readonly state: BackupState; readonly share: number }) {
  const reading = saving !== null && saving.done < saving.total;
  const words = reading
    ? text('fileReading', String(saving.done), String(saving.total))
    : text(share > 0 ? 'fileFetching' : 'fileSealing');
  return (
    <>
      <p role="status">{words}</p>
      {reading && <progress max={saving.total} value={saving.done} aria-label={words} />}
      {!reading && <progress {...(share > 0 ? { max: 1, value: share } : {})} aria-label={words} />}
    </>
  );
}

interface MadeProps {
  readonly made: FileAtHand;
  readonly events: BackupFileEvents;
  readonly onClose: () => void;
}

function Made({ made, events, onClose }: MadeProps) {
  const { name, file, fileCode, contacts, messages } = made;
  return (
    <>
      <p class="good" role="status">
        {text('fileSaved', name)}
      </p>
      <p>{text('fileHolds', String(contacts), String(messages))}</p>
      {fileCode !== '' && (
        <div class="card">
          <p>{text('fileCodeOnce')}</p>
          <p class="letters" dir="ltr">
            {fileCode}
          </p>
        </div>
      )}
      <p class="buttons">
        {file !== undefined && (
          <button type="button" class="plain" onClick={() => events.onKeep(file, name)}>
            {text('fileSaveAgain')}
          </button>
        )}
        <button type="button" onClick={onClose}>
          {text(fileCode === '' ? 'fileDone' : 'fileCodeWritten')}
        </button>
      </p>
    </>
  );
}
