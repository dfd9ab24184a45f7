/** Owns what a conversation test asks of either implementation: ours and Signal's stand behind the same face. */
import type { PreKeyBundle } from '../../../lib/signal/index.ts';

/** A message on its way. */
export interface Envelope {
  readonly type: 'preKey' | 'signal';
  readonly bytes: Uint8Array;
}

/** What a delivery, or an attempt to send, came to. Text is what was read; anything else is why nothing was. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly text: string }
  | { readonly kind: 'duplicate' | 'no-session' | 'no-prekey' | 'reused-base-key' | 'refused' };

/** One side with one peer. */
export interface Party {
  /** A bundle with fresh one-time prekeys, or with the last-resort KEM prekey alone. */
  publish(oneTime: boolean): Promise<PreKeyBundle>;
  initiate(bundle: PreKeyBundle): Promise<void>;
  /** Undefined where there is no session to send in. */
  encrypt(text: string): Promise<Envelope | undefined>;
  decrypt(envelope: Envelope): Promise<Verdict>;
  /** The state so far, for comparing before and after a refusal. */
  snapshot(): Uint8Array;
}
