/**
 * Owns what is shown of a preview that another sent. Everything in it is what a peer says: it is bounded, cleaned and looked
 * at again; its host is read from the address; and it is shown only under a text that has this very link.
 * Nothing here asks the network anything, ever.
 */
import type { Outcome } from '../failure/index.ts';
import { cleanText } from './clean-text.ts';
import { type PreviewFailureCode, refuse } from './failure.ts';
import { describeHost, type ShownHost } from './host.ts';
import { MAX_DESCRIPTION_BYTES, MAX_SITE_NAME_BYTES, MAX_TITLE_BYTES } from './limits.ts';
import { findLink } from './link.ts';
import { checkPicture } from './package.ts';
import type { Preview } from './preview.ts';

/** A preview as it came: lib/content's, whose size of picture nobody has looked at. */
export interface ClaimedPreview {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly siteName?: string | undefined;
  readonly picture?: { readonly type: string; readonly bytes: Uint8Array } | undefined;
}

/** A preview that may be shown, with the host that it leads to. */
export interface ShownPreview extends Preview {
  readonly host: ShownHost;
}

/**
 * What may be shown of `claimed` under `text`. NotInText where its address is not the text's link. A picture that we could not
 * have made is left out, and the words remain.
 */
export function checkReceived(text: string, claimed: ClaimedPreview): Outcome<ShownPreview, PreviewFailureCode> {
  const link = findLink(text);
  if (link === undefined || link.url !== claimed.url) return refuse('NotInText');
  const named = claimed.picture?.type === 'image/webp' ? claimed.picture : undefined;
  const picture = named && checkPicture(named.bytes);
  return {
    ok: true,
    value: {
      url: link.url,
      title: cleanText(claimed.title, MAX_TITLE_BYTES),
      description: cleanText(claimed.description, MAX_DESCRIPTION_BYTES),
      siteName: cleanText(claimed.siteName ?? '', MAX_SITE_NAME_BYTES),
      ...(picture === undefined ? {} : { picture }),
      host: describeHost(link.url),
    },
  };
}

/** A preview of our own, as the composer and our own bubble show it. */
export function showOwn(preview: Preview): ShownPreview {
  return { ...preview, host: describeHost(preview.url) };
}
