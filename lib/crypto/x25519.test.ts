import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { bytesOfLength, decodeHex, encodeHex } from '../bytes/index.ts';
import { edwardsYOf } from './edwards.ts';
import { cryptoReady, sodium } from './sodium.ts';
import rfc from './vectors/rfc.json';
import wycheproof from './vectors/x25519.json';
import {
  agreeX25519,
  deriveX25519PublicKey,
  isPrimeOrderX25519Key,
  X25519_KEY_LENGTH,
  type X25519PublicKey,
  x25519PrivateKey,
} from './x25519.ts';

beforeAll(cryptoReady);

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const privateOf = (text: string) => x25519PrivateKey(decodeHex(text)!);
const publicOf = (text: string): X25519PublicKey => bytesOfLength(decodeHex(text)!, 32);
const agreed = (scalar: string, u: string) => agreeX25519(privateOf(scalar), publicOf(u));
const integerOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const keyOf = (value: bigint): X25519PublicKey =>
  bytesOfLength(Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()), 32);

/** The Montgomery ladder of RFC 7748, section 5, without its last division: (x : z) of scalar times u, scalar unclamped. */
function ladder(scalar: bigint, u: bigint): [bigint, bigint] {
  const mod = (value: bigint) => ((value % P) + P) % P;
  let [x2, z2, x3, z3] = [1n, 0n, u, 1n];
  for (let bit = 254n; bit >= 0n; bit--) {
    const swap = (scalar >> bit) & 1n;
    if (swap) [x2, z2, x3, z3] = [x3, z3, x2, z2];
    const [a, b, c, d] = [x2 + z2, x2 - z2, x3 + z3, x3 - z3];
    const [aa, bb, da, cb] = [mod(a * a), mod(b * b), mod(d * a), mod(c * b)];
    [x3, z3] = [mod((da + cb) ** 2n), mod(u * mod((da - cb) ** 2n))];
    [x2, z2] = [mod(aa * bb), mod((aa - bb) * (aa + 121665n * (aa - bb)))];
    if (swap) [x2, z2, x3, z3] = [x3, z3, x2, z2];
  }
  return [x2, z2];
}

