/** Owns the making of custody's failures: which code may be tried again, and by whom. The codes are in custody.ts. */
import { Failure, type Retry } from '../../lib/failure/index.ts';
import type { CustodyCode, CustodyFailure } from './custody.ts';

const retries: Record<CustodyCode, Retry> = {
  HsmUnavailable: 'later',
  HsmPinWrong: 'user',
  HsmNotReady: 'user',
  HsmFault: 'never',
  MechanismMissing: 'user',
  KeyBlobInvalid: 'never',
  KeyMissing: 'never',
  ElementInvalid: 'never',
  AnchorInvalid: 'user',
  KeyFileInvalid: 'user',
};

/** A failure of `code`, with the retry that belongs to it. `cause` is for the operator's log and holds no secret. */
export function custodyFailure(code: CustodyCode, cause?: unknown): CustodyFailure {
  return new Failure(code, retries[code], cause);
}
