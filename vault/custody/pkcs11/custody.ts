/**
 * Owns custody by an HSM: putting a device, a mode, the blobs and the anchors together behind the one interface.
 * Follows PKCS#11 2.40 and RFC 9497. The objects in the token are made by vault/ceremony/ceremony.py.
 */
import { createHash, randomBytes, verify } from 'node:crypto';
import pkcs11js, { type Handle } from 'pkcs11js';
import { concatBytes, decodeUtf8, encodeBase64Url, equalBytes } from '../../../lib/bytes/index.ts';
import { requireReplicaName } from '../anchor.ts';
import { type BlobVault, type Mac, macForCaller, openBlob, requireContext, sealBlob } from '../blob.ts';
import type { Anchor, Custody, CustodyGrade, StoredKey } from '../custody.ts';
import type { Preparation } from '../evaluation.ts';
import { custodyFailure } from '../failure.ts';
import { decodePoint, encodePoint, encodeUncompressed, pointOfHash } from '../points.ts';
import { type AnchorWriting, HsmAnchors } from './anchors.ts';
import { Device, type DeviceSettings } from './device.ts';
import { hmacKeys } from './hmac.ts';
import { findOne, readPoint, VAULT_NAME } from './objects.ts';
import { returnValue } from './refusals.ts';
import { residentKeys } from './resident.ts';
import { requireMechanisms, type SelfTest, selfTest } from './self-test.ts';
import { splitKeys } from './split.ts';
import { ofSession, type Token } from './token.ts';
import type { ModeSettings, UserKeys } from './user-keys.ts';
import { wrappedKeys } from './wrapped.ts';

/** How a vault uses its HSM. */
export interface HsmSettings extends DeviceSettings {
  readonly mode: ModeSettings['mode'];
  /** The first word of the objects' labels; VAULT_NAME unless several vaults share a token. */
  readonly name?: string | undefined;
  /** The device's number for AES key wrap with padding; PKCS#11 3.x: 0x210b, and vendors have their own. */
  readonly wrapMechanism?: number | undefined;
  /** How anchors are replaced; found out at the start unless told. */
  readonly anchorWriting?: AnchorWriting | undefined;
}

/** SoftHSM's number for AES key wrap with padding (RFC 5649), and that of others of PKCS#11 2.40: CKM_AES_KEY_WRAP_PAD. */
export const AES_KEY_WRAP_PAD = 0x210a;

const LINEAGE_LENGTH = 16;
const SIGNATURE_LENGTH = 64;
const MAC_LENGTH = 32;
const DIGEST_LENGTH = 32;

const modes = { wrapped: wrappedKeys, resident: residentKeys, split: splitKeys, hmac: hmacKeys };

/** What one session of the vault holds. */
interface Opened {
  readonly token: Token;
  readonly identity: Handle;
  readonly identityKey: Uint8Array;
  readonly vault: BlobVault;
  readonly keys: UserKeys;
  readonly anchors: HsmAnchors;
}

/** Opens the HSM, tries it, and gives the vault's keys. Fails with any code of custody but those of software custody. */
export async function openHsmCustody(settings: HsmSettings): Promise<HsmCustody> {
  return new HsmCustody(settings);
}

class HsmCustody implements Custody {
  readonly mode: ModeSettings['mode'];
  readonly grade: CustodyGrade;
  readonly weaknesses: readonly string[];
  readonly identityKey: Uint8Array;
  readonly lineage: Uint8Array;
  readonly #device: Device<Opened>;

