/**
 * Owns the bytes of the key schedule. The epochs of the links follow from the current and the sending epoch and are not
 * written. Not a wire format: only this side reads what it wrote.
 */
import { type ByteReader, type ByteWriter, SecretBytes } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import type { Direction, EpochChains, Link, SendingChain } from './chain.ts';
import { KEY_LENGTH } from './labels.ts';
import { decodeSkippedKeys, encodeSkippedKeys } from './skipped-keys.ts';

/** Writes direction, epochs, root key, and the links from the oldest on. */
export function encodeChains(writer: ByteWriter, chains: EpochChains): void {
  const { direction, currentEpoch, sendingEpoch, rootKey, links } = chains;
  writer
    .flag(direction === 'B2A')
    .uint53(currentEpoch)
    .flag(sendingEpoch < currentEpoch)
    .raw(rootKey.reveal());
  for (const { sending, receiving } of links) {
    if (sending !== undefined) writeChain(writer, sending);
    writeChain(writer, receiving);
    encodeSkippedKeys(writer, receiving.skipped);
  }
}

/** Reads what {@link encodeChains} wrote; throws InvalidState where an invariant of `chain.ts` fails. */
export function decodeChains(reader: ByteReader): EpochChains {
  const direction: Direction = reader.flag() ? 'B2A' : 'A2B';
  const currentEpoch = reader.uint53();
  const sendingEpoch = currentEpoch - (reader.flag() ? 1 : 0);
  if (sendingEpoch < 0) throw refusal('InvalidState');
  const rootKey = SecretBytes.of<'SpqrRootKey'>(reader.take(KEY_LENGTH));
  const links: Link[] = [];
  for (let epoch = Math.max(0, sendingEpoch - 1); epoch <= currentEpoch; epoch++) {
    const sending = epoch < sendingEpoch ? undefined : readChain(reader);
    const receiving = readChain(reader);
    links.push({ sending, receiving: { ...receiving, skipped: decodeSkippedKeys(reader, receiving.counter) } });
  }
  return { direction, rootKey, currentEpoch, sendingEpoch, links };
}

function writeChain(writer: ByteWriter, { counter, key }: SendingChain): void {
  writer.uint32(counter).raw(key.reveal());
}

function readChain(reader: ByteReader): SendingChain {
  return { counter: reader.uint32(), key: SecretBytes.of(reader.take(KEY_LENGTH)) };
}
