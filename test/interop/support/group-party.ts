/** Owns what a group test asks of either implementation: ours and Signal's stand behind the same face. */

/** What a delivery came to: the text, or why there is none. */
export type GroupVerdict =
  | { readonly kind: 'accepted'; readonly text: string }
  | { readonly kind: 'duplicate' | 'refused' };

/** One member of one group, as a sender and as a reader of the others, who are known by their names. */
export interface GroupParty {
  /** A distribution message of our sender key as it stands; makes the key where there is none. */
  announce(): Promise<Uint8Array>;
  /** Forgets our sender key: the next announcement makes another. */
  forgetOwnKey(): void;
  /** There must be a sender key. */
  send(text: string): Promise<Uint8Array>;
  /** Takes in `sender`'s distribution message; whether it was accepted. */
  take(sender: string, distribution: Uint8Array): Promise<boolean>;
  open(sender: string, message: Uint8Array): Promise<GroupVerdict>;
}
