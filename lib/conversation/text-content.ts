/** Owns what of a text and its preview becomes the content of a message, and whether that fits a site. */
import { wipe } from '../bytes/index.ts';
import { beginSentChain, bindContext, type LinkPreview, sealContent, type TextContent } from '../content/index.ts';
import { sha256 } from '../crypto/index.ts';
import { attempt } from '../failure/index.ts';
import type { Preview } from '../preview/index.ts';
import { refusal } from './failure.ts';
import type { SiteText } from './place.ts';
import { textsFor } from './site-room.ts';

/** The content of `text`. */
export function textContent(text: string, preview: Preview | undefined): TextContent {
  return { kind: 'text', text, previews: preview === undefined ? [] : [linkPreview(preview)] };
}

/** Whether `requireRoom` has nothing against it. */
export function fitsSite(content: TextContent, site: SiteText): boolean {
  return attempt(() => requireRoom(content, site)).ok;
}

/** Throws TooLong or TextNotWellFormed where `content` could not be sent on the site, whatever keys it is sent with. */
export function requireRoom(content: TextContent, site: SiteText): void {
  // Every place takes as many bytes.
  const anywhere = bindContext({ site: '', conversation: '', sender: new Uint8Array() }, sha256);
  const sealed = sealContent(content, anywhere, beginSentChain(), sha256);
  if (!sealed.ok) throw refusal(sealed.failure.code === 'TextTooLong' ? 'TooLong' : 'TextNotWellFormed');
  const { length } = sealed.value.plaintext;
  wipe(sealed.value.plaintext);
  if (textsFor(length - 1, site) === Number.POSITIVE_INFINITY) throw refusal('TooLong');
}

/** As it travels: a site that is not named has no field. */
function linkPreview({ url, title, description, siteName, picture }: Preview): LinkPreview {
  return {
    url,
    title,
    description,
    ...(picture === undefined ? {} : { picture: { type: picture.type, bytes: picture.bytes } }),
    ...(siteName === '' ? {} : { siteName }),
  };
}
