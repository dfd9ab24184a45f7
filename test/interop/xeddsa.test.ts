import { PrivateKey, PublicKey } from '@signalapp/libsignal-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOfLength, concatBytes, encodeHex } from '../../lib/bytes/index.ts';
import {
  agreeX25519,
  cryptoReady,
  deriveX25519PublicKey,
  isPrimeOrderX25519Key,
  signXEdDsa,
  verifyXEdDsa,
  type X25519PublicKey,
  x25519PrivateKey,
} from '../../lib/crypto/index.ts';
import { SeededRandom, seedOfRun } from '../support/signal/random.ts';

type Buffer8 = Uint8Array<ArrayBuffer>;
const ROUNDS = process.env.SLOW === '1' ? 20_000 : 500;
const P = 2n ** 255n - 19n;
const KEY_TYPE = 0x05;

beforeAll(cryptoReady);

const theirKey = (key: Uint8Array) => PublicKey.deserialize(concatBytes(Uint8Array.of(KEY_TYPE), key) as Buffer8);
const littleEndian = (value: bigint) =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse());
const integerOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/** One private key on both sides, from the run's random numbers. */
function person(random: SeededRandom) {
  const privateKey = x25519PrivateKey(random.bytes(32));
  const publicKey = deriveX25519PublicKey(privateKey);
  return { privateKey, publicKey, theirs: PrivateKey.deserialize(privateKey.reveal().slice() as Buffer8) };
}

/** What their library agrees on, or undefined where it refuses. */
function theirAgreement(privateKey: PrivateKey, publicKey: Uint8Array): string | undefined {
  try {
    return encodeHex(privateKey.agree(theirKey(publicKey)));
  } catch {
    return undefined;
  }
}

function ourAgreement(me: ReturnType<typeof person>, publicKey: Uint8Array): string | undefined {
  const agreed = agreeX25519(me.privateKey, bytesOfLength(publicKey, 32));
  return agreed === undefined ? undefined : encodeHex(agreed.reveal());
}

describe("keys and those of Signal's library", () => {
  it(`have the same public key and the same agreement for ${ROUNDS} pairs`, () => {
    const seed = seedOfRun();
    console.log(`X25519: seed ${seed}`);
    const random = new SeededRandom(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const [alice, bob] = [person(random), person(random)];
      expect(encodeHex(alice.theirs.getPublicKey().getPublicKeyBytes())).toBe(encodeHex(alice.publicKey));
      const agreed = ourAgreement(alice, bob.publicKey);
      expect(agreed).toBeDefined();
      expect(agreed).toBe(theirAgreement(bob.theirs, alice.publicKey));
      expect(isPrimeOrderX25519Key(alice.publicKey)).toBe(true);
    }
  });

  it('made by the library pass the check that every key of a peer must pass', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const key = PrivateKey.generate().getPublicKey().getPublicKeyBytes();
      expect(isPrimeOrderX25519Key(bytesOfLength(key, 32))).toBe(true);
    }
  });

  it('of any 32 bytes agree on the same, in every spelling', () => {
    const seed = seedOfRun();
    console.log(`X25519 on any bytes: seed ${seed}`);
    const random = new SeededRandom(seed);
    const me = person(random);
    for (let round = 0; round < ROUNDS; round++) {
      const key = random.bytes(32);
      expect(ourAgreement(me, key)).toBe(theirAgreement(me.theirs, key));
    }
    for (let value = P - 3n; value < P + 19n; value++) {
      for (const key of [littleEndian(value), littleEndian(value + 2n ** 255n)]) {
        expect(ourAgreement(me, key)).toBe(theirAgreement(me.theirs, key));
      }
    }
  });

  it('of small order are refused by both, and by our check before any agreement', () => {
    const random = new SeededRandom(1);
    const me = person(random);
    const small = [
      0n,
      1n,
      325606250916557431795983626356110631294008115727848805560023387167927233504n,
      39382357235489614581723060781553021112529911719440698176882885853963445705823n,
      P - 1n,
      P,
      P + 1n,
    ];
    for (const value of small) {
      for (const key of [littleEndian(value), littleEndian(value + 2n ** 255n)]) {
        expect(ourAgreement(me, key)).toBeUndefined();
        expect(theirAgreement(me.theirs, key)).toBeUndefined();
        expect(isPrimeOrderX25519Key(bytesOfLength(key, 32))).toBe(false);
      }
    }
  });

  it('with a torsion part or a set high bit are refused by our check, though both would agree on something', () => {
    const random = new SeededRandom(2);
    const me = person(random);
    for (let round = 0; round < 50; round++) {
      const honest = person(random).publicKey;
      const mixed = torsionedOf(honest);
      expect(ourAgreement(me, mixed)).toBeDefined();
      expect(ourAgreement(me, mixed)).toBe(theirAgreement(me.theirs, mixed));
      expect(isPrimeOrderX25519Key(mixed)).toBe(false);
      const high = honest.slice();
      high[31]! |= 0x80;
      expect(ourAgreement(me, high)).toBe(ourAgreement(me, honest));
      expect(ourAgreement(me, high)).toBe(theirAgreement(me.theirs, high));
      expect(isPrimeOrderX25519Key(bytesOfLength(high, 32))).toBe(false);
    }
  });
});

