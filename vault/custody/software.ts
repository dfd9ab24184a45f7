/**
 * Owns custody without an HSM: the keys are a file next to the database. FOR A TRY-OUT AND FOR DEVELOPMENT: whoever reads
 * that file tries PINs without end. The vault says so in /v1/info (mode and grade `software`), and the extension shows it.
 * Does not own the files (software-file.ts). Same interface, same blobs, same refusals as an HSM.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { concatBytes, SecretBytes } from '../../lib/bytes/index.ts';
import { requireReplicaName } from './anchor.ts';
import { type BlobVault, type Mac, macForCaller, openBlob, requireContext, sealBlob } from './blob.ts';
import type { Anchor, Custody, StoredKey } from './custody.ts';
import { custodyFailure } from './failure.ts';
import { localKey, randomScalar } from './local-key.ts';
import { decodePoint, encodePoint } from './points.ts';
import {
  readAnchorFile,
  readAnchorFiles,
  readOrMakeKeys,
  type SoftwareKeys,
  writeAnchorFile,
} from './software-file.ts';

/** Where the keys are. */
export interface SoftwareSettings {
  readonly mode: 'software';
  /** Made, readable by this user alone, where there is none. The anchors stand beside it, in a folder `<keyFile>.anchors`. */
  readonly keyFile: string;
}

const CIPHER = 'aes-256-gcm';
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const DIGEST_LENGTH = 32;

/** Reads or makes the key file. Fails with KeyFileInvalid. */
export async function openSoftwareCustody({ keyFile }: SoftwareSettings): Promise<SoftwareCustody> {
  const keys = readOrMakeKeys(keyFile, () => ({
    lineage: randomBytes(16),
    identity: randomScalar(),
    mac: randomBytes(32),
    seal: randomBytes(32),
  }));
  if (!p256.utils.isValidSecretKey(keys.identity)) throw custodyFailure('KeyFileInvalid');
  return new SoftwareCustody(keys, `${keyFile}.anchors`);
}

class SoftwareCustody implements Custody {
  readonly mode = 'software';
  readonly grade = 'software';
  readonly weaknesses = ['the keys are a file on this machine: whoever reads it tries PINs without end'];
  readonly identityKey: Uint8Array;
  readonly lineage: Uint8Array;
  readonly #identity: SecretBytes<'Identity'>;
  readonly #macKey: SecretBytes<'MacKey'>;
  readonly #seal: SecretBytes<'Seal'>;
  readonly #anchorFolder: string;
  readonly #vault: BlobVault;
  #isClosed = false;

  constructor(keys: SoftwareKeys, anchorFolder: string) {
    this.identityKey = p256.getPublicKey(keys.identity, true);
    this.lineage = keys.lineage;
    this.#identity = SecretBytes.of(keys.identity);
    this.#macKey = SecretBytes.of(keys.mac);
    this.#seal = SecretBytes.of(keys.seal);
    this.#anchorFolder = anchorFolder;
    this.#vault = { mode: this.mode, lineage: this.lineage, mac: this.#mac };
  }

  async sign(digest: Uint8Array): Promise<Uint8Array> {
    this.#requireOpen();
    if (digest.length !== DIGEST_LENGTH) throw new RangeError(`a digest has ${DIGEST_LENGTH} bytes`);
    return p256.sign(digest, this.#identity.reveal(), { prehash: false });
  }

  async mac(message: Uint8Array): Promise<Uint8Array> {
    this.#requireOpen();
    return macForCaller(this.#mac, message);
  }

  async createKey(context: Uint8Array): Promise<{ blob: Uint8Array; publicKey: Uint8Array }> {
    this.#requireOpen();
    requireContext(context);
    const scalar = SecretBytes.of<'Scalar'>(randomScalar());
    try {
      const { publicKey } = localKey(scalar.reveal());
      const blob = sealBlob(this.#vault, this.#wrap(scalar), publicKey, context);
      return { blob, publicKey: encodePoint(publicKey) };
    } finally {
      scalar.wipe();
    }
  }

  async evaluate(key: StoredKey, blinded: Uint8Array): Promise<Uint8Array> {
    this.#requireOpen();
    const element = decodePoint(blinded);
    if (element === undefined) throw custodyFailure('ElementInvalid');
    const { payload } = openBlob(this.#vault, key);
    const scalar = this.#unwrap(payload);
    try {
      return encodePoint(localKey(scalar.reveal()).multiply(element));
    } finally {
      scalar.wipe();
    }
  }

  async destroyKey(key: StoredKey): Promise<void> {
    this.#requireOpen();
    openBlob(this.#vault, key);
  }

  async readAnchor(replica: string): Promise<Anchor | undefined> {
    this.#requireOpen();
    requireReplicaName(replica);
    return readAnchorFile(this.#anchorFolder, replica);
  }

  async anchors(): Promise<Map<string, Anchor>> {
    this.#requireOpen();
    return readAnchorFiles(this.#anchorFolder);
  }

  async writeAnchor(replica: string, anchor: Anchor): Promise<void> {
    this.#requireOpen();
    requireReplicaName(replica);
    writeAnchorFile(this.#anchorFolder, replica, anchor);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#identity.wipe();
    this.#macKey.wipe();
    this.#seal.wipe();
  }

  readonly #mac: Mac = (message) => {
    return Uint8Array.from(createHmac('sha256', this.#macKey.reveal()).update(message).digest());
  };

  /** Nonce ‖ ciphertext ‖ tag. */
  #wrap(scalar: SecretBytes<'Scalar'>): Uint8Array {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv(CIPHER, this.#seal.reveal(), nonce);
    return concatBytes(nonce, cipher.update(scalar.reveal()), cipher.final(), cipher.getAuthTag());
  }

  #unwrap(payload: Uint8Array): SecretBytes<'Scalar'> {
    const decipher = createDecipheriv(CIPHER, this.#seal.reveal(), payload.subarray(0, NONCE_LENGTH));
    try {
      decipher.setAuthTag(payload.subarray(-TAG_LENGTH));
      const scalar = decipher.update(payload.subarray(NONCE_LENGTH, -TAG_LENGTH));
      decipher.final();
      return SecretBytes.of(scalar);
    } catch (error) {
      // The tag around it was right, so the sealing key is not the one of then.
      throw custodyFailure('KeyBlobInvalid', error);
    }
  }

  #requireOpen(): void {
    if (this.#isClosed) throw custodyFailure('HsmUnavailable');
  }
}
