/** Owns the sentence for each way in which a link has no preview. */
import type { PreviewFailureCode } from '../lib/preview/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';

const SENTENCES: Readonly<Record<PreviewFailureCode, TextKey>> = {
  NotALink: 'previewNotALink',
  NotWeb: 'previewNotWeb',
  UserInfo: 'previewUserInfo',
  OddPort: 'previewOddPort',
  PrivateName: 'previewPrivateName',
  PrivateAddress: 'previewPrivateAddress',
  AddressUnseen: 'previewAddressUnseen',
  BadProxy: 'previewBadProxy',
  TooManyRedirects: 'previewTooManyRedirects',
  BadRedirect: 'previewBadRedirect',
  Unreachable: 'previewUnreachable',
  TooSlow: 'previewTooSlow',
  Cancelled: 'previewCancelled',
  DeadLink: 'previewDeadLink',
  Forbidden: 'previewForbidden',
  LoginWall: 'previewLoginWall',
  ServerFailed: 'previewServerFailed',
  NotAPage: 'previewNotAPage',
  NothingToShow: 'previewNothingToShow',
  NotAPicture: 'previewNotAPicture',
  PictureTooLarge: 'previewPictureTooLarge',
  PictureBroken: 'previewPictureBroken',
  NotInText: 'previewNotInText',
  Malformed: 'previewMalformed',
};

/** Why there is no preview, for the failure called `code`. */
export function previewFailureText(code: string): string {
  return text(Object.hasOwn(SENTENCES, code) ? SENTENCES[code as PreviewFailureCode] : 'previewOther');
}