describe("signatures and those of Signal's library", () => {
  it(`are accepted both ways for ${ROUNDS} random keys and messages`, () => {
    const seed = seedOfRun();
    console.log(`XEdDSA: seed ${seed}`);
    const random = new SeededRandom(seed);
    const signs = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const signer = person(random);
      const message = random.bytes(random.below(300)) as Buffer8;
      const ours = signXEdDsa(signer.privateKey, message, random.bytes(64));
      expect(theirKey(signer.publicKey).verify(message, ours as Uint8Array as Buffer8)).toBe(true);
      const theirs = signer.theirs.sign(message);
      expect(verifyXEdDsa(signer.publicKey, message, theirs)).toBe(true);
      // The same key has the same sign on both sides.
      expect(ours[63]! & 0x80).toBe(theirs[63]! & 0x80);
      signs.add(ours[63]! & 0x80);
    }
    expect(signs).toEqual(new Set([0, 0x80]));
  });

  it('are refused by both after any one change of a bit, in signature or message', () => {
    const seed = seedOfRun();
    console.log(`XEdDSA, forged: seed ${seed}`);
    const random = new SeededRandom(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const signer = person(random);
      const message = random.bytes(1 + random.below(40)) as Buffer8;
      const signature = signer.theirs.sign(message);
      const forged = (random.chance(70) ? signature : message) as Buffer8;
      forged[random.below(forged.length)]! ^= 1 << random.below(8);
      expect(verifyXEdDsa(signer.publicKey, message, signature)).toBe(false);
      expect(theirKey(signer.publicKey).verify(message, signature)).toBe(false);
    }
  });

  it('are refused by us, and not by the library, in their second spelling s + L', () => {
    // A choice: no honest signer writes it, and one signature should have one spelling. Its decoder asks for s < 2^253 only.
    const random = new SeededRandom(6);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    for (let round = 0; round < 20; round++) {
      const signer = person(random);
      const message = random.bytes(10) as Buffer8;
      const signature = signer.theirs.sign(message);
      const sign = signature[63]! & 0x80;
      signature[63]! &= 0x7f;
      signature.set(littleEndian(integerOf(signature.slice(32)) + order), 32);
      signature[63]! |= sign;
      expect(verifyXEdDsa(signer.publicKey, message, signature)).toBe(false);
      expect(theirKey(signer.publicKey).verify(message, signature)).toBe(true);
    }
  });

  it('are refused by both under the key of another', () => {
    const random = new SeededRandom(7);
    const [alice, bob] = [person(random), person(random)];
    const message = random.bytes(10) as Buffer8;
    const signature = alice.theirs.sign(message);
    expect(verifyXEdDsa(bob.publicKey, message, signature)).toBe(false);
    expect(theirKey(bob.publicKey).verify(message, signature)).toBe(false);
  });
});

/** `key` plus the point of order 2, (0, 0): on the Montgomery curve u becomes 1 / u, and the order 2 L. */
function torsionedOf(key: X25519PublicKey): X25519PublicKey {
  let [inverse, base, exponent] = [1n, integerOf(key), P - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) inverse = (inverse * base) % P;
    base = (base * base) % P;
  }
  return bytesOfLength(littleEndian(inverse), 32);
}
