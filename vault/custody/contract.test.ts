import { createHash, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Evaluation, OPRFClient, Oprf } from '@cloudflare/voprf-ts';
import { CryptoNoble } from '@cloudflare/voprf-ts/crypto-noble';
import { p256, p256_oprf } from '@noble/curves/nist.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../lib/bytes/index.ts';
import { type SoftHsm, startSoftHsm, userPin } from '../test-support/softhsm.ts';
import { type Custody, type CustodyMode, openCustody, openOnlyCustody, type StoredKey } from './index.ts';

/** What every custody does, whatever holds its keys. */
const modes: CustodyMode[] = ['software', 'wrapped', 'resident', 'split', 'hmac'];
const kinds = [...modes.map((mode) => [mode, 'this thread'] as const), ['wrapped', 'a thread of its own'] as const];
const grades = {
  software: 'software',
  wrapped: 'enforced',
  resident: 'enforced',
  split: 'enforced',
  hmac: 'unenforced',
};
const head = (value: number) => new Uint8Array(32).fill(value);
const context = encodeUtf8('record 1');
const randomElement = () => p256.Point.fromBytes(p256.getPublicKey(p256.utils.randomSecretKey()));
const failing = (code: string) => expect.objectContaining({ name: 'Failure', code });

let hsm: SoftHsm;
let folder: string;

beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeVault('contract');
  folder = mkdtempSync(join(tmpdir(), 'sotto-custody-'));
});
afterAll(() => {
  hsm.remove();
  rmSync(folder, { recursive: true });
});

function openKind(mode: CustodyMode, where: (typeof kinds)[number][1]): Promise<Custody> {
  if (mode === 'software') return openCustody({ mode, keyFile: join(folder, 'keys') });
  const open = where === 'this thread' ? openCustody : openOnlyCustody;
  return open({ mode, module: hsm.module, tokenLabel: 'contract', pin: userPin() });
}

async function newKey(custody: Custody, of = context): Promise<StoredKey> {
  return { ...(await custody.createKey(of)), context: of };
}

