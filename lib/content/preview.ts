/** Owns the spelling of a link preview. Does not own fetching one, nor whether its address stands in the text. */
import { bytesBetween, named, text, textLike } from './codec.ts';
import type { LinkPreview, PictureType, PreviewPicture } from './content.ts';
import {
  MAX_DESCRIPTION_BYTES,
  MAX_PICTURE_BYTES,
  MAX_SITE_NAME_BYTES,
  MAX_TITLE_BYTES,
  MAX_URL_BYTES,
} from './limits.ts';
import { nested, one, optional } from './message.ts';

/** Serialised addresses are printable ASCII: no look-alike letters, no hidden direction marks, no script schemes. */
const WEB_ADDRESS = /^https?:\/\/[!-~]+$/;

const picture = nested<PreviewPicture>({
  type: one(1, named<PictureType>({ 'image/png': 1, 'image/jpeg': 2, 'image/webp': 3 })),
  bytes: one(2, bytesBetween(1, MAX_PICTURE_BYTES)),
});

/** The codec of one preview. */
export const linkPreview = nested<LinkPreview>({
  url: one(1, textLike(WEB_ADDRESS, MAX_URL_BYTES)),
  title: one(2, text(MAX_TITLE_BYTES)),
  description: one(3, text(MAX_DESCRIPTION_BYTES)),
  picture: optional(4, picture),
  siteName: optional(5, text(MAX_SITE_NAME_BYTES)),
});
