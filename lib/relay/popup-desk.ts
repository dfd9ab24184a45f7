/**
 * Owns the answers to the popup.
 * Does not own what a verification or a changed key means (lib/conversation).
 */

import { encodeBase64Url } from '../bytes/index.ts';
import {
  acceptInvite,
  acceptKey,
  acceptName,
  composerView,
  decryptByHand,
  encryptByHand,
  listContacts,
  placeOf,
  readSafetyNumber,
  readWords,
  refuseKey,
  type Surroundings,
  setVerified,
  stateOf,
} from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import { type Handlers, rpcFailure } from '../rpc/index.ts';
import { text } from '../text/index.ts';
import type { Courier } from './courier.ts';
import type { Desk } from './desk.ts';
import type { OpenChat, OpenChats } from './open-chats.ts';
import type { PopupChat, PopupSite, PopupState, popupContract } from './popup-contract.ts';

/** What the answers stand on. */
export interface PopupParts {
  readonly around: () => Promise<Surroundings>;
  readonly chats: OpenChats;
  readonly courier: Pick<Courier, 'nudge'>;
  readonly desk: Desk;
  readonly version: string;
  readonly cryptoReady: () => Promise<boolean>;
  /** Whether the person has granted a pattern of hosts. */
  readonly isGranted: (pattern: string) => Promise<boolean>;
  /** A name that nobody used before. */
  readonly token: () => string;
}

/** The answers. */
export function popupHandlers(parts: PopupParts): Handlers<typeof popupContract> {
  const { around, chats, courier, desk } = parts;
  return {
    'popup.open': ({ tab, address }) => openPopup(parts, tab, address),
    'popup.verify': async ({ conversation, verified }) => {
      const surroundings = await around();
      const id = await requireContact(surroundings, conversation);
      const { digits } = await readSafetyNumber(surroundings, id);
      await setVerified(surroundings, id, { digits, verified });
      await desk.changed(conversation);
      return null;
    },
    'popup.acceptInvite': async ({ conversation, invite }) => {
      const page = chats.of(conversation).find((chat) => chat.page !== undefined)?.page;
      if (page === undefined) throw new Failure('InviteUnknown', 'later');
      try {
        await acceptInvite(await around(), page, invite);
      } finally {
        await desk.changed(conversation);
      }
      courier.nudge(conversation);
      return null;
    },
    'popup.acceptKey': async ({ conversation }) => {
      const surroundings = await around();
      await acceptKey(surroundings, await requireContact(surroundings, conversation));
      await desk.changed(conversation);
      return null;
    },
    'popup.refuseKey': async ({ conversation }) => {
      const surroundings = await around();
      await refuseKey(surroundings, await requireContact(surroundings, conversation));
      await desk.changed(conversation);
      return null;
    },
    'popup.acceptName': async ({ conversation, name }) => {
      // The page may show a third name by now, which nobody looked at.
      const chat = chats.of(conversation).find(({ page }) => page?.peer === name);
      if (chat?.page === undefined) throw new Failure('ContactRenamed', 'user');
      await acceptName(await around(), chat.page);
      await desk.changed(conversation);
      return null;
    },
    'popup.encrypt': async ({ conversation, text: words }) => {
      const surroundings = await around();
      const id = await requireContact(surroundings, conversation);
      const made = await encryptByHand(surroundings, id, { text: words, clientId: parts.token() });
      return made.text.split('\n');
    },
    'popup.decrypt': async ({ conversation, text: pasted }) => {
      const surroundings = await around();
      const readings = await decryptByHand(surroundings, await requireContact(surroundings, conversation), pasted);
      const entries = new Set(readings.flatMap((reading) => (reading.kind === 'entry' ? [reading.entry] : [])));
      const words: string[] = [];
      for (const entry of entries) words.push((await readWords(surroundings, entry)) ?? '');
      if (words.length === 0) throw new Failure('NotArmour', 'user');
      return words.join('\n\n');
    },
  };
}

async function openPopup(parts: PopupParts, tab: number, address: string): Promise<PopupState> {
  const { chats, version, cryptoReady } = parts;
  const base = { version, cryptoReady: await cryptoReady(), site: await siteOf(parts, tab, address) };
  try {
    const around = await parts.around();
    const here = new Map(chats.inTab(tab).map((chat) => [chat.conversation, chat]));
    here.delete('');
    const shown = await Promise.all([...here.values()].map((chat) => popupChat(parts, around, chat)));
    return { ...base, trouble: null, chats: shown };
  } catch (error) {
    return { ...base, trouble: error instanceof Failure ? error.code : 'StoreUnavailable', chats: [] };
  }
}

async function siteOf({ chats, isGranted }: PopupParts, tab: number, address: string): Promise<PopupSite | null> {
  if (!URL.canParse(address)) return null;
  const { protocol, hostname, origin } = new URL(address);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) return null;
  // A pattern has no port: the browser grants hosts.
  const pattern = `${protocol}//${hostname}/*`;
  return { origin, pattern, granted: await isGranted(pattern), health: chats.health(tab, origin) };
}

async function popupChat({ desk }: PopupParts, around: Surroundings, chat: OpenChat): Promise<PopupChat> {
  const { page, conversation, name } = chat;
  const state = await stateOf(around, page!);
  const { conversationId } = placeOf(page!);
  const view = await composerView(around, page!);
  const safety = await readSafetyNumber(around, conversationId).catch(() => undefined);
  return {
    conversation,
    name: name === '' ? text('someone') : name,
    state: state === 'ended' ? 'none' : state,
    renamedFrom: view?.blocked === 'ContactRenamed' ? view.contact.name : null,
    invite: (await desk.openInvite(chat)) ?? null,
    verified: safety?.verified ?? false,
    safetyNumber: safety?.digits ?? '',
  };
}

async function requireContact(around: Surroundings, conversation: string) {
  const contacts = await listContacts(around);
  const found = contacts.find(({ conversationId }) => encodeBase64Url(conversationId) === conversation);
  if (found === undefined) throw rpcFailure('BadRequest');
  return found.conversationId;
}
