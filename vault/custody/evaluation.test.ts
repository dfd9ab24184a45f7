import { createECDH } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../lib/failure/index.ts';
import { type Ecdh, multiply, prepare, prepareAll } from './evaluation.ts';
import { decodePoint, encodePoint, encodeUncompressed, generator, negate, type Point } from './points.ts';

const { BASE } = p256.Point;
const point = (value: InstanceType<typeof p256.Point>): Point => value.toAffine();

/** A device that gives x coordinates by OpenSSL, with its key, its public key and the number of questions it had. */
function device(scalar = p256.utils.randomSecretKey()) {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const asked: Uint8Array[] = [];
  const answer: Ecdh = (at) => {
    asked.push(at);
    return ecdh.computeSecret(at);
  };
  const k = BigInt(`0x${Buffer.from(scalar).toString('hex')}`);
  return { answer, asked, k, publicKey: point(BASE.multiply(k)) };
}

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'no failure';
};

describe('the whole point out of x coordinates', () => {
  it('is what noble multiplies, for 200 random keys and elements', () => {
    for (let round = 0; round < 200; round++) {
      const { answer, k, publicKey } = device();
      const element = BASE.multiply(BigInt(`0x${Buffer.from(p256.utils.randomSecretKey()).toString('hex')}`));
      const expected = element.multiply(k);
      expect(multiply(answer, point(element), publicKey)).toEqual(point(expected));
      expect(encodePoint(multiply(answer, point(element), publicKey))).toEqual(expected.toBytes(true));
    }
  });

  it.each([
    ['G', BASE],
    ['-G', BASE.negate()],
    ['2G', BASE.double()],
    ['-2G', BASE.double().negate()],
    ['3G', BASE.multiply(3n)],
  ] as const)('is right at %s, where a sum falls together', (_, element) => {
    for (const scalar of [1n, 2n, 3n, p256.Point.Fn.ORDER - 1n, p256.Point.Fn.ORDER - 2n]) {
      const { answer, publicKey, k } = device(Uint8Array.from(p256.Point.Fn.toBytes(scalar)));
      expect(multiply(answer, point(element), publicKey)).toEqual(point(element.multiply(k)));
    }
  });

  it('is the same from a preparation, which is that of one element and one public key', () => {
    const { answer, publicKey, k } = device();
    const element = BASE.multiply(5n);
    const prepared = prepare(point(element), publicKey);
    expect(prepared.questions).toEqual([5n, 6n].map((n) => BASE.multiply(n).toBytes(false)));
    expect(multiply(answer, point(element), publicKey, prepared)).toEqual(point(element.multiply(k)));
    const ofAnother = prepare(point(BASE.multiply(9n)), publicKey);
    const mixed = { ...prepared, questions: [prepared.questions[0], ofAnother.questions[1]] as const };
    const others = [prepare(point(element), device().publicKey), mixed];
    for (const other of others) {
      expect(codeOf(() => multiply(answer, point(element), publicKey, other))).toBe('HsmFault');
    }
  });

  it('is prepared together as it is alone, whatever else is prepared', () => {
    const elements = [BASE.multiply(5n), BASE, BASE.multiply(7n), BASE.negate()].map(point);
    const all = elements.map((element) => ({ element, publicKey: device().publicKey }));
    expect(prepareAll(all)).toEqual(all.map(({ element, publicKey }) => prepare(element, publicKey)));
    expect(prepareAll(all).map(({ questions }) => questions[0])).toEqual(elements.map(encodeUncompressed));
    expect(prepareAll(all)[2]!.questions[1]).toEqual(BASE.multiply(8n).toBytes(false));
    expect(prepareAll([])).toEqual([]);
  });

  it('costs two questions, and one at G and -G', () => {
    const { answer, asked, publicKey } = device();
    multiply(answer, point(BASE.multiply(5n)), publicKey);
    expect(asked.map((at) => [at.length, at[0]])).toEqual([
      [65, 4],
      [65, 4],
    ]);
    multiply(answer, generator, publicKey);
    multiply(answer, negate(generator), publicKey);
    expect(asked).toHaveLength(4);
  });
});

