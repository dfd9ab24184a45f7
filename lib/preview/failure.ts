/** Owns the closed union of what can become of a link that is to be previewed, and how the room refuses. */
import { Failure, type Outcome, type Retry } from '../failure/index.ts';

/**
 * The address:
 * - NotALink: no address that a browser understands, or one of over 2048 characters. NotWeb: neither http nor https.
 * - UserInfo: a name or a password stands before the host. OddPort: a port where web pages are not served.
 * - PrivateName: a name that means this machine or this network. PrivateAddress: an address that does, written or resolved.
 * - AddressUnseen: the browser did not say which address answered, so that nobody could tell.
 * - BadProxy: the setting is no address that a request can go through.
 *
 * The way there:
 * - TooManyRedirects: more than five. BadRedirect: one that leads nowhere, or that the browser hides from us.
 * - Unreachable: no answer, or an answer that broke off. TooSlow: not done in five seconds. Cancelled: by the person.
 *
 * The answer:
 * - DeadLink: the page is gone. Forbidden: not for everybody. LoginWall: one is sent to sign in. ServerFailed: any other error.
 * - NotAPage: a type that has no preview. NothingToShow: a page that says nothing of itself.
 *
 * The picture:
 * - NotAPicture: none of the five types that are decoded, or not what its first bytes say. SVG is among these.
 * - PictureTooLarge: over 2 MiB, or over the bound on pixels. PictureBroken: it could not be decoded or made small enough.
 *
 * What another sent:
 * - NotInText: a preview of an address that is not the text's link. Malformed: not the one spelling of a preview.
 */
export type PreviewFailureCode =
  | 'NotALink'
  | 'NotWeb'
  | 'UserInfo'
  | 'OddPort'
  | 'PrivateName'
  | 'PrivateAddress'
  | 'AddressUnseen'
  | 'BadProxy'
  | 'TooManyRedirects'
  | 'BadRedirect'
  | 'Unreachable'
  | 'TooSlow'
  | 'Cancelled'
  | 'DeadLink'
  | 'Forbidden'
  | 'LoginWall'
  | 'ServerFailed'
  | 'NotAPage'
  | 'NothingToShow'
  | 'NotAPicture'
  | 'PictureTooLarge'
  | 'PictureBroken'
  | 'NotInText'
  | 'Malformed';

/** `later` where the same link may have a preview another time, `user` where a person can change it. */
const RETRY: Partial<Record<PreviewFailureCode, Retry>> = {
  BadProxy: 'user',
  Cancelled: 'user',
  ServerFailed: 'later',
  TooSlow: 'later',
  Unreachable: 'later',
};

/** Makes the failure to throw. Nothing of the input goes into it. */
export function refusal(code: PreviewFailureCode): Failure<PreviewFailureCode> {
  return new Failure(code, RETRY[code] ?? 'never');
}

/** The failure as a value. */
export function refuse(code: PreviewFailureCode): Outcome<never, PreviewFailureCode> {
  return { ok: false, failure: refusal(code) };
}
