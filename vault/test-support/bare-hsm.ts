/**
 * Owns the calls to the HSM that one whole attempt of a vault in mode `wrapped` makes, alone: the same mechanisms, templates
 * and lengths in one session of the same token, and no database, no log, no arithmetic, no line.
 */
import pkcs11js, { type Handle } from 'pkcs11js';
import { Device } from '../custody/pkcs11/device.ts';
import { findOne } from '../custody/pkcs11/objects.ts';
import { type Token, unwrapped } from '../custody/pkcs11/token.ts';
import { freshTemplate, wrappingKey } from '../custody/pkcs11/wrapped.ts';
import { encodeUncompressed, generator } from '../custody/points.ts';
import { type SoftHsm, userPin } from './softhsm.ts';

const NAME = 'sotto';
const WRAP = 0x210a;
/** What a row and the tag of a key are authenticated over, in bytes: as in the vault. */
const ROW_BYTES = 640;
const TAG_BYTES = 256;

export interface BareHsm {
  /** The calls of `attempts` attempts and of `anchors` anchors; as many keys as there are records. */
  run(attempts: number, anchors: number): void;
  close(): void;
}

export function openBareHsm(softHsm: SoftHsm, tokenLabel: string, keys: number): BareHsm {
  const device = new Device({ module: softHsm.module, tokenLabel, pin: userPin() }, (token) => prepare(token, keys));
  return {
    run: (attempts, anchors) => device.run((calls) => calls(attempts, anchors)),
    close: () => device.close(),
  };
}

function prepare(token: Token, keys: number): (attempts: number, anchors: number) => void {
  const macKey = findOne(token, NAME, 'mac', pkcs11js.CKO_SECRET_KEY);
  const identity = findOne(token, NAME, 'identity', pkcs11js.CKO_PRIVATE_KEY);
  const wrapping = wrappingKey(token, NAME);
  const wrapped = Array.from({ length: keys }, () => makeWrapped(token, wrapping));
  const anchor = makeAnchor(token);
  const point = encodeUncompressed(generator);
  const [row, tag, digest] = [ROW_BYTES, TAG_BYTES, 32].map((length) => new Uint8Array(length));
  const mac = (message: Uint8Array) => token.sign(pkcs11js.CKM_SHA256_HMAC, macKey, message, 32);
  let next = 0;
  return (attempts, anchors) => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      // The row as it is read, the row as it is written, the tag of the key.
      mac(row!);
      mac(row!);
      mac(tag!);
      const key = token.unwrap(WRAP, wrapping, wrapped[next++ % keys]!, unwrapped);
      token.ecdh(key, point);
      token.ecdh(key, point);
      token.destroy(key);
      token.sign(pkcs11js.CKM_ECDSA, identity, digest!, 64);
    }
    for (let written = 0; written < anchors; written++) {
      token.write(anchor, pkcs11js.CKA_LABEL, `${written % 10}`.repeat(80));
    }
  };
}

function makeWrapped(token: Token, wrapping: Handle): Uint8Array {
  const pair = token.generatePair(freshTemplate(token, wrapping));
  const wrapped = token.wrap(WRAP, wrapping, pair.privateKey);
  token.destroy(pair.privateKey);
  token.destroy(pair.publicKey);
  return wrapped;
}

/** An object such as an anchor is, but of no vault: one that its vault would look at must not be touched. */
function makeAnchor(token: Token): Handle {
  return token.create([
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_DATA },
    { type: pkcs11js.CKA_TOKEN, value: true },
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_MODIFIABLE, value: true },
    { type: pkcs11js.CKA_APPLICATION, value: 'bench' },
    { type: pkcs11js.CKA_LABEL, value: 'bench' },
    { type: pkcs11js.CKA_VALUE, value: Buffer.from('bench') },
  ]);
}
