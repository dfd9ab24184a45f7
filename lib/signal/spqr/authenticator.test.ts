import { createHmac, hkdfSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bytes, concatBytes, encodeHex, encodeUtf8, SecretBytes, writeUint64 } from '../../bytes/index.ts';
import { cryptoReady, type SharedSecret } from '../../crypto/index.ts';
import {
  type Authenticator,
  ciphertextMac,
  type EpochSecret,
  headerMac,
  requireMac,
  startAuthenticator,
  updateAuthenticator,
} from './authenticator.ts';
import { agreeOnEpochSecret } from './epoch-secret.ts';
import { countingKey, knownAuthKey, verdictOf } from './test-support.ts';

beforeAll(cryptoReady);

const header = new Uint8Array(64).fill(3) as Bytes<'MlKem768Header'>;
const ciphertext1 = new Uint8Array(960).fill(4) as Bytes<'MlKem768Ciphertext1'>;
const ciphertext2 = new Uint8Array(128).fill(5) as Bytes<'MlKem768Ciphertext2'>;

/** The derivations again, on another library, with the labels spelt out. */
function derive(key: Uint8Array, label: string, epoch: number, length: number): Uint8Array {
  const info = concatBytes(encodeUtf8(label), writeUint64(epoch));
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(32), info, length));
}
function update(root: Uint8Array, secret: Uint8Array, epoch: number): Uint8Array {
  return derive(concatBytes(root, secret), 'Signal_PQCKA_V1_MLKEM768:Authenticator Update', epoch, 64);
}
function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): string {
  return createHmac('sha256', key)
    .update(concatBytes(...parts))
    .digest('hex');
}

const first = update(new Uint8Array(32), countingKey(), 1);
const second = update(first.slice(0, 32), countingKey(9), 258);

function keysOf({ rootKey, macKey }: Authenticator): string {
  return encodeHex(concatBytes(rootKey.reveal(), macKey.reveal()));
}

describe('the authenticator', () => {
  it('begins with zeros and the auth key, which stays its owner’s', () => {
    const authKey = knownAuthKey();
    expect(keysOf(startAuthenticator(authKey))).toBe(encodeHex(first));
    expect(authKey.reveal()).toEqual(countingKey());
  });

  it('takes in the secret of an epoch with its number, and wipes its keys from before', () => {
    const authenticator = startAuthenticator(knownAuthKey());
    const { rootKey, macKey } = authenticator;
    const secret: EpochSecret = SecretBytes.of(countingKey(9));
    updateAuthenticator(authenticator, 258, secret);
    expect(keysOf(authenticator)).toBe(encodeHex(second));
    expect(secret.reveal()).toEqual(countingKey(9));
    for (const old of [rootKey, macKey]) expect(old.reveal()).toEqual(new Uint8Array(32));
  });

  it('makes the MAC of a header from the epoch and the header', () => {
    const mac = headerMac(startAuthenticator(knownAuthKey()), 7, header);
    const label = encodeUtf8('Signal_PQCKA_V1_MLKEM768:ekheader');
    expect(encodeHex(mac)).toBe(hmac(first.slice(32), label, writeUint64(7), header));
  });

  it('makes the MAC of a ciphertext from the epoch and both its parts', () => {
    const mac = ciphertextMac(startAuthenticator(knownAuthKey()), 7, ciphertext1, ciphertext2);
    const label = encodeUtf8('Signal_PQCKA_V1_MLKEM768:ciphertext');
    expect(encodeHex(mac)).toBe(hmac(first.slice(32), label, writeUint64(7), ciphertext1, ciphertext2));
  });

  it('refuses a MAC that differs in any byte, or in length', () => {
    const mac = countingKey();
    expect(verdictOf(() => requireMac(mac, countingKey()))).toBe('accepted');
    for (let i = 0; i < 32; i++) {
      const other = countingKey();
      other[i]! ^= 1;
      expect(verdictOf(() => requireMac(mac, other))).toBe('InvalidMessage');
    }
    expect(verdictOf(() => requireMac(mac, mac.subarray(1)))).toBe('InvalidMessage');
  });
});

describe("an epoch's secret", () => {
  it('comes from the shared secret and the epoch, and goes into the authenticator', () => {
    const authenticator = startAuthenticator(knownAuthKey());
    const shared: SharedSecret = SecretBytes.of(countingKey(50));
    const secret = agreeOnEpochSecret({ epoch: 258, authenticator, phase: { name: 'KeysUnsampled' } }, shared);
    const expected = derive(countingKey(50), 'Signal_PQCKA_V1_MLKEM768:SCKA Key', 258, 32);
    expect(secret.reveal()).toEqual(expected);
    expect(keysOf(authenticator)).toBe(encodeHex(update(first.slice(0, 32), expected, 258)));
    expect(shared.reveal()).toEqual(new Uint8Array(32));
  });
});
