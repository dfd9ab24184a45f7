/** Owns a PIN that is chosen: twice, hidden, and handed on once. */
import { useState } from 'preact/hooks';
import type { BackupAnswer } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import { plainRefusal, refusalText } from './backup-text.ts';

interface BackupPinProps {
  /** Of the button. */
  readonly label: string;
  /** Whether it is typed a second time: one that is chosen is, one that is known is not. */
  readonly twice: boolean;
  readonly onPin: (pin: string) => Promise<BackupAnswer>;
  readonly onDone?: () => void;
}

const DIFFER = plainRefusal('PinsDiffer');

/** The form. */
export function BackupPin({ label, twice, onPin, onDone }: BackupPinProps) {
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<BackupAnswer | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (twice && pin !== again) {
      setRefusal(DIFFER);
      return;
    }
    setWorking(true);
    setRefusal(null);
    void onPin(pin).then((answer) => {
      setWorking(false);
      if (answer.code === '') {
        setPin('');
        setAgain('');
        onDone?.();
      } else setRefusal(answer);
    });
  };
  const field = (name: string, value: string, set: (value: string) => void) => (
    <label>
      {name}
      <input
        type="password"
        autocomplete="off"
        dir="ltr"
        value={value}
        disabled={working}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
  return (
    <form class="pin" onSubmit={submit}>
      {field(text('backupPin'), pin, setPin)}
      {twice && field(text('backupPinAgain'), again, setAgain)}
      {twice && <p class="quiet">{text('backupPinRule')}</p>}
      <button type="submit" disabled={working || pin === '' || (twice && again === '')}>
        {label}
      </button>
      {working && <progress aria-label={text('backupWorking')} />}
      <p class="alarm" role="alert">
        {refusal !== null && refusalText(refusal)}
      </p>
    </form>
  );
}
