/** Owns how the secret of an ML-KEM run becomes the secret of its epoch. */
import { concatBytes, SecretBytes, writeUint64 } from '../../bytes/index.ts';
import { hkdfSha256, type SharedSecret } from '../../crypto/index.ts';
import { type EpochSecret, updateAuthenticator } from './authenticator.ts';
import { EPOCH_SECRET, KEY_LENGTH } from './labels.ts';
import type { Braid } from './phases.ts';

/** The epoch's secret, which also goes into the authenticator. The shared secret is wiped: it has done its work. */
export function agreeOnEpochSecret({ epoch, authenticator }: Braid, sharedSecret: SharedSecret): EpochSecret {
  const info = concatBytes(EPOCH_SECRET, writeUint64(epoch));
  const secret: EpochSecret = SecretBytes.of(hkdfSha256(sharedSecret.reveal(), info, KEY_LENGTH));
  sharedSecret.wipe();
  updateAuthenticator(authenticator, epoch, secret);
  return secret;
}
