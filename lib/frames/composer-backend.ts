/**
 * Owns how the composer's page speaks to the background: its state, drafts and sending.
 * Does not own the view, nor what sending does.
 */
import { Failure } from '../failure/index.ts';
import type { RpcClient } from '../rpc/index.ts';
import type { FrameContract } from './admission.ts';
import { randomToken } from './mount-token.ts';
import type { LinkState } from './preview-contract.ts';
import type { ComposerState } from './view-contract.ts';

/** What a composer needs; the page gives it the background, a test whatever it likes. */
export interface ComposerBackend {
  /** The state now. Rejects with a Failure. */
  open(): Promise<ComposerState>;
  /**
   * Sends `text`; asked again by itself where the background died over it. Gives null, or the code of why it was not sent:
   * then the text is to be kept.
   */
  send(text: string): Promise<string | null>;
  /** Keeps `text` as the draft. A failure is passed over: the next draft says it all again. */
  keepDraft(text: string): void;
  /** Puts what waits back into the draft; what comes of it is heard as a new state. */
  takeBack(): void;
  /** Hears of a new state. */
  onChange(listener: (state: ComposerState) => void): void;
  /** Says what stands in the box; what is to be shown of its link is heard by `onLink`. */
  look(text: string): void;
  /** The person's answer for the site of a link. */
  answerLink(url: string, yes: boolean): void;
  /** Takes the preview of a link away, or cancels it. */
  removeLink(url: string): void;
  /** Says that `text` left the box to be sent, perhaps after others: the preview of its link stays for it. */
  holdLink(text: string): void;
  /** Asks for Sotto's popup. Gives whether it opened. */
  openPopup(): Promise<boolean>;
  /** Hears what becomes of a link; `null` where that may have been missed, so that the box is to be looked at again. */
  onLink(listener: (link: LinkState | null) => void): void;
}

/** The backend behind `client`. */
export function createComposerBackend(client: RpcClient<FrameContract>): ComposerBackend {
  let unsent = { text: '', clientId: '' };
  // A preview is no part of what must not be lost.
  const quietly = (call: Promise<null>): void => void call.catch(() => undefined);
  return {
    open: () => client.call('composer.open', {}),
    send: async (text) => {
      // The same words tried again are the same message: it is encrypted once.
      if (unsent.text !== text) unsent = { text, clientId: randomToken() };
      for (let tries = 1; ; tries++) {
        try {
          await client.call('composer.send', unsent, SEND_MS);
          unsent = { text: '', clientId: '' };
          return null;
        } catch (error) {
          const code = error instanceof Failure ? error.code : 'Internal';
          if (code !== 'WorkerGone' || tries === MOST_TRIES) return code;
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        }
      }
    },
    keepDraft: (text) => {
      client.call('composer.keepDraft', { text }).catch(() => {});
    },
    takeBack: () => quietly(client.call('composer.takeBack', {})),
    onChange: (listener) => {
      client.on('composer.changed', listener);
      client.onReconnect(() => {
        client.call('composer.open', {}).then(listener, () => {});
      });
    },
    look: (text) => quietly(client.call('preview.look', { text })),
    answerLink: (url, yes) => quietly(client.call('preview.answer', { url, yes })),
    removeLink: (url) => quietly(client.call('preview.remove', { url })),
    holdLink: (text) => quietly(client.call('preview.hold', { text })),
    openPopup: () => client.call('preview.openPopup', {}).catch(() => false),
    onLink: (listener) => {
      client.on('preview.changed', listener);
      client.onReconnect(() => listener(null));
    },
  };
}

/** A background that died is there again within a fraction of a second; one that dies of the same message again is left. */
const MOST_TRIES = 3;
const AGAIN_MS = 300;
/** The site's own sending is waited for, with its proof. */
const SEND_MS = 30_000;
