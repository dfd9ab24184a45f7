import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addProduct, fromNtt, N, type Polynomial, Q, toNtt } from './polynomial-ring.ts';

const polynomial = fc
  .array(fc.oneof(fc.integer({ min: 0, max: Q - 1 }), fc.constantFrom(0, 1, Q - 1)), { minLength: N, maxLength: N })
  .map((coefficients) => Int32Array.from(coefficients));
const full = (value: number) => new Int32Array(N).fill(value);
const monomial = (degree: number, value = 1) => {
  const f = new Int32Array(N);
  f[degree] = value;
  return f;
};

/** The product by the definition: X^256 = -1. */
function schoolbook(f: Polynomial, g: Polynomial): Polynomial {
  const sums = new Float64Array(N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) sums[(i + j) % N]! += (i + j < N ? 1 : -1) * f[i]! * g[j]!;
  }
  return Int32Array.from(sums, (sum) => ((sum % Q) + Q) % Q);
}

function product(f: Polynomial, g: Polynomial): Polynomial {
  const sum = new Int32Array(N);
  addProduct(sum, toNtt(f.slice()), toNtt(g.slice()));
  return fromNtt(sum);
}

function expectReduced(f: Polynomial): void {
  for (const coefficient of f) {
    expect(coefficient).toBeGreaterThanOrEqual(0);
    expect(coefficient).toBeLessThan(Q);
  }
}

describe('the number-theoretic transform', () => {
  it('is that of FIPS 203: X goes to the 128 square roots in bit-reversed order', () => {
    // Component i holds f mod (X^2 - gamma_i) with gamma_i = 17^(2 BitRev7(i) + 1): X stays X, X^2 becomes gamma_i.
    expect([...toNtt(monomial(1))]).toEqual(Array.from({ length: N }, (_, i) => i & 1));
    const squares = toNtt(monomial(2));
    expect([0, 2, 4, 6, 8, 254].map((i) => squares[i])).toEqual([17, Q - 17, 2761, Q - 2761, 583, Q - 2154]);
    expect(squares.every((value, i) => i % 2 === 0 || value === 0)).toBe(true);
  });

  it('takes a constant to the same constant in every component', () => {
    expect([...toNtt(monomial(0, 5))]).toEqual(Array.from({ length: N }, (_, i) => (i & 1 ? 0 : 5)));
  });

  it('works in place and is undone by its inverse', () => {
    fc.assert(
      fc.property(polynomial, (f) => {
        const transformed = f.slice();
        expect(toNtt(transformed)).toBe(transformed);
        expectReduced(transformed);
        expect(fromNtt(transformed)).toBe(transformed);
        expect(transformed).toEqual(f);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps every coefficient in range, from the greatest input too', () => {
    expectReduced(toNtt(full(Q - 1)));
    expectReduced(fromNtt(full(Q - 1)));
    expect(fromNtt(toNtt(full(Q - 1)))).toEqual(full(Q - 1));
  });
});

describe('the product', () => {
  it('of X^255 and X is -1', () => {
    expect(product(monomial(255), monomial(1))).toEqual(monomial(0, Q - 1));
  });

  it('agrees with the schoolbook product', () => {
    fc.assert(
      fc.property(polynomial, polynomial, (f, g) => {
        expect(product(f, g)).toEqual(schoolbook(f, g));
      }),
      { numRuns: 10 },
    );
    expect(product(full(Q - 1), full(Q - 1))).toEqual(schoolbook(full(Q - 1), full(Q - 1)));
  });

  it('is added to what the sum held, and leaves the factors alone', () => {
    const [f, g] = [full(Q - 1), full(Q - 1)];
    const [once, twice] = [new Int32Array(N), new Int32Array(N)];
    addProduct(once, f, g);
    addProduct(twice, f, g);
    addProduct(twice, f, g);
    expect([...twice]).toEqual([...once].map((coefficient) => (2 * coefficient) % Q));
    expectReduced(twice);
    expect([f, g]).toEqual([full(Q - 1), full(Q - 1)]);
  });
});
