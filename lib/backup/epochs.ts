/**
 * Owns the epoch chain: the keys under which segments are written. The newest stands in the manifest under a key of the root
 * key, each older one under the next. A browser that was shut out before an epoch began reads nothing of it; once everything
 * of an older epoch is rewritten, its link is dropped, and what the host may have kept of it stays closed.
 *
 * A link: nonce (24) | epoch key, sealed (32 + 16). Bound beside it: label, bucket (16), number of the epoch (4).
 */
import { type Bytes, bytesOfLength, concatBytes, encodeUtf8, SecretBytes, writeUint32 } from '../bytes/index.ts';
import { AEAD_LENGTHS, openAead, type RandomSource, sealAead } from '../crypto/index.ts';
import { refusal } from './failure.ts';
import type { LogKeys } from './root-key.ts';

/** 32 bytes. */
export type EpochKey = SecretBytes<'EpochKey'>;
/** 72 bytes. */
export type EpochLink = Bytes<'EpochLink'>;

const KEY = 32;
export const EPOCH_LINK_LENGTH = AEAD_LENGTHS.nonce + KEY + AEAD_LENGTHS.tag;
/** With a new epoch every month, more than eighty years. */
export const MOST_EPOCHS = 1000;

/** The chain, as the manifest has it: `links[0]` is the newest, `newest` its number; the others follow downwards. */
export interface EpochChain {
  readonly newest: number;
  readonly links: readonly EpochLink[];
}

/** The keys of a chain, by number. */
export type EpochKeys = ReadonlyMap<number, EpochKey>;

type ChainKeys = Pick<LogKeys, 'bucket' | 'epochs'>;

/** The first epoch, number 0. */
export function beginEpochs(keys: ChainKeys, random: RandomSource): EpochChain {
  return { newest: 0, links: [link(keys, keys.epochs, 0, SecretBytes.of(random(KEY), KEY), random)] };
}

/** The keys that the chain holds. Throws ManifestDamaged where a link does not open. */
export function openEpochs(keys: ChainKeys, { newest, links }: EpochChain): EpochKeys {
  const opened = new Map<number, EpochKey>();
  let under: SecretBytes<string> = keys.epochs;
  for (const [depth, one] of links.entries()) {
    const number = newest - depth;
    const nonce = one.subarray(0, AEAD_LENGTHS.nonce);
    const context = { key: under.reveal(), nonce, additionalData: boundTo(keys, number) };
    const key = number < 0 ? undefined : openAead(context, one.subarray(AEAD_LENGTHS.nonce));
    if (key === undefined) throw refusal('ManifestDamaged');
    under = SecretBytes.of(key, KEY);
    opened.set(number, under as EpochKey);
  }
  if (opened.size === 0) throw refusal('ManifestDamaged');
  return opened;
}

/** The chain with a new epoch: after a new PIN, code or device, and every month. Throws as `openEpochs`. */
export function advanceEpoch(keys: ChainKeys, chain: EpochChain, random: RandomSource): EpochChain {
  const current = openEpochs(keys, chain).get(chain.newest)!;
  const key = SecretBytes.of<'EpochKey'>(random(KEY), KEY);
  const newest = chain.newest + 1;
  const below = link(keys, key, chain.newest, current, random);
  const links = [link(keys, keys.epochs, newest, key, random), below, ...chain.links.slice(1)];
  return { newest, links: links.slice(0, MOST_EPOCHS) };
}

/** The chain without the epochs before `oldest`, in which nothing is left that is needed. */
export function dropEpochsBefore({ newest, links }: EpochChain, oldest: number): EpochChain {
  return { newest, links: links.slice(0, Math.max(1, newest - oldest + 1)) };
}

function link(
  keys: ChainKeys,
  under: SecretBytes<string>,
  number: number,
  key: EpochKey,
  random: RandomSource,
): EpochLink {
  const nonce = random(AEAD_LENGTHS.nonce);
  const sealed = sealAead({ key: under.reveal(), nonce, additionalData: boundTo(keys, number) }, key.reveal());
  return bytesOfLength(concatBytes(nonce, sealed), EPOCH_LINK_LENGTH);
}

function boundTo({ bucket }: ChainKeys, number: number): Uint8Array {
  return concatBytes(encodeUtf8('Sotto epoch v1'), Uint8Array.of(0), bucket, writeUint32(number));
}
