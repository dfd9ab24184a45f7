/**
 * Owns the wraps of the root key: under the PIN's key, under a recovery code, for another device; and where the first two
 * are kept: in a bucket that follows from the locator alone, since who restores has nothing else yet.
 * Invariant: a wrap says nothing about a PIN: its key is derived from the shared secret, 256 random bits.
 *
 * Bytes of a wrap: version 1 (1) | nonce (24) | root key, sealed (32 + 16). Bound beside it: label, kind (1), locator, name.
 * For a device an ephemeral X25519 key (32) stands in front of the nonce, and the device's key takes the place of the name.
 */
import { type Bytes, bytesOfLength, concatBytes, encodeHex, encodeUtf8, SecretBytes } from '../bytes/index.ts';
import {
  AEAD_LENGTHS,
  agreeX25519,
  deriveX25519PublicKey,
  hkdfSha256,
  openAead,
  type RandomSource,
  sealAead,
  sha256,
  X25519_KEY_LENGTH,
  type X25519PrivateKey,
  type X25519PublicKey,
  x25519PrivateKey,
} from '../crypto/index.ts';
import { BUCKET_LENGTH, type Bucket, type Locator } from '../vault-protocol/index.ts';
import type { BlobHost, BlobPlace } from './blob-host.ts';
import { refusal } from './failure.ts';
import { ROOT_KEY_LENGTH, type RootKey, wrapsWriterOf } from './root-key.ts';
import type { PinKey, WrapName } from './shared-secret.ts';

/** 16 random bytes on the recovery card: 128 bits need no stretching. */
export type RecoveryCode = SecretBytes<'RecoveryCode'>;
export const RECOVERY_CODE_LENGTH = 16;

/** A wrap, as it is kept. */
export interface Wrap {
  readonly name: WrapName;
  readonly bytes: Bytes<'RootWrap'>;
}

const VERSION = 1;
const KINDS = { pin: 1, code: 2, device: 3 } as const;
const LABEL = encodeUtf8('Sotto root wrap v1');

/** A new recovery code. */
export function makeRecoveryCode(random: RandomSource): RecoveryCode {
  return SecretBytes.of(random(RECOVERY_CODE_LENGTH), RECOVERY_CODE_LENGTH);
}

/** The root key under the PIN's key. */
export function wrapForPin(root: RootKey, locator: Locator, name: WrapName, key: PinKey, random: RandomSource): Wrap {
  return { name, bytes: seal(root, key.reveal(), boundTo('pin', locator, name), random) };
}

/** The root key under a recovery code. */
export function wrapForCode(root: RootKey, locator: Locator, code: RecoveryCode, random: RandomSource): Wrap {
  const { name, key } = codeKeys(code, locator);
  return { name, bytes: seal(root, key, boundTo('code', locator, name), random) };
}

/** The root key for the holder of `device`'s private half: 105 bytes. */
export function wrapForDevice(
  root: RootKey,
  locator: Locator,
  device: X25519PublicKey,
  random: RandomSource,
): Bytes<'DeviceWrap'> {
  const ephemeral = x25519PrivateKey(random(X25519_KEY_LENGTH));
  const publicKey = deriveX25519PublicKey(ephemeral);
  const key = deviceKey(ephemeral, device, publicKey, device);
  ephemeral.wipe();
  if (key === undefined) throw new RangeError('a device has a key that others can agree with');
  return concatBytes(publicKey, seal(root, key, boundTo('device', locator, device), random)) as Bytes<'DeviceWrap'>;
}

/** The root key of a device's wrap. Throws WrapDamaged, UpdateNeeded. */
export function openDeviceWrap(locator: Locator, device: X25519PrivateKey, wrap: Uint8Array): RootKey {
  const ephemeral = wrap.slice(0, X25519_KEY_LENGTH);
  if (ephemeral.length !== X25519_KEY_LENGTH) throw refusal('WrapDamaged');
  const ownKey = deriveX25519PublicKey(device);
  const key = deviceKey(device, bytesOfLength(ephemeral, X25519_KEY_LENGTH), ephemeral, ownKey);
  if (key === undefined) throw refusal('WrapDamaged');
  return open(wrap.subarray(X25519_KEY_LENGTH), key, boundTo('device', locator, ownKey));
}

