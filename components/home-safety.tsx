/** Owns a contact's safety number in home, marking it as compared, and deciding about a changed key. */
import { useState } from 'preact/hooks';
import type { HomeContact, HomeSafety } from '../lib/relay/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';
import type { HomeEvents } from './home-events.ts';
import { SafetyScan } from './home-safety-scan.tsx';
import { digitGroups } from './popup-text.ts';
import { QrPicture } from './qr-picture.tsx';
import type { ScanEvents } from './scan-events.ts';

interface HomeContactProps {
  readonly contact: HomeContact;
  readonly events: HomeEvents;
}

interface HomeContactSafetyProps extends HomeContactProps {
  readonly others: readonly HomeContact[];
  readonly scanEvents: ScanEvents;
}

type Reading = 'asking' | 'failed' | HomeSafety;

/** The number, made when it is first looked at. */
export function HomeContactSafety({ contact, others, events, scanEvents }: HomeContactSafetyProps) {
  const { conversation, name, state, verified } = contact;
  const [reading, setReading] = useState<Reading>('asking');
  const [problem, setProblem] = useState<TextKey | null>(null);
  const [open, setOpen] = useState(false);
  const [differs, setDiffers] = useState(false);
  const read = (): Promise<void> => events.onReadSafety(conversation).then(setReading, () => setReading('failed'));
  const readAgain = (): void => {
    setReading('asking');
    void read();
  };
  const verify = async (digits: string): Promise<void> => {
    const code = await events.onVerify(conversation, digits, !verified);
    setProblem(code === null ? null : code === 'ContactKeyChanged' ? 'homeNumberOther' : 'homeFailed');
    if (code !== null) await read();
  };
  return (
    <details
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
        setDiffers(false);
        if (currentTarget.open && reading === 'asking') void read();
      }}
    >
      <summary>{text('popupSafetyNumber')}</summary>
      {reading === 'asking' && <p class="quiet">{text('homeAsking')}</p>}
      {reading === 'failed' && (
        <p class="alarm" role="alert">
          {text('homeNumberFailed')}{' '}
          <button type="button" class="plain" onClick={readAgain}>
            {text('popupTryAgain')}
          </button>
        </p>
      )}
      {typeof reading === 'object' && (
        <>
          <p>{text('popupSafetyHow', name)}</p>
          {state === 'keyChanged' && <p class="alarm">{text('homeNumberNew')}</p>}
          <div class="safety">
            <p class="digits" dir="ltr">
              {digitGroups(reading.digits).map((group, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: groups may be equal, and never move
                <span key={place}>{group}</span>
              ))}
            </p>
            <QrPicture modules={events.drawQr(reading.digits)} label={text('popupSafetyQr')} />
          </div>
          {/* A camera that nobody sees is off. */}
          {open && (
            <SafetyScan
              key={reading.digits}
              contact={contact}
              digits={reading.digits}
              others={others}
              events={events}
              scanEvents={scanEvents}
              onCompared={(same) => setDiffers(!same)}
            />
          )}
          {/* Who was just told that the numbers differ is not asked to say the opposite. */}
          {state !== 'keyChanged' && (verified || !differs) && (
            <button type="button" class={verified ? 'plain' : ''} onClick={() => void verify(reading.digits)}>
              {text(verified ? 'popupUnverify' : 'popupVerify')}
            </button>
          )}
        </>
      )}
      {problem !== null && (
        <p class="alarm" role="alert">
          {text(problem)}
        </p>
      )}
    </details>
  );
}

/** What a person can do about a changed key. */
export function KeyDecision({ contact: { conversation, name }, events }: HomeContactProps) {
  const [failed, setFailed] = useState(false);
  const report = (outcome: Promise<string | null>): void => {
    void outcome.then((code) => setFailed(code !== null));
  };
  return (
    <>
      <p class="alarm">{text('popupChatKeyChanged', name)}</p>
      <p class="buttons">
        <button type="button" class="plain" onClick={() => report(events.onRefuseKey(conversation))}>
          {text('popupRefuseKey')}
        </button>
        <button type="button" onClick={() => report(events.onAcceptKey(conversation))}>
          {text('popupAcceptKey')}
        </button>
      </p>
      {failed && (
        <p class="alarm" role="alert">
          {text('homeFailed')}
        </p>
      )}
    </>
  );
}
