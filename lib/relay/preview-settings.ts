/** Owns the answers to popup and home about link previews. Does not own what follows for the composers (preview-desk.ts). */
import { bytesOfLength, decodeBase64Url } from '../bytes/index.ts';
import {
  type ConversationId,
  readChatPreviewMode,
  readPreviewSettings,
  type Surroundings,
  saveChatPreviewMode,
  savePreviewSettings,
} from '../conversation/index.ts';
import { checkProxy } from '../preview/index.ts';
import { type Handlers, rpcFailure } from '../rpc/index.ts';
import type { previewContract } from './preview-contract.ts';
import type { PreviewDesk } from './preview-desk.ts';

/** What the answers stand on. */
export interface PreviewSettingsParts {
  readonly around: () => Promise<Surroundings>;
  readonly previews: Pick<PreviewDesk, 'settingsChanged' | 'forgetAnswers'>;
  /** Whether the browser lets the extension ask web pages. */
  readonly isPermitted: () => Promise<boolean>;
}

/** The answers. */
export function previewSettingsHandlers({
  around,
  previews,
  isPermitted,
}: PreviewSettingsParts): Handlers<typeof previewContract> {
  return {
    'preview.settings': async ({ chats }) => {
      const surroundings = await around();
      const { everywhere, proxy } = await readPreviewSettings(surroundings);
      const modes = await Promise.all(chats.map((each) => readChatPreviewMode(surroundings, idOf(each))));
      return {
        everywhere,
        proxy: proxy ?? '',
        permitted: await isPermitted(),
        chats: modes.map((mode) => mode ?? 'same'),
      };
    },
    'preview.setMode': async ({ mode }) => {
      const surroundings = await around();
      await savePreviewSettings(surroundings, { ...(await readPreviewSettings(surroundings)), everywhere: mode });
      await previews.settingsChanged();
      return null;
    },
    'preview.setChatMode': async ({ conversation, mode }) => {
      await saveChatPreviewMode(await around(), idOf(conversation), mode === 'same' ? undefined : mode);
      await previews.settingsChanged();
      return null;
    },
    'preview.setProxy': async ({ proxy: typed }) => {
      const surroundings = await around();
      const proxy = typed.trim() === '' ? undefined : checkProxy(typed.trim()).href;
      await savePreviewSettings(surroundings, { ...(await readPreviewSettings(surroundings)), proxy });
      await previews.settingsChanged();
      return null;
    },
    'preview.forgetAnswers': async () => {
      await previews.forgetAnswers();
      return null;
    },
  };
}

function idOf(conversation: string): ConversationId {
  const bytes = decodeBase64Url(conversation);
  if (bytes?.length !== 16) throw rpcFailure('BadRequest');
  return bytesOfLength<'ConversationId'>(bytes, 16);
}
