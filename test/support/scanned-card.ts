/** Owns a recovery card of vaults that nobody runs: what its QR code says is as long as that of any other. */
import { createECDH } from 'node:crypto';
import { type BackupAddress, makeCard } from '../../lib/backup/index.ts';
import { SecretBytes } from '../../lib/bytes/index.ts';
import { cryptoReady } from '../../lib/crypto/index.ts';

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 83 + length) % 256);

/** What the code of a card of so many vaults says, vault1.example and on. */
export async function scannedCard(count: number): Promise<string> {
  await cryptoReady();
  const vaults = Array.from({ length: count }, (_, at) => ({
    identityKey: identityKey(),
    url: `https://vault${at + 1}.example`,
  }));
  const address = { locator: bytes(16), threshold: 1, vaults, blobHost: vaults[0]!.url };
  return makeCard(address as unknown as BackupAddress, SecretBytes.of<'RecoveryCode'>(bytes(16))).qr;
}

/** A point of P-256, 33 bytes. */
function identityKey(): Uint8Array {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  return pair.getPublicKey(null, 'compressed');
}