/** Keeps a wrap. The same wrap again is no other. Throws as the host; HostFaulty where others keep something there. */
export async function keepWrap(host: BlobHost, root: RootKey, locator: Locator, { name, bytes }: Wrap): Promise<void> {
  const kept = await host.write(wrapsPlace(root, locator), encodeHex(name), bytes);
  if (kept !== 'kept') throw refusal('HostFaulty');
}

/** Forgets a wrap. Throws as the host. */
export function forgetWrap(host: BlobHost, root: RootKey, locator: Locator, name: WrapName): Promise<void> {
  return host.remove(wrapsPlace(root, locator), encodeHex(name));
}

/** The root key that the PIN's key opens. Throws WrapMissing, WrapDamaged, UpdateNeeded, and as the host. */
export async function fetchPinWrap(host: BlobHost, locator: Locator, name: WrapName, key: PinKey): Promise<RootKey> {
  return open(await fetchWrap(host, locator, name), key.reveal(), boundTo('pin', locator, name));
}

/**
 * The root key that a recovery code opens, without any vault. Throws WrapMissing for a code that is not (or no longer) this
 * backup's, WrapDamaged, UpdateNeeded, and as the host.
 */
export async function fetchCodeWrap(
  host: BlobHost,
  locator: Locator,
  code: RecoveryCode,
): Promise<{ readonly root: RootKey; readonly name: WrapName }> {
  const { name, key } = codeKeys(code, locator);
  return { root: open(await fetchWrap(host, locator, name), key, boundTo('code', locator, name)), name };
}

async function fetchWrap(host: BlobHost, locator: Locator, name: WrapName): Promise<Uint8Array> {
  // Reading takes no key; the writer is not known before the wrap is open.
  const found = await host.read({ bucket: wrapsBucketOf(locator) }, encodeHex(name));
  if (found === undefined) throw refusal('WrapMissing');
  return found.bytes;
}

function wrapsPlace(root: RootKey, locator: Locator): BlobPlace {
  return { bucket: wrapsBucketOf(locator), writer: wrapsWriterOf(root, locator) };
}

function wrapsBucketOf(locator: Locator): Bucket {
  const hash = sha256(concatBytes(encodeUtf8('Sotto wraps bucket v1'), Uint8Array.of(0), locator));
  return bytesOfLength(hash.slice(0, BUCKET_LENGTH), BUCKET_LENGTH);
}

function codeKeys(code: RecoveryCode, locator: Locator): { name: WrapName; key: Uint8Array } {
  const name = hkdfSha256(code.reveal(), 'Sotto code wrap name v1', 16, locator);
  return { name: bytesOfLength(name, 16), key: hkdfSha256(code.reveal(), 'Sotto code wrap key v1', 32, locator) };
}

function deviceKey(own: X25519PrivateKey, other: X25519PublicKey, ephemeral: Uint8Array, device: Uint8Array) {
  const agreed = agreeX25519(own, other);
  if (agreed === undefined) return undefined;
  return hkdfSha256(agreed.reveal(), concatBytes(encodeUtf8('Sotto device wrap key v1'), ephemeral, device), 32);
}

function boundTo(kind: keyof typeof KINDS, locator: Locator, name: Uint8Array): Uint8Array {
  return concatBytes(LABEL, Uint8Array.of(0, KINDS[kind]), locator, name);
}

function seal(root: RootKey, key: Uint8Array, additionalData: Uint8Array, random: RandomSource): Bytes<'RootWrap'> {
  const nonce = random(AEAD_LENGTHS.nonce);
  const sealed = sealAead({ key, nonce, additionalData }, root.reveal());
  return concatBytes(Uint8Array.of(VERSION), nonce, sealed) as Bytes<'RootWrap'>;
}

function open(wrap: Uint8Array, key: Uint8Array, additionalData: Uint8Array): RootKey {
  const whole = 1 + AEAD_LENGTHS.nonce + ROOT_KEY_LENGTH + AEAD_LENGTHS.tag;
  if (wrap[0] !== undefined && wrap[0] > VERSION) throw refusal('UpdateNeeded');
  if (wrap[0] !== VERSION || wrap.length !== whole) throw refusal('WrapDamaged');
  const nonce = wrap.subarray(1, 1 + AEAD_LENGTHS.nonce);
  const opened = openAead({ key, nonce, additionalData }, wrap.subarray(1 + AEAD_LENGTHS.nonce));
  if (opened === undefined) throw refusal('WrapDamaged');
  return SecretBytes.of(opened, ROOT_KEY_LENGTH);
}
