/** Owns the backup's face in popup and home: off, unfinished, on. Props in, events out. */
import { useState } from 'preact/hooks';
import type { BackupAnswer, BackupCard, BackupState } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import { BackupCardView } from './backup-card.tsx';
import { BackupEnrol, hostOf } from './backup-enrol.tsx';
import type { BackupEvents } from './backup-events.ts';
import { BackupPin } from './backup-pin.tsx';
import { gradeText, plainRefusal, refusalText, savedText, vaultText } from './backup-text.ts';

interface BackupPanelProps {
  readonly state: BackupState;
  readonly events: BackupEvents;
}

/** The panel. */
export function BackupPanel({ state, events }: BackupPanelProps) {
  const [card, setCard] = useState<BackupCard | null>(null);
  const [refusal, setRefusal] = useState<BackupAnswer | null>(null);
  const showCard = (asked: Promise<BackupCard>): void => {
    void asked.then((found) => {
      setRefusal(found.code === '' ? null : found);
      setCard(found.code === '' && found.cardCode !== '' ? found : null);
    });
  };
  const report = (asked: Promise<BackupAnswer>): void => {
    void asked.then((answer) => setRefusal(answer.code === '' ? null : answer));
  };
  return (
    <>
      {card !== null && <BackupCardView card={card} events={events} onClose={() => setCard(null)} />}
      {card === null && state.phase === 'off' && (
        <BackupEnrol state={state} events={events} onDone={() => showCard(events.onCard())} />
      )}
      {card === null && state.phase === 'unfinished' && (
        <>
          <p class="alarm">{text('backupUnfinished')}</p>
          <p class="buttons">
            <button type="button" onClick={() => report(events.onGoOn())}>
              {text('backupGoOn')}
            </button>
            <button type="button" class="plain" onClick={() => report(events.onUndo())}>
              {text('backupUndo')}
            </button>
          </p>
          {/* With a backup that counts already, it is the new PIN that was interrupted. */}
          <ChangePin onPin={state.threshold > 0 ? events.onChangePin : events.onEnrol} />
        </>
      )}
      {card === null && state.phase === 'on' && (
        <BackupOn state={state} events={events} showCard={showCard} report={report} />
      )}
      {refusal !== null && (
        <p class="alarm" role="alert">
          {refusalText(refusal)}
        </p>
      )}
    </>
  );
}

interface BackupOnProps extends BackupPanelProps {
  readonly showCard: (asked: Promise<BackupCard>) => void;
  readonly report: (asked: Promise<BackupAnswer>) => void;
}

function BackupOn({ state, events, showCard, report }: BackupOnProps) {
  return (
    <>
      <p class="healthy good">{text('backupIsOn')}</p>
      <p>{savedText(state)}</p>
      {state.failure !== '' && <p class="alarm">{refusalText(plainRefusal(state.failure))}</p>}
      {state.remind && (
        <div class="remind">
          <p>{text('backupRemind')}</p>
          <BackupPin label={text('backupCheckPin')} twice={false} onPin={events.onCheckPin} />
          <button type="button" class="plain" onClick={() => report(events.onLater())}>
            {text('backupLater')}
          </button>
        </div>
      )}
      <ul class="vaults">
        {state.vaults.map((vault) => (
          <li key={vault.url}>
            <bdi>{hostOf(vault.url)}</bdi>
            <span class={vault.problem === '' ? 'quiet' : 'alarm'}>{vaultText(vault)}</span>
            {vault.grade !== '' && <p class="quiet">{gradeText(vault.grade)}</p>}
          </li>
        ))}
      </ul>
      <p class="buttons">
        <button type="button" class="plain" onClick={() => report(events.onSave())}>
          {text('backupSave')}
        </button>
        {state.knowsCode && (
          <button type="button" class="plain" onClick={() => showCard(events.onCard())}>
            {text('backupShowCard')}
          </button>
        )}
      </p>
      <ChangePin onPin={events.onChangePin} />
      <details>
        <summary>{text('backupNewCode')}</summary>
        <p>{text(state.knowsCode ? 'backupNewCodeWhy' : 'backupNewCodeBeside')}</p>
        <button type="button" class="plain" onClick={() => showCard(events.onNewCode())}>
          {text('backupNewCodeGo')}
        </button>
      </details>
      <details>
        <summary>{text('backupOff')}</summary>
        <p>{text('backupOffWhy')}</p>
        <button type="button" class="danger" onClick={() => report(events.onOff())}>
          {text('backupOffGo')}
        </button>
      </details>
    </>
  );
}

function ChangePin({ onPin }: { readonly onPin: (pin: string) => Promise<BackupAnswer> }) {
  const [changed, setChanged] = useState(false);
  return (
    <details>
      <summary>{text('backupChangePin')}</summary>
      <BackupPin
        label={text('backupChangePinGo')}
        twice
        onPin={(pin) => {
          setChanged(false);
          return onPin(pin);
        }}
        onDone={() => setChanged(true)}
      />
      {changed && <p role="status">{text('backupChangedPin')}</p>}
    </details>
  );
}
