/** Owns what a preview is, on both sides. */
import type { PreviewPicture } from './picture.ts';

/** A preview as it is shown and as it travels. Every text is clean (clean-text.ts) and may be empty, the address excepted. */
export interface Preview {
  /** The link as it stands in the text, serialised; never where it led to. At most 2048 characters of ASCII. */
  readonly url: string;
  /** At most 512 bytes of UTF-8. */
  readonly title: string;
  /** At most 1024 bytes of UTF-8. */
  readonly description: string;
  /** At most 256 bytes of UTF-8: what the page calls its site, which proves nothing. */
  readonly siteName: string;
  readonly picture?: PreviewPicture;
}
