/** Owns what the settings of link previews do, for popup and home alike: calls and the browser's question, both handed in. */
import type { PreviewSettingsView, previewContract } from '../lib/relay/index.ts';
import type { Call } from '../lib/rpc/index.ts';
import type { PreviewSettingsEvents } from './preview-settings.tsx';

/** What they stand on. */
export interface PreviewEventParts {
  readonly call: Call<typeof previewContract>;
  /** Asks the browser for what previews need, or gives it back, in the person's press. Gives whether it is so now. */
  readonly grant: (on: boolean) => Promise<unknown>;
  /** Of the chats whose modes are shown. */
  readonly chats: () => readonly string[];
  readonly show: (settings: PreviewSettingsView) => void;
}

/** The events, and reading the settings anew. */
export function previewEvents({ call, grant, chats, show }: PreviewEventParts): PreviewSettingsEvents & {
  readonly read: () => Promise<void>;
} {
  const read = (): Promise<void> => call('preview.settings', { chats: [...chats()] }).then(show, () => undefined);
  const then = (done: Promise<unknown>): void => void done.then(read, read);
  return {
    read,
    onMode: (mode) => then(call('preview.setMode', { mode })),
    onChatMode: (conversation, mode) => then(call('preview.setChatMode', { conversation, mode })),
    onAllow: (on) => then(grant(on)),
    onForget: () => then(call('preview.forgetAnswers', {})),
    onProxy: async (proxy) => {
      try {
        await call('preview.setProxy', { proxy });
        await read();
        return null;
      } catch (error) {
        return (error as { code?: string }).code ?? 'Internal';
      }
    },
  };
}
