/** Owns turning the backup on: which vaults, what they are, the PIN. */
import { useEffect, useState } from 'preact/hooks';
import type { BackupInspection, BackupState } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import type { BackupEvents } from './backup-events.ts';
import { BackupPin } from './backup-pin.tsx';
import { gradeText, refusalText } from './backup-text.ts';

interface BackupEnrolProps {
  readonly state: BackupState;
  readonly events: BackupEvents;
  readonly onDone: () => void;
}

/** The steps. What was chosen before the browser's question closed the popup is gone on with. */
export function BackupEnrol({ state, events, onDone }: BackupEnrolProps) {
  const { choice } = state;
  const [open, setOpen] = useState(choice !== null);
  const [typed, setTyped] = useState(choice?.urls.join('\n') ?? '');
  const [vaults, setVaults] = useState<readonly BackupInspection[]>([]);
  const [refused, setRefused] = useState(false);
  const urls = typed.split(/\s+/).filter((url) => url !== '');
  const [threshold, setThreshold] = useState(choice?.threshold ?? 1);
  const needed = Math.min(threshold, Math.max(1, urls.length));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is opened again
  useEffect(() => {
    if (choice !== null) void events.onInspect(choice.urls).then((found) => setVaults(found ?? []));
  }, []);
  if (!open) {
    return (
      <>
        <p>{text('backupOffer')}</p>
        <button type="button" onClick={() => setOpen(true)}>
          {text('backupBegin')}
        </button>
      </>
    );
  }
  const ready = vaults.length > 0 && vaults.every(({ code }) => code === '');
  return (
    <>
      <label>
        {text('backupVaults')}
        <textarea
          rows={Math.max(1, urls.length)}
          dir="ltr"
          spellcheck={false}
          autocapitalize="none"
          placeholder={text('backupVaultsExample')}
          value={typed}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setVaults([]);
          }}
        />
      </label>
      {urls.length > 1 && (
        <label>
          {text('backupThreshold')}
          <select
            value={String(needed)}
            onChange={({ currentTarget }) => {
              setThreshold(Number(currentTarget.value));
              setVaults([]);
            }}
          >
            {urls.map((url, place) => (
              <option key={url} value={String(place + 1)}>
                {text('backupThresholdOf', String(place + 1), String(urls.length))}
              </option>
            ))}
          </select>
        </label>
      )}
      {!ready && (
        <button
          type="button"
          disabled={urls.length === 0}
          onClick={() => {
            setRefused(false);
            void events.onChoose(urls, needed).then((found) => {
              setVaults(found ?? []);
              setRefused(found === null);
            });
          }}
        >
          {text('backupNext')}
        </button>
      )}
      {refused && (
        <p class="alarm" role="alert">
          {text('backupHostRefused')}
        </p>
      )}
      <VaultList vaults={vaults} />
      {ready && <BackupPin label={text('backupTurnOn')} twice onPin={events.onEnrol} onDone={onDone} />}
    </>
  );
}

function VaultList({ vaults }: { readonly vaults: readonly BackupInspection[] }) {
  return (
    <ul class="vaults">
      {vaults.map((vault) => (
        <li key={vault.url}>
          <bdi>{hostOf(vault.url)}</bdi>
          {vault.code === '' ? (
            <p class="quiet">{gradeText(vault.grade)}</p>
          ) : (
            <p class="alarm">{refusalText(vault)}</p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** How a vault is called. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
