import { EvaluationRequest, OPRFServer, Oprf } from '@cloudflare/voprf-ts';
import { CryptoNoble } from '@cloudflare/voprf-ts/crypto-noble';
import { p256, p256_oprf } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, encodeHex, SecretBytes } from '../bytes/index.ts';
import { blindInput, finalizeOprf, OPRF_LENGTHS, type OprfBlind } from './oprf.ts';
import { p256Ready } from './p256.ts';
import rfc from './vectors/oprf-p256.json';

beforeAll(p256Ready);

const hex = (text: string) => decodeHex(text)!;

/** 48 bytes that become the scalar `blind`: they are reduced below the order less one, and one is added. */
const drawing = (blind: string) => () => {
  const wide = new Uint8Array(48);
  wide.set(hex((BigInt(`0x${blind}`) - 1n).toString(16).padStart(64, '0')), 16);
  return wide;
};

describe('the P-256 OPRF', () => {
  it.each(rfc.vectors)('blinds and finalizes as RFC 9497 says, input $input', (vector) => {
    const { blind, blinded } = blindInput(hex(vector.input), drawing(vector.blind));
    expect(encodeHex(blind.reveal())).toBe(vector.blind);
    expect(encodeHex(blinded)).toBe(vector.blindedElement);
    const evaluated = p256_oprf.oprf.blindEvaluate(hex(rfc.secretKey), blinded);
    expect(encodeHex(evaluated)).toBe(vector.evaluationElement);
    expect(encodeHex(finalizeOprf(hex(vector.input), blind, evaluated)!.reveal())).toBe(vector.output);
  });

  it('agrees with an independent server', async () => {
    const server = new OPRFServer(Oprf.Suite.P256_SHA256, hex(rfc.secretKey), CryptoNoble);
    const group = Oprf.getGroup(Oprf.Suite.P256_SHA256, CryptoNoble);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.uint8Array({ minLength: 48, maxLength: 48 }),
        async (input, wide) => {
          const { blind, blinded } = blindInput(input, () => wide.slice());
          const evaluation = await server.blindEvaluate(new EvaluationRequest([group.desElt(blinded)]));
          const output = finalizeOprf(input, blind, evaluation.evaluated[0]!.serialize(true));
          expect(output!.reveal()).toEqual(await server.evaluate(input));
        },
      ),
      { numRuns: 8, verbose: 1 },
    );
  });

  it('gives the same element for the same randomness, and another for other', () => {
    const draw = (fill: number) => (length: number) => new Uint8Array(length).fill(fill);
    const input = Uint8Array.of(1, 2, 3);
    expect(blindInput(input, draw(1))).toEqual(blindInput(input, draw(1)));
    expect(blindInput(input, draw(1)).blinded).not.toEqual(blindInput(input, draw(2)).blinded);
    expect(blindInput(input, draw(1)).blinded).toHaveLength(OPRF_LENGTHS.element);
  });

  it('finalizes no bytes that are not a point other than the neutral one', () => {
    const input = Uint8Array.of(1);
    const blind: OprfBlind = SecretBytes.of(hex(rfc.vectors[0]!.blind));
    const good = p256.Point.BASE.toBytes();
    expect(finalizeOprf(input, blind, good)).toBeDefined();
    expect(finalizeOprf(input, blind, good.subarray(1))).toBeUndefined();
    expect(finalizeOprf(input, blind, p256.Point.BASE.toBytes(false))).toBeUndefined();
    expect(finalizeOprf(input, blind, new Uint8Array(33))).toBeUndefined();
    expect(finalizeOprf(input, blind, Uint8Array.of(0))).toBeUndefined();
    const offCurve = new Uint8Array(33).fill(0xff);
    offCurve[0] = 2;
    expect(finalizeOprf(input, blind, offCurve)).toBeUndefined();
  });
});
