/**
 * Owns the answers to composer and transcript frames: they speak of the conversation that their ticket bound them to.
 * Does not own the use cases (lib/conversation) nor what a bubble says (bubbles.ts).
 */
import {
  acceptInvite,
  type ComposerView,
  composerView,
  INVITE_SENTENCE,
  keepDraft,
  type Page,
  readPreviewPicture,
  retrySending,
  type Surroundings,
  sendText,
  takeBackWaiting,
} from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { ComposerState, TrustMark, viewContract } from '../frames/index.ts';
import { type Caller, type Handlers, rpcFailure } from '../rpc/index.ts';
import { text } from '../text/index.ts';
import { base64Of } from './base64.ts';
import type { Courier } from './courier.ts';
import { type Desk, rowOfBubble } from './desk.ts';
import type { OpenChat, OpenChats } from './open-chats.ts';
import type { PreviewDesk } from './preview-desk.ts';
import { onSettledPage, requirePage } from './settled-page.ts';

/** What the answers stand on. */
export interface ViewParts {
  readonly around: () => Promise<Surroundings>;
  readonly chats: OpenChats;
  readonly courier: Courier;
  readonly desk: Desk;
  readonly mark: () => Promise<TrustMark>;
  readonly openTab: (address: string) => void;
  readonly previews: Pick<PreviewDesk, 'look' | 'answer' | 'hold' | 'remove' | 'take'>;
  /** Opens the popup. Gives whether the browser did. */
  readonly openPopup: () => Promise<boolean>;
}

/** What the composer of a conversation shows. Throws WorkerGone where its page was not opened in this session. */
export async function composerState(
  { around, chats, mark }: Pick<ViewParts, 'around' | 'chats' | 'mark'>,
  conversation: string,
): Promise<ComposerState> {
  const page = await requirePage(chats, conversation);
  const view: ComposerView = (await composerView(await around(), page)) ?? NOBODY;
  const name = view.contact.name === '' ? (page.peer ?? text('someone')) : view.contact.name;
  return { ...view, contact: { ...view.contact, name }, mark: await mark() };
}

const NOBODY: ComposerView = {
  contact: { name: '', verified: false },
  draft: '',
  limit: 0,
  blocked: 'SessionNotFound',
  unsent: null,
  waiting: 0,
};

/** The answers. */
export function viewHandlers(parts: ViewParts): Handlers<typeof viewContract> {
  const { around, chats, courier, desk, openTab, previews, openPopup } = parts;
  return {
    'composer.open': (_, { caller }) => composerState(parts, boundTo(caller)),
    'composer.keepDraft': async ({ text: words }, { caller }) => {
      await keepDraft(await around(), await requirePage(chats, boundTo(caller)), words);
      return null;
    },
    'composer.send': async (message, { caller }) => {
      const conversation = boundTo(caller);
      const preview = await previews.take(caller, message.text);
      const words = { ...message, preview, sentence: text(INVITE_SENTENCE) };
      const entry = await onSettledPage(chats, conversation, async (page) => sendText(await around(), page, words));
      await courier.deliver(conversation, entry);
      const page = await requirePage(chats, conversation);
      // A text that waits for a session leaves no row on the page: the composer says so.
      if (((await composerView(await around(), page))?.waiting ?? 0) > 0) await desk.changed(conversation);
      return null;
    },
    'composer.takeBack': async (_, { caller }) => {
      const conversation = boundTo(caller);
      await takeBackWaiting(await around(), await requirePage(chats, conversation));
      await desk.changed(conversation);
      return null;
    },
    'transcript.read': async ({ ids }, { caller }) => {
      const chat = chatOf(chats, caller);
      return chat === undefined ? [] : desk.readBubbles(chat, ids);
    },
    'transcript.accept': async ({ id }, { caller }) => {
      const { page, entry, conversation } = requireEntry(chats, caller, id);
      try {
        await acceptInvite(await around(), page, entry);
      } finally {
        await desk.changed(conversation);
      }
      // The answer goes out at once: until it is there, the other side knows of nothing.
      courier.nudge(conversation);
      return null;
    },
    'transcript.retry': async ({ id }, { caller }) => {
      const { entry, conversation } = requireEntry(chats, caller, id);
      await retrySending(await around(), entry);
      await courier.deliver(conversation, entry);
      return null;
    },
    'transcript.openLink': ({ address }) => {
      if (/^https?:[/][/]/.test(address) && URL.canParse(address)) openTab(new URL(address).href);
      return null;
    },
    'transcript.picture': async ({ id }, { caller }) => {
      const { entry } = requireEntry(chats, caller, id);
      const picture = await readPreviewPicture(await around(), entry);
      return picture === undefined ? '' : base64Of(picture);
    },
    'preview.look': async ({ text: words }, { caller }) => {
      await previews.look(caller, words);
      return null;
    },
    'preview.answer': async ({ url, yes }, { caller }) => {
      await previews.answer(caller, url, yes);
      return null;
    },
    'preview.remove': ({ url }, { caller }) => {
      previews.remove(caller, url);
      return null;
    },
    'preview.hold': ({ text: words }, { caller }) => {
      previews.hold(caller, words);
      return null;
    },
    'preview.openPopup': () => openPopup(),
  };
}

function boundTo({ conversation }: Caller): string {
  if (conversation === undefined) throw rpcFailure('NotAllowed');
  return conversation;
}

/** The chat over whose list the frame `caller` stands. */
function chatOf(chats: OpenChats, caller: Caller): OpenChat | undefined {
  return chats.of(boundTo(caller)).find((chat) => chat.caller.tab === caller.tab);
}

function requireEntry(
  chats: OpenChats,
  caller: Caller,
  bubble: string,
): { readonly page: Page; readonly entry: string; readonly conversation: string } {
  const chat = chatOf(chats, caller);
  const row = rowOfBubble(bubble);
  const reading = row === undefined ? undefined : chat?.readings.get(row)?.find(({ kind }) => kind === 'entry');
  if (chat?.page === undefined || reading?.kind !== 'entry') throw new Failure('InviteUnknown', 'later');
  return { page: chat.page, entry: reading.entry, conversation: chat.conversation };
}
