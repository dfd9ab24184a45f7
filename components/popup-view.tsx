/** The popup's face: what this build is and does. Props in, events out. */
import type { ComponentChildren } from 'preact';
import type { PopupState } from '../lib/rpc/index.ts';
import { text } from '../lib/text/index.ts';

/** `asking` until the background has answered, `silent` when it did not. */
export type PopupProgress = 'asking' | 'silent' | PopupState;

export interface PopupViewProps {
  readonly progress: PopupProgress;
  readonly onTryAgain: () => void;
}

/** The whole popup. While the background is asked, only the name is shown: it answers faster than one can read. */
export function PopupView({ progress, onTryAgain }: PopupViewProps) {
  return (
    <main>
      <header>
        <img src="/icon/48.png" alt="" width="40" height="40" />
        <div>
          <h1>{text('extensionName')}</h1>
          {typeof progress === 'object' && <p class="version">{text('popupVersion', progress.version)}</p>}
        </div>
      </header>
      <div aria-live="polite">
        {progress === 'silent' && <Silence onTryAgain={onTryAgain} />}
        {typeof progress === 'object' && <Stage state={progress} />}
      </div>
      <footer>{text('popupSignalNote')}</footer>
    </main>
  );
}

function Stage({ state }: { state: PopupState }) {
  return (
    <>
      <Notice title={text('popupStageTitle')}>{text('popupStageBody')}</Notice>
      <dl>
        <dt>{text('popupSites')}</dt>
        <dd>
          {state.allowedSites === 0 ? text('popupSitesNone') : text('popupSitesSome', String(state.allowedSites))}
        </dd>
        <dt>{text('popupCrypto')}</dt>
        <dd>{state.cryptoReady ? text('popupCryptoReady') : text('popupCryptoFailed')}</dd>
      </dl>
    </>
  );
}

function Silence({ onTryAgain }: { onTryAgain: () => void }) {
  return (
    <Notice title={text('popupNoAnswerTitle')}>
      {text('popupNoAnswerBody')}
      <button type="button" onClick={onTryAgain}>
        {text('popupTryAgain')}
      </button>
    </Notice>
  );
}

function Notice({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      <p>{children}</p>
    </section>
  );
}
