/** Owns the sentence for each way in which a message was not sent. */
import { type TextKey, text } from '../lib/text/index.ts';

const SENTENCES: Readonly<Record<string, TextKey>> = {
  TooLong: 'composerFailTooLong',
  SendUnconfirmed: 'composerFailUnconfirmed',
  ComposerMissing: 'composerFailBoxMissing',
  TextMangled: 'composerFailMangled',
  InsertRefused: 'composerFailRefused',
  SendControlMissing: 'composerFailNoSend',
  ConversationChanged: 'composerFailMoved',
  UntrustedIdentity: 'composerFailKeyChanged',
  ContactRenamed: 'composerFailRenamed',
  SessionNotFound: 'composerFailNoSession',
  WorkerGone: 'composerFailBackground',
  TimedOut: 'composerFailBackground',
  ExtensionGone: 'composerFailReload',
  StoreFull: 'composerFailFull',
  StoreLost: 'composerFailStore',
  StoreDamaged: 'composerFailStore',
  StoreRolledBack: 'composerFailStore',
  StoreNewer: 'composerFailStore',
  StoreUnavailable: 'composerFailStore',
};

/** What happened and what to do, for the failure called `code`. */
export function sendFailureText(code: string): string {
  return text((Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined) ?? 'composerFailOther');
}
