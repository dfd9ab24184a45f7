/** Owns the sentences of the popup that depend on a state or a code. */
import type { PopupChat, PopupSite } from '../lib/relay/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';

const TROUBLES: Readonly<Record<string, TextKey>> = {
  StoreLost: 'popupStoreLost',
  StoreDamaged: 'popupStoreDamaged',
  StoreRolledBack: 'popupStoreRolledBack',
  StoreNewer: 'popupStoreNewer',
  StoreFull: 'popupStoreFull',
};

const STATES: Readonly<Record<PopupChat['state'], TextKey>> = {
  none: 'popupChatNone',
  inviting: 'popupChatInviting',
  invited: 'popupChatInvited',
  private: 'popupChatPrivate',
  keyChanged: 'popupChatKeyChanged',
  closed: 'popupChatClosed',
};

/** One sentence for each reason of which a person can do something. */
const REASONS: Readonly<Record<string, TextKey>> = {
  AdapterStale: 'popupHealthStale',
  ComposerNotFound: 'popupHealthNoBox',
  ComposerAmbiguous: 'popupHealthAmbiguous',
  ListNotFound: 'popupHealthNoList',
  SendButtonNotFound: 'popupHealthNoSend',
  RowsNotRecognised: 'popupHealthNoRows',
  FrameFought: 'popupHealthFought',
  FrameSilent: 'popupHealthSilent',
};

/** Why what is kept can't be used, and what to do. */
export function storeTroubleText(code: string): string {
  return text(TROUBLES[code] ?? 'popupStoreOther');
}

/** What a chat's state means. */
export function chatStateText({ state, name }: PopupChat): string {
  return text(STATES[state], name);
}

/** Why a site works less than well: a sentence for each known reason. */
export function healthReasons({ health }: PopupSite): string[] {
  return (health?.reasons ?? []).flatMap((reason) => (reason in REASONS ? [text(REASONS[reason]!)] : []));
}

/** 60 digits in groups of five, as people read them out. */
export function digitGroups(safetyNumber: string): string[] {
  return safetyNumber.match(/.{1,5}/g) ?? [];
}
