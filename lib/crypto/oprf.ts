/**
 * Owns the client's side of the oblivious pseudorandom function P256-SHA256 in its plain mode (RFC 9497, sections 3.3.1 and
 * 4.3): the server computes with its key on an input that it does not see, and learns nothing of it.
 * Does not own the server's side, nor a proof that the server used the same key as before: this mode has none.
 * Invariant: whoever calls has awaited `p256Ready`.
 */
import { type Bytes, bytesOfLength, SecretBytes } from '../bytes/index.ts';
import { loadedP256 } from './p256.ts';
import type { RandomSource } from './primitives.ts';

/** Lengths in bytes. Elements are compressed points. */
export const OPRF_LENGTHS = { element: 33, blind: 32, output: 32 } as const;

/** The scalar that hides an input, 32 bytes big-endian. With the element it would give guesses of the input away. */
export type OprfBlind = SecretBytes<'OprfBlind'>;
/** What the function gives, 32 bytes. */
export type OprfOutput = SecretBytes<'OprfOutput'>;

/** A hidden input, and what unhides its evaluation. */
export interface BlindedInput {
  readonly blind: OprfBlind;
  readonly blinded: Bytes<'BlindedElement'>;
}

/** Hides `input` (at most 65535 bytes). Draws 48 bytes once: the same bytes give the same element. */
export function blindInput(input: Uint8Array, random: RandomSource): BlindedInput {
  const { oprf } = loadedP256().p256_oprf;
  const { blind, blinded } = oprf.blind(input, (length) => random(length ?? OPRF_LENGTHS.blind));
  return {
    blind: SecretBytes.of(blind, OPRF_LENGTHS.blind),
    blinded: bytesOfLength(blinded, OPRF_LENGTHS.element),
  };
}

/** The function's output, or undefined where `evaluated` is no point of the curve or its neutral one. */
export function finalizeOprf(input: Uint8Array, blind: OprfBlind, evaluated: Uint8Array): OprfOutput | undefined {
  if (evaluated.length !== OPRF_LENGTHS.element) return undefined;
  const { oprf } = loadedP256().p256_oprf;
  try {
    return SecretBytes.of(oprf.finalize(input, blind.reveal(), evaluated), OPRF_LENGTHS.output);
  } catch {
    return undefined; // noble throws where the bytes are no point
  }
}
