/**
 * Owns what popup and home ask about link previews: how they are made, everywhere and in a chat.
 * Does not own the answers (preview-settings.ts), nor the browser's permission: our pages ask for it in the person's press.
 */
import type { PreviewMode } from '../preview/index.ts';
import { type Contract, listOf, method, nothing, oneOf, record, text } from '../rpc/index.ts';

/** How previews are made. */
export interface PreviewSettingsView {
  readonly everywhere: PreviewMode;
  /** The person's own proxy, or empty. */
  readonly proxy: string;
  /** Whether the browser lets the extension ask web pages. */
  readonly permitted: boolean;
  /** Of each chat that was asked for, at its place: its mode, or `same` where it is that of all chats. */
  readonly chats: readonly (PreviewMode | 'same')[];
}

const MODES = ['off', 'ask', 'always'] as const;
const conversation = text(128, 1);
const fromUs = { carries: 'plaintext', callers: ['popup', 'home'] } as const;

/** The calls. */
export const previewContract = {
  methods: {
    'preview.settings': method<{ chats: string[] }, PreviewSettingsView>({
      ...fromUs,
      parse: record({ chats: listOf(conversation, 64) }),
    }),
    'preview.setMode': method<{ mode: PreviewMode }, null>({ ...fromUs, parse: record({ mode: oneOf(...MODES) }) }),
    'preview.setChatMode': method<{ conversation: string; mode: PreviewMode | 'same' }, null>({
      ...fromUs,
      parse: record({ conversation, mode: oneOf(...MODES, 'same') }),
    }),
    /** Empty for none. Fails with BadProxy. */
    'preview.setProxy': method<{ proxy: string }, null>({ ...fromUs, parse: record({ proxy: text(512) }) }),
    /** Every site is asked about anew. */
    'preview.forgetAnswers': method<Record<never, never>, null>({ ...fromUs, parse: nothing }),
  },
  events: {},
} satisfies Contract;
