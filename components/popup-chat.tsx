/** Owns the popup's part about one chat: private or not, with whom, the safety number, and marking it verified. */
import { useState } from 'preact/hooks';
import type { PopupChat } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import { chatStateText, digitGroups } from './popup-text.ts';
import { QrPicture } from './qr-picture.tsx';

interface PopupChatViewProps {
  readonly chat: PopupChat;
  readonly onVerify: (conversation: string, verified: boolean) => Promise<string | null>;
  readonly onAcceptKey: (conversation: string) => Promise<string | null>;
  readonly onRefuseKey: (conversation: string) => Promise<string | null>;
  readonly onAcceptName: (conversation: string, name: string) => Promise<string | null>;
  readonly drawQr: (content: string) => readonly (readonly boolean[])[];
}

/** The chat. */
export function PopupChatView({ chat, drawQr, ...events }: PopupChatViewProps) {
  const { conversation, name, state, renamedFrom, verified, safetyNumber } = chat;
  const { onVerify, onAcceptKey, onRefuseKey, onAcceptName } = events;
  const [failed, setFailed] = useState(false);
  const report = (outcome: Promise<string | null>): void => {
    void outcome.then((code) => setFailed(code !== null));
  };
  return (
    <section>
      <h2>
        <bdi>{name}</bdi>
      </h2>
      <p class={state === 'keyChanged' ? 'alarm' : ''}>{chatStateText(chat)}</p>
      {state === 'keyChanged' && (
        <p class="buttons">
          <button type="button" class="plain" onClick={() => report(onRefuseKey(conversation))}>
            {text('popupRefuseKey')}
          </button>
          <button type="button" onClick={() => report(onAcceptKey(conversation))}>
            {text('popupAcceptKey')}
          </button>
        </p>
      )}
      {renamedFrom !== null && (
        <>
          <p class="alarm">{text('popupRenamed', name, renamedFrom)}</p>
          <button type="button" onClick={() => report(onAcceptName(conversation, name))}>
            {text('popupAcceptName')}
          </button>
        </>
      )}
      {safetyNumber !== '' && (
        <details>
          <summary>
            {text('popupSafetyNumber')}
            <span class={verified ? 'healthy' : 'quiet'}>
              {text(verified ? 'composerVerified' : 'composerUnverified')}
            </span>
          </summary>
          <p>{text('popupSafetyHow', name)}</p>
          <div class="safety">
            <p class="digits" dir="ltr">
              {digitGroups(safetyNumber).map((group, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: groups may be equal, and never move
                <span key={place}>{group}</span>
              ))}
            </p>
            <QrPicture modules={drawQr(safetyNumber)} label={text('popupSafetyQr')} />
          </div>
          <button
            type="button"
            class={verified ? 'plain' : ''}
            onClick={() => report(onVerify(conversation, !verified))}
          >
            {text(verified ? 'popupUnverify' : 'popupVerify')}
          </button>
        </details>
      )}
      {failed && (
        <p class="alarm" role="alert">
          {text('popupFailed')}
        </p>
      )}
    </section>
  );
}
