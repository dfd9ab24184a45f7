/**
 * Owns the rule that a late preview never delays a message: sending waits at most 300 ms, and only for one that is nearly
 * there.
 */
import { MAX_WAIT_MS } from './limits.ts';
import type { Preview } from './preview.ts';

/** How far a preview is: `asking` until the page's server has answered, then `reading`, then its `picture`. */
export type PreviewStage = 'asking' | 'reading' | 'picture';

/** A preview that is being made, or not. */
export type PendingPreview =
  | { readonly state: 'none' }
  | { readonly state: 'ready'; readonly preview: Preview }
  | {
      readonly state: 'under-way';
      readonly stage: PreviewStage;
      /** Undefined where nothing came of it; it does not reject. */
      readonly done: Promise<Preview | undefined>;
    };

/** The preview that a message goes with, or undefined: at once, or after at most 300 ms where the server has answered already. */
export async function previewForSending(pending: PendingPreview): Promise<Preview | undefined> {
  if (pending.state === 'ready') return pending.preview;
  if (pending.state === 'none' || pending.stage === 'asking') return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), MAX_WAIT_MS);
  });
  try {
    return await Promise.race([pending.done, late]);
  } finally {
    clearTimeout(timer);
  }
}
