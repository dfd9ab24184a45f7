/** Owns how a link preview is kept. Does not own whether it may be shown (preview-rows.ts). */
import type { Bytes } from '../bytes/index.ts';
import { type RowTable, row } from '../store/index.ts';

/** A preview as it is kept. Its picture is WebP. */
export interface KeptPreview {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly siteName: string;
  readonly picture: Bytes<'Picture'> | undefined;
}

export const PREVIEWS: RowTable<KeptPreview> = {
  name: 'previews',
  version: 1,
  codec: row.record<KeptPreview>({
    url: row.text,
    title: row.text,
    description: row.text,
    siteName: row.text,
    picture: row.optional(row.bytes<'Picture'>()),
  }),
};
