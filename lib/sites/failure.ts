/** Owns the codes with which work on a site's page can be refused. Every one has a sentence in lib/text. */
import { Failure, type Retry } from '../failure/index.ts';

/**
 * - ComposerMissing: the site's message box is gone, or went away while we worked.
 * - InsertRefused: the box took nothing, by any way of the insertion ladder. It is as empty as it was.
 * - TextMangled: the box, or the row that appeared, holds something other than what was handed in.
 * - TooLong: the text is longer than a message of this site may be. Nothing was touched.
 * - SendControlMissing: neither a button nor Enter sent it: the person must.
 * - SendUnconfirmed: it may have gone out, but box empty and row seen did not both come in time.
 * - SendAborted: the caller's signal stopped it.
 * - ConversationChanged: another conversation was on show before the text went out. Nothing was sent.
 * After each of them the box holds none of our text, wherever the page lets it be emptied.
 */
export type SiteCode =
  | 'ComposerMissing'
  | 'InsertRefused'
  | 'TextMangled'
  | 'TooLong'
  | 'SendControlMissing'
  | 'SendUnconfirmed'
  | 'SendAborted'
  | 'ConversationChanged';

const RETRY: Record<SiteCode, Retry> = {
  ComposerMissing: 'later',
  InsertRefused: 'user',
  TextMangled: 'never',
  TooLong: 'never',
  SendControlMissing: 'user',
  SendUnconfirmed: 'user',
  SendAborted: 'user',
  ConversationChanged: 'user',
};

/** The failure of `code`, with the retry that always belongs to it. */
export function siteFailure(code: SiteCode): Failure<SiteCode> {
  return new Failure(code, RETRY[code]);
}
