/** Owns the check that a peer is who the person accepted. Does not own the decision: the person's, through the caller. */
import { equalBytes } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import type { IdentityKey } from '../keys.ts';

/** Throws UntrustedIdentity unless `identity` is `trusted`, or nothing is trusted yet. */
export function requireTrusted(identity: IdentityKey, trusted: IdentityKey | undefined): void {
  if (trusted !== undefined && !equalBytes(identity, trusted)) throw refusal('UntrustedIdentity');
}
