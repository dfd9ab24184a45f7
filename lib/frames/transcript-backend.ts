/**
 * Owns how the transcript's page speaks to the background: reading bubbles, hearing of changes, the person's wishes.
 * Does not own the view.
 */
import { Failure } from '../failure/index.ts';
import { onDoorbell, type RpcClient } from '../rpc/index.ts';
import type { FrameContract } from './admission.ts';
import type { Bubble } from './view-contract.ts';

/** What a transcript needs; the page gives it the background, a test whatever it likes. */
export interface TranscriptBackend {
  /** The bubbles of `ids`; ids that the background does not know are left out. Rejects with a Failure. */
  read(ids: readonly string[]): Promise<readonly Bubble[]>;
  /** Accepts an invite. Gives null or the code of why not. */
  accept(id: string): Promise<string | null>;
  /** Sends a message that was not sent once more. Gives null or the code of why not. */
  retry(id: string): Promise<string | null>;
  /** The picture of the preview in a bubble: WebP in base64, empty where there is none or it did not come. */
  picture(id: string): Promise<string>;
  /** Connects to the background, if there is no connection. */
  wake(): void;
  /** Opens an address outside of the chat. */
  openLink(address: string): void;
  /** Hears of bubbles that changed; `null` where changes may have been missed, so that all are to be read again. */
  onChange(listener: (bubbles: readonly Bubble[] | null) => void): void;
}

/** The backend behind `client`. */
export function createTranscriptBackend(client: RpcClient<FrameContract>): TranscriptBackend {
  const codeOf = (call: Promise<null>): Promise<string | null> =>
    call.then(
      () => null,
      (error: unknown) => (error instanceof Failure ? error.code : 'Internal'),
    );
  return {
    read: (ids) => client.call('transcript.read', { ids: [...ids] }),
    accept: (id) => codeOf(client.call('transcript.accept', { id })),
    retry: (id) => codeOf(client.call('transcript.retry', { id })),
    picture: (id) => client.call('transcript.picture', { id }).catch(() => ''),
    wake: () => void client.open(),
    openLink: (address) => {
      client.call('transcript.openLink', { address }).catch(() => {});
    },
    onChange: (listener) => {
      client.on('transcript.changed', listener);
      client.onReconnect(() => listener(null));
      // The worker slept and has news: connecting again is what fetches them.
      onDoorbell(() => client.wake());
    },
  };
}
