/**
 * Owns what a live browser keeps of its backup, and nothing more: the root key and the vaults' unlock tokens, sealed in the
 * store. Not the PIN, nor what Argon2id made of it, nor the shared secret: together with what any vault gives to who knows
 * the locator, each of them would let a thief of the profile find out the PIN, which people use elsewhere, too.
 */
import { ByteReader, ByteWriter, SecretBytes } from '../bytes/index.ts';
import { row } from '../store/index.ts';
import {
  LINEAGE_LENGTH,
  type Lineage,
  MOST_VAULTS,
  UNLOCK_TOKEN_LENGTH,
  type UnlockToken,
} from '../vault-protocol/index.ts';
import { type BackupAddress, decodeAddress, encodeAddress } from './address.ts';
import { refusal } from './failure.ts';
import { ROOT_KEY_LENGTH, type RootKey } from './root-key.ts';
import type { WrapName } from './shared-secret.ts';

/** What lets us reset, renew and delete at one vault; and its lineage when it was last seen: another one means lost keys. */
export interface VaultStanding {
  readonly unlock: UnlockToken;
  readonly lineage: Lineage | undefined;
}

/** What a live browser keeps. */
export interface LiveBackup {
  readonly address: BackupAddress;
  readonly root: RootKey;
  /** Of the enrolment: rises with every new PIN. */
  readonly epoch: number;
  /** In the order of the address's vaults. */
  readonly standings: readonly VaultStanding[];
  readonly pinWrap: WrapName | undefined;
  readonly codeWrap: WrapName | undefined;
}

const WRAP_NAME_LENGTH = 16;

/** An address in a row. */
export const addressCodec: row.RowCodec<BackupAddress> = {
  write: (writer, address) => writer.prefixed(encodeAddress(address)),
  read: (reader) => decodeAddress(reader.takePrefixed()),
};

const wrapName = row.fixed<'WrapName'>(WRAP_NAME_LENGTH);
const standing = row.record<VaultStanding>({
  unlock: row.secret<'UnlockToken'>(UNLOCK_TOKEN_LENGTH),
  lineage: row.optional(row.fixed<'Lineage'>(LINEAGE_LENGTH)),
});

/** How a live backup is kept in a row of the store. */
export const liveBackupCodec: row.RowCodec<LiveBackup> = row.record<LiveBackup>({
  address: addressCodec,
  root: row.secret<'BackupRootKey'>(ROOT_KEY_LENGTH),
  epoch: row.uint53,
  standings: row.list(standing, MOST_VAULTS),
  pinWrap: row.optional(wrapName),
  codeWrap: row.optional(wrapName),
});

/**
 * What the manifest holds for who restores: who came by the recovery code has no unlock tokens of its own, and each knows the
 * name of the one wrap that it came by, while both are to go when a new code or PIN is made or the backup ends.
 */
export type StandingsOfEpoch = Pick<LiveBackup, 'epoch' | 'standings' | 'pinWrap' | 'codeWrap'>;

/** Its bytes: epoch (8) | number (1) | of each: token (32) | names of the PIN's and the code's wrap: flag (1), name (16). */
export function encodeStandings({ epoch, standings, pinWrap, codeWrap }: StandingsOfEpoch): SecretBytes<'Standings'> {
  const writer = new ByteWriter(256).uint53(epoch).uint8(standings.length);
  for (const { unlock } of standings) writer.raw(unlock.reveal());
  for (const name of [pinWrap, codeWrap]) writer.optional(name, (bytes) => writer.raw(bytes));
  return SecretBytes.of(writer.finish());
}

/** Throws ManifestDamaged. */
export function decodeStandings(bytes: SecretBytes<'Standings'>): StandingsOfEpoch {
  const reader = new ByteReader(bytes.reveal(), () => refusal('ManifestDamaged'));
  const epoch = reader.uint53();
  const count = reader.uint8();
  if (count > MOST_VAULTS) throw refusal('ManifestDamaged');
  const standings = Array.from({ length: count }, () => ({
    unlock: SecretBytes.of<'UnlockToken'>(reader.take(UNLOCK_TOKEN_LENGTH)),
    lineage: undefined,
  }));
  const [pinWrap, codeWrap] = [0, 1].map(() => reader.optional(() => reader.take(WRAP_NAME_LENGTH) as WrapName));
  reader.end();
  return { epoch, standings, pinWrap, codeWrap };
}