describe.each(kinds)('custody in mode %s in %s', (mode, where) => {
  let custody: Custody;
  beforeAll(async () => {
    custody = await openKind(mode, where);
  });
  afterAll(() => custody.close());

  it('says its mode, its grade, and why where the grade is not enforced', () => {
    expect(custody.mode).toBe(mode);
    expect(custody.grade).toBe(grades[mode]);
    expect(custody.weaknesses.length > 0).toBe(custody.grade !== 'enforced');
  });

  it('signs so that its identity key verifies it', async () => {
    expect(custody.identityKey).toHaveLength(33);
    expect(custody.lineage).toHaveLength(16);
    const message = encodeUtf8('an answer');
    const signature = await custody.sign(createHash('sha256').update(message).digest());
    expect(signature).toHaveLength(64);
    const point = p256.Point.fromBytes(custody.identityKey);
    const [x, y] = [point.x, point.y].map((value) => Buffer.from(p256.Point.Fp.toBytes(value)).toString('base64url'));
    const jwk = { kty: 'EC', crv: 'P-256', x: x!, y: y! };
    const key = { key: jwk, format: 'jwk', dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', message, key, signature)).toBe(true);
    expect(verify('sha256', encodeUtf8('another'), key, signature)).toBe(false);
    await expect(custody.sign(new Uint8Array(31))).rejects.toThrow(RangeError);
  });

  it('gives one MAC for one message, and others for others', async () => {
    const [a, again, b] = await Promise.all(['a', 'a', 'b'].map((text) => custody.mac(encodeUtf8(text))));
    expect(a).toHaveLength(32);
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
    expect(await custody.mac(new Uint8Array(0))).toHaveLength(32);
    expect(await custody.mac(new Uint8Array(20_000))).toHaveLength(32);
  });

  it('answers as an independent OPRF client expects (200 random evaluations)', async () => {
    const key = await newKey(custody);
    const client = new OPRFClient(Oprf.Suite.P256_SHA256, CryptoNoble);
    const outputs = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const input = Uint8Array.of(round % 20, 7);
      const [state, request] = await client.blind([input]);
      const evaluated = await custody.evaluate(key, request.blinded[0]!.serialize(true));
      const element = client.group.desElt(evaluated);
      const [output] = await client.finalize(state, new Evaluation(Oprf.Mode.OPRF, [element]));
      outputs.add(`${round % 20} ${Buffer.from(output!).toString('hex')}`);
    }
    // Twenty inputs, blinded ten times each: twenty outputs, since the answer depends on input and key alone.
    expect(outputs.size).toBe(20);
  });

  it("answers as noble's client expects, and G with the public key", async () => {
    const key = await newKey(custody);
    const { BASE } = p256.Point;
    expect(await custody.evaluate(key, BASE.toBytes(true))).toEqual(key.publicKey);
    const publicPoint = p256.Point.fromBytes(key.publicKey);
    expect(await custody.evaluate(key, BASE.negate().toBytes(true))).toEqual(publicPoint.negate().toBytes(true));
    expect(await custody.evaluate(key, BASE.double().toBytes(true))).toEqual(publicPoint.double().toBytes(true));
    expect(await custody.evaluate(key, BASE.double().negate().toBytes(true))).toEqual(
      publicPoint.double().negate().toBytes(true),
    );
    // k(A + B) = kA + kB.
    const [a, b] = [randomElement(), randomElement()];
    const [ka, kb, sum] = await Promise.all([a, b, a.add(b)].map((at) => custody.evaluate(key, at.toBytes(true))));
    expect(p256.Point.fromBytes(ka!).add(p256.Point.fromBytes(kb!)).toBytes(true)).toEqual(sum);
    const { oprf } = p256_oprf;
    const finals = [oprf.blind(encodeUtf8('pin')), oprf.blind(encodeUtf8('pin'))].map(async ({ blind, blinded }) =>
      Buffer.from(oprf.finalize(encodeUtf8('pin'), blind, await custody.evaluate(key, blinded))).toString('hex'),
    );
    const [first, second] = await Promise.all(finals);
    expect(first).toBe(second);
  });

  it('makes another key each time, for the same context too', async () => {
    const [one, other] = [await newKey(custody), await newKey(custody)];
    expect(one.publicKey).not.toEqual(other.publicKey);
    expect(one.blob).not.toEqual(other.blob);
    const element = randomElement().toBytes(true);
    expect(await custody.evaluate(one, element)).not.toEqual(await custody.evaluate(other, element));
    expect(await custody.evaluate(one, element)).toEqual(await custody.evaluate(one, element));
    await expect(custody.createKey(new Uint8Array(0))).rejects.toThrow(RangeError);
    await expect(custody.createKey(new Uint8Array(65))).rejects.toThrow(RangeError);
  });

  it('refuses elements that are none', async () => {
    const key = await newKey(custody);
    const good = randomElement();
    for (const element of [
      new Uint8Array(0),
      new Uint8Array(33),
      Uint8Array.of(0),
      good.toBytes(false),
      good.toBytes(true).slice(1),
      Uint8Array.of(2, ...new Uint8Array(31), 1),
      new Uint8Array(33).fill(0xff),
    ]) {
      await expect(custody.evaluate(key, element)).rejects.toEqual(failing('ElementInvalid'));
    }
  });

  it('refuses a blob that was altered, is another mode’s, or is not of this key and context', async () => {
    const key = await newKey(custody);
    const other = await newKey(custody, encodeUtf8('record 2'));
    const element = randomElement().toBytes(true);
    for (const bit of [0, 8, 20, 150, key.blob.length * 8 - 1]) {
      const blob = key.blob.slice();
      blob[bit >> 3]! ^= 1 << (bit & 7);
      await expect(custody.evaluate({ ...key, blob }, element)).rejects.toEqual(failing('KeyBlobInvalid'));
    }
    for (const mixed of [
      { ...key, publicKey: other.publicKey },
      { ...key, context: other.context },
      { ...other, context: key.context },
      { ...key, blob: other.blob },
      { ...key, blob: new Uint8Array(0) },
    ]) {
      await expect(custody.evaluate(mixed, element)).rejects.toEqual(failing('KeyBlobInvalid'));
      await expect(custody.destroyKey(mixed)).rejects.toEqual(failing('KeyBlobInvalid'));
    }
    expect(await custody.evaluate(key, element)).toHaveLength(33);
  });

  it('destroys a key once and again', async () => {
    const [key, other] = [await newKey(custody), await newKey(custody)];
    const element = randomElement().toBytes(true);
    await custody.destroyKey(key);
    await custody.destroyKey(key);
    if (mode === 'resident') await expect(custody.evaluate(key, element)).rejects.toEqual(failing('KeyMissing'));
    expect(await custody.evaluate(other, element)).toHaveLength(33);
  });

  it("keeps each replica's anchor, the last one written", async () => {
    const [one, two] = [`${mode}-${where.length}-1`, `${mode}-${where.length}-2`];
    expect(await custody.readAnchor(one)).toBeUndefined();
    for (let seq = 1; seq <= 5; seq++) {
      await custody.writeAnchor(one, { seq, head: head(seq) });
      expect(await custody.readAnchor(one)).toEqual({ seq, head: head(seq) });
    }
    await custody.writeAnchor(two, { seq: 40, head: head(40) });
    const anchors = await custody.anchors();
    expect(anchors.get(one)).toEqual({ seq: 5, head: head(5) });
    expect(anchors.get(two)).toEqual({ seq: 40, head: head(40) });
    expect(await custody.readAnchor(one)).toEqual({ seq: 5, head: head(5) });
    // An operator accepts a rollback.
    await custody.writeAnchor(two, { seq: 30, head: head(30) });
    expect(await custody.readAnchor(two)).toEqual({ seq: 30, head: head(30) });
    await custody.writeAnchor(two, { seq: 30, head: head(31) });
    expect(await custody.readAnchor(two)).toEqual({ seq: 30, head: head(31) });
    await expect(custody.readAnchor('a/b')).rejects.toThrow(RangeError);
    await expect(custody.writeAnchor('../a', { seq: 1, head: head(1) })).rejects.toThrow(RangeError);
  });

  it('is the same vault when it is opened again', async () => {
    const key = await newKey(custody);
    const element = randomElement().toBytes(true);
    const before = await custody.evaluate(key, element);
    const again = await openKind(mode, where);
    try {
      expect(again.identityKey).toEqual(custody.identityKey);
      expect(again.lineage).toEqual(custody.lineage);
      expect(await again.evaluate(key, element)).toEqual(before);
      expect(await again.mac(element)).toEqual(await custody.mac(element));
      expect((await again.anchors()).get(`${mode}-${where.length}-1`)).toEqual({ seq: 5, head: head(5) });
    } finally {
      await again.close();
    }
    expect(await custody.evaluate(key, element)).toEqual(before);
  });

  it('answers nothing after it was closed', async () => {
    const closed = await openKind(mode, where);
    const key = await newKey(closed);
    await closed.close();
    await closed.close();
    const element = randomElement().toBytes(true);
    for (const call of [
      closed.evaluate(key, element),
      closed.sign(head(1)),
      closed.mac(head(1)),
      closed.createKey(context),
      closed.destroyKey(key),
      closed.readAnchor('r'),
      closed.anchors(),
      closed.writeAnchor('r', { seq: 1, head: head(1) }),
    ]) {
      await expect(call).rejects.toEqual(failing('HsmUnavailable'));
    }
    expect(await custody.evaluate(key, element)).toHaveLength(33);
  });
});