  constructor(settings: HsmSettings) {
    const { mode, name = VAULT_NAME, wrapMechanism = AES_KEY_WRAP_PAD } = settings;
    const modeSettings = { mode, name, wrapMechanism };
    let found: { first: Opened; test: SelfTest; anchorWriting: AnchorWriting } | undefined;
    this.#device = new Device(settings, (token) => {
      requireMechanisms(token, modeSettings);
      const anchorWriting = found?.anchorWriting ?? settings.anchorWriting ?? findAnchorWriting(token);
      const opened = open(token, modeSettings, anchorWriting);
      if (found === undefined) {
        requireWorkingKeys(opened);
        found = { first: opened, test: selfTest(token, modeSettings), anchorWriting };
      } else if (!isSameVault(opened, found.first)) {
        // Another token under the same label: what the database holds is not its.
        throw custodyFailure('HsmFault');
      }
      return opened;
    });
    const { first, test } = found!;
    this.mode = mode;
    this.grade = test.grade;
    this.weaknesses = test.weaknesses;
    this.identityKey = first.identityKey;
    this.lineage = first.vault.lineage;
  }

  async sign(digest: Uint8Array): Promise<Uint8Array> {
    return this.#device.run((opened) => signDigest(opened, digest));
  }

  async mac(message: Uint8Array): Promise<Uint8Array> {
    return this.#device.run(({ vault }) => macForCaller(vault.mac, message));
  }

  async createKey(context: Uint8Array): Promise<{ blob: Uint8Array; publicKey: Uint8Array }> {
    requireContext(context);
    return this.#device.run(({ keys, vault }) => {
      const { payload, publicKey } = keys.create(context);
      return { blob: sealBlob(vault, payload, publicKey, context), publicKey: encodePoint(publicKey) };
    });
  }

  /** `preparation`: that of `element` and the public key that the blob names, where another thread has made it. */
  async evaluate(
    key: StoredKey,
    blinded: Uint8Array,
    element = decodePoint(blinded),
    preparation?: Preparation,
  ): Promise<Uint8Array> {
    if (element === undefined) throw custodyFailure('ElementInvalid');
    return this.#device.run(({ keys, vault }) => {
      const kept = { ...openBlob(vault, key), context: key.context };
      return encodePoint(keys.evaluate(kept, element, preparation));
    });
  }

  async destroyKey(key: StoredKey): Promise<void> {
    this.#device.run(({ keys, vault }) => keys.destroy({ ...openBlob(vault, key), context: key.context }));
  }

  async readAnchor(replica: string): Promise<Anchor | undefined> {
    requireReplicaName(replica);
    return this.#device.run(({ anchors }) => anchors.read(replica));
  }

  async anchors(): Promise<Map<string, Anchor>> {
    return this.#device.run(({ anchors }) => anchors.all());
  }

  async writeAnchor(replica: string, anchor: Anchor): Promise<void> {
    requireReplicaName(replica);
    this.#device.run(({ anchors }) => anchors.write(replica, anchor));
  }

  async close(): Promise<void> {
    this.#device.close();
  }
}

function open(token: Token, settings: ModeSettings, anchorWriting: AnchorWriting): Opened {
  const { mode, name } = settings;
  const identity = findOne(token, name, 'identity', pkcs11js.CKO_PRIVATE_KEY);
  const identityPoint = readPoint(token, findOne(token, name, 'identity', pkcs11js.CKO_PUBLIC_KEY));
  const macKey = findOne(token, name, 'mac', pkcs11js.CKO_SECRET_KEY);
  const lineage = token.read(findOne(token, name, 'lineage', pkcs11js.CKO_DATA), pkcs11js.CKA_VALUE);
  if (lineage.length !== LINEAGE_LENGTH) throw custodyFailure('HsmNotReady', 'lineage');
  const mac: Mac = (message) => {
    const code = token.sign(pkcs11js.CKM_SHA256_HMAC, macKey, message, MAC_LENGTH);
    if (code.length !== MAC_LENGTH) throw custodyFailure('HsmFault');
    return code;
  };
  return {
    token,
    identity,
    identityKey: encodePoint(identityPoint),
    vault: { mode, lineage, mac },
    keys: modes[mode](token, settings),
    anchors: new HsmAnchors(token, name, anchorWriting),
  };
}

/** One use of each key: what a device names and can't do is found at the start. Leaves no key behind. */
function requireWorkingKeys(opened: Opened): void {
  const message = concatBytes(opened.vault.lineage, randomBytes(16));
  const signature = signDigest(opened, createHash('sha256').update(message).digest());
  const point = encodeUncompressed(decodePoint(opened.identityKey)!);
  const [x, y] = [encodeBase64Url(point.subarray(1, 33)), encodeBase64Url(point.subarray(33))];
  const key = { key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk', dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', message, key, signature)) throw custodyFailure('HsmFault');
  const made = opened.keys.create(message);
  const kept = { ...made, context: message };
  try {
    // Any element but G will do: its evaluation is checked against the public key.
    opened.keys.evaluate(kept, pointOfHash(message));
  } finally {
    opened.keys.destroy(kept);
  }
}

/** Whether the device lets the label of a data object be rewritten. */
function findAnchorWriting(token: Token): AnchorWriting {
  const object = token.create([
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_DATA },
    ofSession,
    { type: pkcs11js.CKA_LABEL, value: 'before' },
    { type: pkcs11js.CKA_VALUE, value: Buffer.from('anchor') },
  ]);
  try {
    token.write(object, pkcs11js.CKA_LABEL, 'after');
    return decodeUtf8(token.read(object, pkcs11js.CKA_LABEL)) === 'after' ? 'label' : 'object';
  } catch (error) {
    if (returnValue(error) === undefined) throw error;
    return 'object';
  } finally {
    token.destroy(object);
  }
}

function signDigest({ token, identity }: Opened, digest: Uint8Array): Uint8Array {
  if (digest.length !== DIGEST_LENGTH) throw new RangeError(`a digest has ${DIGEST_LENGTH} bytes`);
  const signature = token.sign(pkcs11js.CKM_ECDSA, identity, digest, SIGNATURE_LENGTH);
  if (signature.length !== SIGNATURE_LENGTH) throw custodyFailure('HsmFault');
  return signature;
}

function isSameVault(a: Opened, b: Opened): boolean {
  return equalBytes(a.identityKey, b.identityKey) && equalBytes(a.vault.lineage, b.vault.lineage);
}
