/** Samples for the tests of this room: one well-formed value of each kind. */
import { SecretBytes } from '../bytes/index.ts';
import type { SealedPart } from './sealed.ts';

/** `length` bytes that count up from `start`. */
export function counted<Named extends Uint8Array>(length: number, start = 0): Named {
  return Uint8Array.from({ length }, (_, index) => (start + index) & 0xff) as Named;
}

export function point<Named extends Uint8Array>(start = 0): Named {
  const bytes = counted<Named>(33, start);
  bytes[0] = 2;
  return bytes;
}

export function secretOf<Name extends string>(length: number, start = 0): SecretBytes<Name> {
  return SecretBytes.of<Name>(counted(length, start));
}

export const sealedSample: SealedPart = {
  threshold: 2,
  vaults: [counted(16, 1), counted(16, 2), counted(16, 3)],
  epoch: 7,
  shares: [counted(32, 4), counted(32, 5), counted(32, 6)],
  commitment: counted(32, 9),
};
