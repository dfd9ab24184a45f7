/** The popup's face: this site, the chats of this tab, and doing it by hand. Props in, events out. */
import type { ComponentChildren } from 'preact';
import type { BackupState, PopupState, PreviewSettingsView } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import type { BackupEvents } from './backup-events.ts';
import { BackupPanel } from './backup-panel.tsx';
import { PopupByHand } from './popup-by-hand.tsx';
import { PopupChatView } from './popup-chat.tsx';
import { PopupSiteView } from './popup-site.tsx';
import { storeTroubleText } from './popup-text.ts';
import { PreviewSettings, type PreviewSettingsEvents } from './preview-settings.tsx';

/** `asking` until the background has answered, `silent` when it did not. */
export type PopupProgress = 'asking' | 'silent' | PopupState;

/** Events out. Each `Promise` gives null, or the code of why not. */
export interface PopupEvents {
  readonly onTryAgain: () => void;
  readonly onHome: () => void;
  /** Must be called in the person's press: the browser asks them. */
  readonly onSite: (on: boolean) => void;
  readonly onVerify: (conversation: string, verified: boolean) => Promise<string | null>;
  readonly onAcceptInvite: (conversation: string, invite: string) => Promise<string | null>;
  readonly onAcceptKey: (conversation: string) => Promise<string | null>;
  readonly onRefuseKey: (conversation: string) => Promise<string | null>;
  /** `name`: the new one that was shown. */
  readonly onAcceptName: (conversation: string, name: string) => Promise<string | null>;
  readonly onEncrypt: (conversation: string, words: string) => Promise<readonly string[]>;
  readonly onDecrypt: (conversation: string, armour: string) => Promise<string>;
  /** The modules of a QR code for `content`, row by row. */
  readonly drawQr: (content: string) => readonly (readonly boolean[])[];
}

export interface PopupViewProps extends PopupEvents {
  readonly progress: PopupProgress;
  /** Null until the background has answered. */
  readonly backup: BackupState | null;
  readonly backupEvents: BackupEvents;
  /** Of the chats that are shown, in their order; null until the background has answered. */
  readonly previews: PreviewSettingsView | null;
  readonly previewEvents: PreviewSettingsEvents;
}

/** The whole popup. While the background is asked, only the name is shown: it answers faster than one can read. */
export function PopupView({ progress, backup, backupEvents, ...rest }: PopupViewProps) {
  const { previews, previewEvents, ...events } = rest;
  return (
    <main>
      <header>
        <img src="/icon/48.png" alt="" width="36" height="36" />
        <div>
          <h1>{text('extensionName')}</h1>
          {typeof progress === 'object' && <p class="version">{text('popupVersion', progress.version)}</p>}
        </div>
      </header>
      <div class="parts" aria-live="polite">
        {progress === 'silent' && (
          <Notice title={text('popupNoAnswerTitle')}>
            {text('popupNoAnswerBody')}
            <button type="button" onClick={events.onTryAgain}>
              {text('popupTryAgain')}
            </button>
          </Notice>
        )}
        {typeof progress === 'object' && <Parts state={progress} events={events} />}
        {typeof progress === 'object' && progress.trouble === null && backup !== null && (
          <section class="backup">
            <h2>{text('homeBackup')}</h2>
            <BackupPanel state={backup} events={backupEvents} />
          </section>
        )}
        {typeof progress === 'object' && progress.trouble === null && previews !== null && (
          <PreviewSettings settings={previews} chats={progress.chats} {...previewEvents} />
        )}
      </div>
      <footer>
        <button type="button" class="plain" onClick={events.onHome}>
          {text('popupHome')}
        </button>
        <p>{text('popupSignalNote')}</p>
      </footer>
    </main>
  );
}

function Parts({ state, events }: { state: PopupState; events: PopupEvents }) {
  const { cryptoReady, trouble, site, chats } = state;
  if (!cryptoReady) return <Notice title={text('popupCryptoFailed')}>{text('popupNoAnswerBody')}</Notice>;
  const readable = chats.filter(({ safetyNumber }) => safetyNumber !== '');
  return (
    <>
      {trouble !== null && <Notice title={text('popupStoreTitle')}>{storeTroubleText(trouble)}</Notice>}
      <PopupSiteView site={site} onSite={events.onSite} />
      {chats.map((chat) => (
        <PopupChatView key={chat.conversation} chat={chat} {...events} />
      ))}
      {readable.length > 0 && <PopupByHand chats={readable} {...events} />}
    </>
  );
}

function Notice({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="notice">
      <h2>{title}</h2>
      <p>{children}</p>
    </section>
  );
}
