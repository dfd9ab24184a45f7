import kemBuilder, { type KEM } from '@dashlane/pqc-kem-kyber1024-node';
import { KEMKeyPair, KEMPublicKey, KEMSecretKey } from '@signalapp/libsignal-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOfLength, concatBytes, SecretBytes } from '../../lib/bytes/index.ts';
import {
  cryptoReady,
  decapsulateKyber1024,
  encapsulateKyber1024,
  generateKyber1024KeyPair,
  KYBER1024_LENGTHS,
  type Kyber1024KeyPair,
  type Kyber1024PrivateKey,
  type Kyber1024PublicKey,
} from '../../lib/crypto/index.ts';
import { SeededRandom, seedOfRun } from '../support/signal/random.ts';

type Buffer8 = Uint8Array<ArrayBuffer>;
const ROUNDS = process.env.SLOW === '1' ? 5000 : 200;
/** The type byte of Kyber1024, third round, in front of its keys in Signal's library. */
const KEY_TYPE = 0x08;

let dashlane: KEM;
beforeAll(async () => {
  await cryptoReady();
  dashlane = await kemBuilder();
});

function ourKeyPair(random: SeededRandom): Kyber1024KeyPair {
  return generateKyber1024KeyPair(random.bytes(64));
}

function asOurs(pair: { publicKey: Uint8Array; privateKey: Uint8Array }): Kyber1024KeyPair {
  const publicKey: Kyber1024PublicKey = bytesOfLength(pair.publicKey, KYBER1024_LENGTHS.publicKey);
  const privateKey: Kyber1024PrivateKey = SecretBytes.of(pair.privateKey.slice(), KYBER1024_LENGTHS.privateKey);
  return { publicKey, privateKey };
}

function typed(raw: Uint8Array): Buffer8 {
  return concatBytes(Uint8Array.of(KEY_TYPE), raw) as Buffer8;
}

/** Encapsulates and decapsulates on each side for `pair`: all four ways must come to one secret each. */
async function crossOver(pair: Kyber1024KeyPair, random: SeededRandom): Promise<void> {
  const privateKey = pair.privateKey.reveal();
  const ours = encapsulateKyber1024(pair.publicKey, random.bytes(32))!;
  expect((await dashlane.decapsulate(ours.ciphertext, privateKey)).sharedSecret).toEqual(ours.sharedSecret.reveal());
  expect(decapsulateKyber1024(pair.privateKey, ours.ciphertext).equals(ours.sharedSecret)).toBe(true);

  const theirs = await dashlane.encapsulate(pair.publicKey);
  const ciphertext = bytesOfLength<'Kyber1024Ciphertext'>(theirs.ciphertext, KYBER1024_LENGTHS.ciphertext);
  expect(decapsulateKyber1024(pair.privateKey, ciphertext).reveal()).toEqual(theirs.sharedSecret);
}

describe('Kyber1024 and an independent implementation of the third round', () => {
  it('have the same lengths', async () => {
    expect(await dashlane.publicKeyBytes).toBe(KYBER1024_LENGTHS.publicKey);
    expect(await dashlane.privateKeyBytes).toBe(KYBER1024_LENGTHS.privateKey);
    expect(await dashlane.ciphertextBytes).toBe(KYBER1024_LENGTHS.ciphertext);
    expect(await dashlane.sharedSecretBytes).toBe(KYBER1024_LENGTHS.sharedSecret);
  });

  it(`come to one secret both ways for ${ROUNDS} keys made by us`, async () => {
    const seed = seedOfRun();
    console.log(`Kyber1024, our keys: seed ${seed}`);
    const random = new SeededRandom(seed);
    for (let round = 0; round < ROUNDS; round++) await crossOver(ourKeyPair(random), random);
  });

  it(`come to one secret both ways for ${ROUNDS} keys made by it`, async () => {
    const seed = seedOfRun();
    console.log(`Kyber1024, its keys: seed ${seed}`);
    const random = new SeededRandom(seed);
    for (let round = 0; round < ROUNDS; round++) await crossOver(asOurs(await dashlane.keypair()), random);
  });

  it('give no secret of the sender for a ciphertext with one bit changed', async () => {
    const random = new SeededRandom(3);
    for (let round = 0; round < 20; round++) {
      const pair = ourKeyPair(random);
      const { ciphertext, sharedSecret } = encapsulateKyber1024(pair.publicKey, random.bytes(32))!;
      const forged = bytesOfLength<'Kyber1024Ciphertext'>(ciphertext.slice(), KYBER1024_LENGTHS.ciphertext);
      forged[random.below(forged.length)]! ^= 1 << random.below(8);
      expect(decapsulateKyber1024(pair.privateKey, forged).equals(sharedSecret)).toBe(false);
      const theirs = await dashlane.decapsulate(forged, pair.privateKey.reveal());
      expect(theirs.sharedSecret).not.toEqual(sharedSecret.reveal());
    }
  });
});

describe("Kyber1024 keys and Signal's library", () => {
  it('are parsed and written back by it, byte for byte, when made by us', () => {
    const random = new SeededRandom(4);
    for (let round = 0; round < 20; round++) {
      const { publicKey, privateKey } = ourKeyPair(random);
      expect(KEMPublicKey.deserialize(typed(publicKey)).serialize()).toEqual(typed(publicKey));
      expect(KEMSecretKey.deserialize(typed(privateKey.reveal())).serialize()).toEqual(typed(privateKey.reveal()));
    }
  });

  it('work with us and with the independent implementation when made by it', async () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < 20; round++) {
      const pair = KEMKeyPair.generate();
      const [publicKey, privateKey] = [pair.getPublicKey().serialize(), pair.getSecretKey().serialize()];
      expect([publicKey[0], privateKey[0]]).toEqual([KEY_TYPE, KEY_TYPE]);
      await crossOver(asOurs({ publicKey: publicKey.slice(1), privateKey: privateKey.slice(1) }), random);
    }
  });
});
