/**
 * Owns the recovery card: what a person prints or copies at enrolment, and what they type or scan from it later.
 * The code alone opens the backup, without a PIN and without any vault: the card is kept as a house key is.
 * Does not own drawing it: `qr` is the text of the QR code.
 *
 * The QR code's text: "sotto-backup:" and base64url of: version 1 (1) | code (16) | address (address.ts) | the first 4 bytes
 * of the SHA-256 of all before.
 */
import { concatBytes, decodeBase64Url, encodeBase64Url, equalBytes, SecretBytes } from '../bytes/index.ts';
import { sha256 } from '../crypto/index.ts';
import type { Locator } from '../vault-protocol/index.ts';
import { type BackupAddress, decodeAddress, encodeAddress, type VaultAddress, vaultSetHash } from './address.ts';
import { formatCode, parseCode } from './card-code.ts';
import { refusal } from './failure.ts';
import { RECOVERY_CODE_LENGTH, type RecoveryCode } from './wraps.ts';

/** What stands on the card. */
export interface RecoveryCard {
  /** 30 letters in groups of five. Secret. */
  readonly code: string;
  /** 30 letters. */
  readonly locator: string;
  /** 20 letters that stand for the vaults. */
  readonly vaults: string;
  readonly vaultUrls: readonly string[];
  readonly blobHost: string;
  /** Secret: it has the code in it. */
  readonly qr: string;
}

const PREFIX = 'sotto-backup:';
const VERSION = 1;
const CHECKSUM_LENGTH = 4;

/** The card of a backup. */
export function makeCard(address: BackupAddress, code: RecoveryCode): RecoveryCard {
  const body = concatBytes(Uint8Array.of(VERSION), code.reveal(), encodeAddress(address));
  return {
    code: formatCode('code', code.reveal()),
    locator: formatCode('locator', address.locator),
    vaults: formatCode('vaults', vaultSetHash(address)),
    vaultUrls: address.vaults.map(({ url }) => url),
    blobHost: address.blobHost,
    qr: `${PREFIX}${encodeBase64Url(concatBytes(body, checksum(body)))}`,
  };
}

/** The recovery code that was typed. Throws as `parseCode`. */
export function parseRecoveryCode(typed: string): RecoveryCode {
  return SecretBytes.of(parseCode('code', typed), RECOVERY_CODE_LENGTH);
}

/** The locator that was typed. Throws as `parseCode`. */
export function parseLocator(typed: string): Locator {
  return parseCode('locator', typed) as Locator;
}

/** Throws VaultSetMismatch where the vaults are not those of the card's letters, and as `parseCode`. */
export function requireVaults(typed: string, address: Pick<BackupAddress, 'threshold' | 'vaults'>): void {
  if (!equalBytes(parseCode('vaults', typed), vaultSetHash(address))) throw refusal('VaultSetMismatch');
}

/**
 * How many of `vaults`, in the order of the card, it takes, by the card's letters: who types has the vaults' URLs alone. Throws
 * as `requireVaults`.
 */
export function thresholdOnCard(typed: string, vaults: readonly VaultAddress[]): number {
  const expected = parseCode('vaults', typed);
  for (let threshold = 1; threshold <= vaults.length; threshold++) {
    if (equalBytes(expected, vaultSetHash({ threshold, vaults }))) return threshold;
  }
  throw refusal('VaultSetMismatch');
}

/** What was scanned. Throws AddressMalformed for what is no card of ours or was not read whole, UpdateNeeded. */
export function parseCardQr(text: string): { readonly address: BackupAddress; readonly code: RecoveryCode } {
  const bytes = text.startsWith(PREFIX) ? decodeBase64Url(text.slice(PREFIX.length)) : undefined;
  if (bytes === undefined || bytes.length <= 1 + RECOVERY_CODE_LENGTH + CHECKSUM_LENGTH)
    throw refusal('AddressMalformed');
  const body = bytes.subarray(0, -CHECKSUM_LENGTH);
  if (!equalBytes(checksum(body), bytes.subarray(-CHECKSUM_LENGTH))) throw refusal('AddressMalformed');
  if (body[0] !== VERSION) throw refusal(body[0]! > VERSION ? 'UpdateNeeded' : 'AddressMalformed');
  const code = SecretBytes.of<'RecoveryCode'>(body.slice(1, 1 + RECOVERY_CODE_LENGTH));
  return { address: decodeAddress(body.subarray(1 + RECOVERY_CODE_LENGTH)), code };
}

function checksum(body: Uint8Array): Uint8Array {
  return sha256(body).slice(0, CHECKSUM_LENGTH);
}
