/**
 * Owns what every mode puts around the key it gives to the database: version, mode, and a tag that binds the payload to
 * its public key, its context and the vault's lineage, so that a row's key can't be put into another row, and one of
 * before the HSM's keys were replaced is known as such without asking the device.
 * Does not own the payload: each mode has its own.
 */
import { ByteWriter, concatBytes, encodeUtf8, equalBytes } from '../../lib/bytes/index.ts';
import { BLOB_MOST, CONTEXT_MOST, type CustodyMode, type StoredKey } from './custody.ts';
import { custodyFailure } from './failure.ts';
import { coordinate, encodeCoordinate, encodePoint, FIELD_LENGTH, type Point } from './points.ts';

const VERSION = 1;
const modes: Record<CustodyMode, number> = { wrapped: 1, resident: 2, split: 3, hmac: 4, software: 5 };
/** Enough against one that can ask the vault some millions of times at most. */
const TAG_LENGTH = 16;
/** Version, mode, tag, and the y of the public key: so that no root is taken at each try. The tag vouches for it. */
const HEADER_LENGTH = 2 + TAG_LENGTH + FIELD_LENGTH;
const Y_AT = 2 + TAG_LENGTH;

/** HMAC under the vault's MAC key: 32 bytes. What it is asked here never begins as what `Custody.mac` asks. */
export type Mac = (message: Uint8Array) => Uint8Array;

/** The vault that makes and opens a blob: its lineage has 16 bytes. */
export interface BlobVault {
  readonly mode: CustodyMode;
  readonly lineage: Uint8Array;
  readonly mac: Mac;
}

/** What custody's own tags begin with, and what the messages of its caller begin with: neither can make the other. */
const OWN_DOMAIN = concatBytes(Uint8Array.of(0), encodeUtf8('Sotto vault key v1'));
const CALLER_DOMAIN = Uint8Array.of(1);

/** The tag of the caller's `message`: HMAC-SHA-256 of 1 ‖ message. */
export function macForCaller(mac: Mac, message: Uint8Array): Uint8Array {
  return mac(concatBytes(CALLER_DOMAIN, message));
}

/** Throws RangeError on a context that is empty or too long: it is made by this vault, not by a client. */
export function requireContext(context: Uint8Array): void {
  if (context.length === 0 || context.length > CONTEXT_MOST)
    throw new RangeError(`a context has 1 to ${CONTEXT_MOST} bytes`);
}

/** Version ‖ mode ‖ tag (16 bytes) ‖ y of the public key (32) ‖ payload. */
export function sealBlob(vault: BlobVault, payload: Uint8Array, publicKey: Point, context: Uint8Array): Uint8Array {
  if (HEADER_LENGTH + payload.length > BLOB_MOST) throw custodyFailure('HsmFault');
  const body = concatBytes(encodeCoordinate(publicKey.y), payload);
  const tag = tagOf(vault, body, encodePoint(publicKey), context);
  return concatBytes(Uint8Array.of(VERSION, modes[vault.mode]), tag, body);
}

/** The payload and the public key of a blob that this vault made for this context; else KeyBlobInvalid. */
export function openBlob(vault: BlobVault, key: StoredKey): { payload: Uint8Array; publicKey: Point } {
  const { blob, publicKey, context } = key;
  const framed = blob.length > HEADER_LENGTH && blob.length <= BLOB_MOST && context.length <= CONTEXT_MOST;
  if (!framed || blob[0] !== VERSION || blob[1] !== modes[vault.mode]) throw custodyFailure('KeyBlobInvalid');
  const body = blob.slice(Y_AT);
  if (!equalBytes(tagOf(vault, body, publicKey, context), blob.subarray(2, Y_AT)))
    throw custodyFailure('KeyBlobInvalid');
  // The tag was right: both are what `sealBlob` wrote.
  const [x, y] = [publicKey.subarray(1), body.subarray(0, FIELD_LENGTH)].map(coordinate);
  if (x === undefined || y === undefined) throw custodyFailure('KeyBlobInvalid');
  return { payload: body.slice(FIELD_LENGTH), publicKey: { x, y } };
}

/** The public key that a blob names, before anything is known of its tag; undefined where none can be read. */
export function namedPublicKey({ blob, publicKey }: StoredKey): Point | undefined {
  const [x, y] = [publicKey.subarray(1), blob.subarray(Y_AT, HEADER_LENGTH)].map(coordinate);
  return x === undefined || y === undefined ? undefined : { x, y };
}

function tagOf({ mode, lineage, mac }: BlobVault, body: Uint8Array, publicKey: Uint8Array, context: Uint8Array) {
  const message = new ByteWriter(256).raw(OWN_DOMAIN).uint8(VERSION).uint8(modes[mode]).prefixed(lineage);
  return mac(message.prefixed(context).prefixed(publicKey).prefixed(body).finish()).subarray(0, TAG_LENGTH);
}
