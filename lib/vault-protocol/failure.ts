import { Failure } from '../failure/index.ts';

/** A body that does not have the exact shape of its endpoint. */
export type VaultProtocolFailureCode = 'MalformedBody';

export function malformed(): Failure<VaultProtocolFailureCode> {
  return new Failure('MalformedBody');
}
