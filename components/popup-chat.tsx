/** Owns the popup's part about one chat: private or not, with whom, the safety number, and marking it verified. */
import { useState } from 'preact/hooks';
import type { PopupChat } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import { chatStateText, digitGroups } from './popup-text.ts';
import { QrPicture } from './qr-picture.tsx';
import { acceptFailureText } from './transcript-state.ts';

interface PopupChatViewProps {
  readonly chat: PopupChat;
  readonly onVerify: (conversation: string, verified: boolean) => Promise<string | null>;
  readonly onAcceptInvite: (conversation: string, invite: string) => Promise<string | null>;
  readonly onAcceptKey: (conversation: string) => Promise<string | null>;
  readonly onRefuseKey: (conversation: string) => Promise<string | null>;
  readonly onAcceptName: (conversation: string, name: string) => Promise<string | null>;
  readonly drawQr: (content: string) => readonly (readonly boolean[])[];
}

/** The chat. */
export function PopupChatView({ chat, drawQr, ...events }: PopupChatViewProps) {
  const { conversation, name, state, invite, renamedFrom, verified, safetyNumber } = chat;
  const { onVerify, onAcceptInvite, onAcceptKey, onRefuseKey, onAcceptName } = events;
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const report = async (outcome: Promise<string | null>, sentence = (_code: string) => text('popupFailed')) => {
    setBusy(true);
    const code = await outcome;
    setBusy(false);
    setFailed(code === null ? null : sentence(code));
  };
  return (
    <section>
      <h2>
        <bdi>{name}</bdi>
      </h2>
      {(state !== 'invited' || invite === null) && (
        <p class={state === 'keyChanged' ? 'alarm' : ''}>{chatStateText(chat)}</p>
      )}
      {invite !== null && (
        <>
          <p>{text('popupInvite', name)}</p>
          <button
            type="button"
            disabled={busy}
            onClick={() => void report(onAcceptInvite(conversation, invite), acceptFailureText)}
          >
            {text('inviteAccept')}
          </button>
        </>
      )}
      {state === 'keyChanged' && (
        <p class="buttons">
          <button type="button" class="plain" onClick={() => void report(onRefuseKey(conversation))}>
            {text('popupRefuseKey')}
          </button>
          <button type="button" onClick={() => void report(onAcceptKey(conversation))}>
            {text('popupAcceptKey')}
          </button>
        </p>
      )}
      {renamedFrom !== null && (
        <>
          <p class="alarm">{text('popupRenamed', name, renamedFrom)}</p>
          <button type="button" onClick={() => void report(onAcceptName(conversation, name))}>
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
            onClick={() => void report(onVerify(conversation, !verified))}
          >
            {text(verified ? 'popupUnverify' : 'popupVerify')}
          </button>
        </details>
      )}
      {failed !== null && (
        <p class="alarm" role="alert">
          {failed}
        </p>
      )}
    </section>
  );
}
