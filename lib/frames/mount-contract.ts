/** Owns the types of what a mounting content script asks of the background; nothing here runs. */
import type { FrameKind, Method } from '../rpc/client.ts';

/** A ticket for one frame that is about to be mounted. Token fields are 32 hexadecimal letters. */
export interface TicketRegistration {
  /** Travels in the address of the frame. */
  readonly ticket: string;
  /** Travels to the frame's own window with the message port, so that no other frame can have both. */
  readonly pass: string;
  readonly kind: FrameKind;
  /** The site's name for the conversation, as the adapter reads it: a hint, checked by whoever acts on it. */
  readonly conversation: string;
}

/** The methods that content scripts call to mount frames: content scripts give this to RpcClient as its type. */
export interface MountContract {
  readonly methods: { readonly 'frames.register': Method<TicketRegistration, null> };
  readonly events: Record<never, never>;
}