/** By Fermat. */
function inverse(value: bigint): bigint {
  let [result, base, exponent] = [1n, ((value % P) + P) % P, P - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}

/** Euler's criterion. */
function isSquare(value: bigint): boolean {
  let [result, base, exponent] = [1n, ((value % P) + P) % P, (P - 1n) / 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result === 1n;
}

/** What the check under test must say, reckoned on the Montgomery curve itself and not by way of Edwards. */
function hasPrimeOrder(key: Uint8Array): boolean {
  const u = integerOf(key);
  if (u >= P || !isSquare(u ** 3n + 486662n * u ** 2n + u)) return false;
  return ladder(L, u)[1] === 0n;
}

describe('X25519', () => {
  it.each(rfc.x25519.once)('agrees with RFC 7748, section 5.2 ($out)', ({ scalar, u, out }) => {
    expect(encodeHex(agreed(scalar, u)!.reveal())).toBe(out);
  });

  it('agrees with RFC 7748, section 5.2, after 1 and after 1000 rounds', () => {
    let [k, u] = [`09${'00'.repeat(31)}`, `09${'00'.repeat(31)}`];
    for (let round = 1; round <= 1000; round++) {
      [k, u] = [encodeHex(agreed(k, u)!.reveal()), k];
      if (round === 1) expect(k).toBe(rfc.x25519.iterated['1']);
    }
    expect(k).toBe(rfc.x25519.iterated['1000']);
  });

  it('agrees with RFC 7748, section 6.1, on both sides', () => {
    const { alicePrivate, alicePublic, bobPrivate, bobPublic, shared } = rfc.diffieHellman;
    expect(encodeHex(deriveX25519PublicKey(privateOf(alicePrivate)))).toBe(alicePublic);
    expect(encodeHex(deriveX25519PublicKey(privateOf(bobPrivate)))).toBe(bobPublic);
    expect(encodeHex(agreed(alicePrivate, bobPublic)!.reveal())).toBe(shared);
    expect(encodeHex(agreed(bobPrivate, alicePublic)!.reveal())).toBe(shared);
  });

  it.each(wycheproof.tests)('agrees with Wycheproof $tcId: $comment, $flags', (vector) => {
    const result = agreed(vector.private, vector.public);
    const zero = /^0*$/.test(vector.shared);
    expect((vector.flags as string[]).includes('ZeroSharedSecret')).toBe(zero);
    if (zero) expect(result).toBeUndefined();
    else expect(encodeHex(result!.reveal())).toBe(vector.shared);
  });
});

describe('an agreement', () => {
  it('that came out as zero would be refused even if libsodium gave it instead of throwing', () => {
    const scalarmult = vi.spyOn(sodium, 'crypto_scalarmult');
    // The types of the wrapper know of its overload that answers in text alone.
    scalarmult.mockReturnValueOnce(new Uint8Array(32) as never);
    expect(agreed('77'.repeat(32), '09'.repeat(32))).toBeUndefined();
    expect(scalarmult).toHaveBeenCalledOnce();
    scalarmult.mockRestore();
  });
});

describe('a private key', () => {
  it('is clamped in place, and the array is the key', () => {
    const random = new Uint8Array(32).fill(0xff);
    const key = x25519PrivateKey(random);
    expect(key.reveal()).toBe(random);
    expect(encodeHex(random)).toBe(`f8${'ff'.repeat(30)}7f`);
    expect(encodeHex(x25519PrivateKey(new Uint8Array(32)).reveal())).toBe(`${'00'.repeat(31)}40`);
  });

  it('has 32 bytes', () => {
    expect(X25519_KEY_LENGTH).toBe(32);
    for (const length of [0, 31, 33]) {
      const random = new Uint8Array(length).fill(0xff);
      expect(() => x25519PrivateKey(random)).toThrow(new RangeError(`expected a secret of 32 bytes, got ${length}`));
      expect(random).toEqual(new Uint8Array(length).fill(0xff));
    }
  });

  it('stays as it was when a public key is made or a secret agreed', () => {
    const { alicePrivate, bobPublic } = rfc.diffieHellman;
    const key = privateOf(alicePrivate);
    const before = key.reveal().slice();
    deriveX25519PublicKey(key);
    agreeX25519(key, publicOf(bobPublic));
    expect(key.reveal()).toEqual(before);
  });
});

describe('the check of a public key', () => {
  it('passes what every private key makes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (random) => {
        expect(isPrimeOrderX25519Key(deriveX25519PublicKey(x25519PrivateKey(random)))).toBe(true);
      }),
    );
  });

  it('refuses the points of small order and every other spelling of them', () => {
    // 0, 1, the two of order 8, -1 (RFC 7748, section 7, and its errata), as they are, plus p, and with the high bit.
    const small = [
      0n,
      1n,
      325606250916557431795983626356110631294008115727848805560023387167927233504n,
      39382357235489614581723060781553021112529911719440698176882885853963445705823n,
      P - 1n,
    ];
    for (const value of small) {
      expect(isPrimeOrderX25519Key(keyOf(value))).toBe(false);
      expect(isPrimeOrderX25519Key(keyOf(value + 2n ** 255n))).toBe(false);
      if (value < 19n) expect(isPrimeOrderX25519Key(keyOf(value + P))).toBe(false);
      expect(agreeX25519(privateOf('77'.repeat(32)), keyOf(value))).toBeUndefined();
    }
  });

  it('refuses an honest key plus any of the seven points of torsion', () => {
    // A point of order 8; its multiples are the others. Libsodium lists it among those of small order.
    const generator = decodeHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')!;
    for (let round = 1; round <= 8; round++) {
      const honest = deriveX25519PublicKey(x25519PrivateKey(new Uint8Array(32).fill(round)));
      let point = edwardsYOf(honest)!;
      for (let multiple = 1; multiple <= 8; multiple++) {
        point = sodium.crypto_core_ed25519_add(point, generator);
        const y = integerOf(point) % 2n ** 255n;
        const u = keyOf(((1n + y) * inverse(1n - y)) % P);
        // Eight times the generator is the neutral point: then it is the honest key again.
        expect(isPrimeOrderX25519Key(u)).toBe(multiple === 8);
        if (multiple === 8) expect(u).toEqual(honest);
      }
    }
  });

  it('refuses an honest key in a second spelling: with the high bit, or plus p', () => {
    const honest = publicOf(rfc.diffieHellman.bobPublic);
    expect(isPrimeOrderX25519Key(honest)).toBe(true);
    expect(isPrimeOrderX25519Key(keyOf(integerOf(honest) + 2n ** 255n))).toBe(false);
    expect(isPrimeOrderX25519Key(keyOf(9n))).toBe(true);
    expect(isPrimeOrderX25519Key(keyOf(9n + P))).toBe(false);
  });

  it('says what the order of the point on the Montgomery curve says, for every odd key of Wycheproof and some others', () => {
    const odd = /LowOrder|NonCanonical/;
    const chosen = wycheproof.tests.filter(({ flags }, i) => i % 4 === 0 || odd.test(flags.join()));
    const verdicts = chosen.map((vector) => {
      const key = publicOf(vector.public);
      const verdict = isPrimeOrderX25519Key(key);
      expect({ tcId: vector.tcId, verdict }).toEqual({ tcId: vector.tcId, verdict: hasPrimeOrder(key) });
      return verdict;
    });
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });

  it('says what the order of the point says for any 32 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(isPrimeOrderX25519Key(bytesOfLength(bytes, 32))).toBe(hasPrimeOrder(bytes));
      }),
      { numRuns: 60 },
    );
  });
});
