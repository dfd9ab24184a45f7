/**
 * Owns the bytes of a whole SPQR state inside a session record. They carry no version: the record does.
 * Not a wire format: only this side reads what it wrote.
 */
import { type ByteReader, type ByteWriter, SecretBytes } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import { decodeChains, encodeChains } from './chain-codec.ts';
import { KEY_LENGTH } from './labels.ts';
import { decodePhase, encodePhase } from './phase-codec.ts';
import { type Braid, lastSecretEpoch } from './phases.ts';
import type { SpqrState } from './state.ts';

/** Writes the state; the same state gives the same bytes. */
export function encodeSpqr(writer: ByteWriter, { chains, braid }: SpqrState): void {
  encodeChains(writer, chains);
  writer.uint53(braid.epoch).raw(braid.authenticator.rootKey.reveal()).raw(braid.authenticator.macKey.reveal());
  encodePhase(writer, braid.phase);
}

/** Reads what {@link encodeSpqr} wrote; throws InvalidState for anything that it can't have written. */
export function decodeSpqr(reader: ByteReader): SpqrState {
  const chains = decodeChains(reader);
  const epoch = reader.uint53();
  const authenticator = {
    rootKey: SecretBytes.of<'AuthenticatorRootKey'>(reader.take(KEY_LENGTH)),
    macKey: SecretBytes.of<'AuthenticatorMacKey'>(reader.take(KEY_LENGTH)),
  };
  const braid: Braid = { epoch, authenticator, phase: decodePhase(reader) };
  // Each epoch's secret goes into the chains in the same step in which the braid gives it out.
  if (chains.currentEpoch !== lastSecretEpoch(braid)) throw refusal('InvalidState');
  // This side sends with the secrets up to the epoch before the braid's; a later sending epoch could not send at all.
  if (chains.sendingEpoch >= epoch) throw refusal('InvalidState');
  return { chains, braid };
}