describe('a device that answers wrongly', () => {
  const element = point(BASE.multiply(7n));

  it('is found out where its key is not the one of the public key', () => {
    const { answer } = device();
    const { publicKey } = device();
    for (const at of [element, generator, negate(generator)]) {
      expect(codeOf(() => multiply(answer, at, publicKey))).toBe('HsmFault');
    }
  });

  it('is found out by one flipped bit in either answer', () => {
    const { answer, publicKey } = device();
    for (const faulty of [0, 1]) {
      for (const bit of [0, 7, 128, 255]) {
        let question = 0;
        const flipped: Ecdh = (at) => {
          const x = Uint8Array.from(answer(at));
          if (question++ === faulty) x[bit >> 3]! ^= 1 << (bit & 7);
          return x;
        };
        expect(codeOf(() => multiply(flipped, element, publicKey))).toBe('HsmFault');
      }
    }
  });

  it('is found out where an answer has another length or is no element of the field', () => {
    const { answer, publicKey } = device();
    const tooMuch = new Uint8Array(32).fill(0xff);
    for (const [first, second] of [
      [new Uint8Array(31), undefined],
      [new Uint8Array(33), undefined],
      [tooMuch, undefined],
      [undefined, new Uint8Array(31)],
      [undefined, tooMuch],
    ]) {
      const answers = [first, second];
      expect(codeOf(() => multiply((at) => answers.shift() ?? answer(at), element, publicKey))).toBe('HsmFault');
    }
  });

  it("is found out where it always answers the public key's own x", () => {
    const { publicKey } = device();
    const stuck: Ecdh = () => encodePoint(publicKey).slice(1);
    expect(codeOf(() => multiply(stuck, element, publicKey))).toBe('HsmFault');
  });

  it('passes its own failures through', () => {
    const { publicKey } = device();
    const gone = new Error('gone');
    const failing: Ecdh = () => {
      throw gone;
    };
    expect(() => multiply(failing, element, publicKey)).toThrow(gone);
  });
});

describe('an element', () => {
  it('has 33 bytes, a sign of 2 or 3, and is on the curve', () => {
    const good = BASE.multiply(11n).toBytes(true);
    expect(decodePoint(good)).toEqual(point(BASE.multiply(11n)));
    expect(decodePoint(good.slice(0, 32))).toBeUndefined();
    expect(decodePoint(Uint8Array.of(...good, 0))).toBeUndefined();
    expect(decodePoint(BASE.multiply(11n).toBytes(false))).toBeUndefined();
    for (const sign of [0, 1, 4, 5, 6, 0xff]) {
      expect(decodePoint(Uint8Array.of(sign, ...good.slice(1)))).toBeUndefined();
    }
    // The identity in its one-byte form, and in 33 zero bytes.
    expect(decodePoint(Uint8Array.of(0))).toBeUndefined();
    expect(decodePoint(new Uint8Array(33))).toBeUndefined();
  });

  it('is refused where its x is off the curve or not below the field', () => {
    // x = 1: 1 - 3 + b has no root in this field.
    const off = new Uint8Array(33);
    off[0] = 2;
    off[32] = 1;
    expect(() => p256.Point.fromBytes(off)).toThrow();
    expect(decodePoint(off)).toBeUndefined();
    const field = p256.Point.Fp.ORDER;
    // Five is the x of a point, so p + 5 would be a second name for it.
    const five = Uint8Array.of(2, ...p256.Point.Fp.toBytes(5n));
    expect(decodePoint(five)).toBeDefined();
    const second = Buffer.from(`02${(field + 5n).toString(16)}`, 'hex');
    expect(second).toHaveLength(33);
    expect(decodePoint(second)).toBeUndefined();
  });
});
