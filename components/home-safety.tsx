/** Owns a contact's safety number in home, marking it as compared, and deciding about a changed key. */
import { useState } from 'preact/hooks';
import type { HomeContact, HomeSafety } from '../lib/relay/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';
import type { HomeEvents } from './home-events.ts';
import { digitGroups } from './popup-text.ts';
import { QrPicture } from './qr-picture.tsx';

interface HomeContactProps {
  readonly contact: HomeContact;
  readonly events: HomeEvents;
}

type Reading = 'asking' | 'failed' | HomeSafety;

/** The number, made when it is first looked at. */
export function HomeContactSafety({ contact, events }: HomeContactProps) {
  const { conversation, name, state, verified } = contact;
  const [reading, setReading] = useState<Reading>('asking');
  const [problem, setProblem] = useState<TextKey | null>(null);
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
    <details onToggle={({ currentTarget }) => currentTarget.open && reading === 'asking' && void read()}>
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
          {state !== 'keyChanged' && (
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
