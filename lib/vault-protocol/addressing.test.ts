import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../bytes/index.ts';
import {
  answerTranscript,
  beginsWithZeroBits,
  blobPath,
  blobTranscript,
  decodeBlobWork,
  decodeHeader,
  decodeVersionTag,
  encodeBlobWork,
  encodeHeader,
  encodeVersionTag,
  parseBlobPath,
  parseRecordTarget,
  type RecordAction,
  recordActions,
  recordIdFromHash,
  recordIdInput,
  recordTarget,
  TRY_DELAYS,
  timedNonce,
  timeOfNonce,
  unlockTagInput,
  vaultIdFromHash,
  vaultIdInput,
  workInput,
} from './index.ts';
import { counted, point, secretOf } from './test-samples.ts';

const id = 'AAECAwQFBgcICQoLDA0ODw';
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const latin1 = (...numbers: number[]) => String.fromCharCode(...numbers);

describe('targets', () => {
  const known: readonly (readonly [RecordAction, string, string, number])[] = [
    ['enrol', 'POST', `/v1/records/${id}`, 201],
    ['finish', 'POST', `/v1/records/${id}/finish`, 200],
    ['evaluate', 'POST', `/v1/records/${id}/evaluate`, 200],
    ['unlock', 'POST', `/v1/records/${id}/unlock`, 200],
    ['renew', 'POST', `/v1/records/${id}/renew`, 200],
    ['renewFinish', 'POST', `/v1/records/${id}/renew/finish`, 200],
    ['head', 'PUT', `/v1/records/${id}/head`, 200],
    ['delete', 'DELETE', `/v1/records/${id}`, 200],
  ];

  it.each(known)('%s is %s %s', (action, method, path, status) => {
    expect(recordTarget(action, counted(16))).toEqual({ method, path });
    expect(parseRecordTarget({ method, path })).toEqual({ action, id: counted(16) });
    expect(recordActions[action].status).toBe(status);
  });

  it.each([
    ['GET', `/v1/records/${id}`],
    ['PUT', `/v1/records/${id}/evaluate`],
    ['POST', `/v1/records/${id}/`],
    ['POST', `/v1/records/${id}/evaluate/`],
    ['POST', `/v1/records/${id}/evaluate?a`],
    ['POST', `/v1/records/${id.slice(1)}`],
    ['POST', `/v1/records/${id}A`],
    // Left-over bits that are not zero: a second spelling of the same id.
    ['POST', `/v1/records/${id.slice(0, -1)}x`],
    ['POST', `/v1/records/${id.slice(0, -1)}=`],
    ['POST', `x/v1/records/${id}`],
    ['POST', `/v2/records/${id}`],
    ['POST', `/v1/records/${id}/toString`],
  ])('%s %s is no record', (method, path) => {
    expect(parseRecordTarget({ method, path })).toBeUndefined();
  });

  it('a blob has a bucket and a name of 1 to 64 letters', () => {
    const path = `/v1/blobs/${id}/seg-1_A`;
    expect(blobPath(counted(16), 'seg-1_A')).toBe(path);
    expect(parseBlobPath(path)).toEqual({ bucket: counted(16), name: 'seg-1_A' });
    const longest = 'a'.repeat(64);
    expect(parseBlobPath(blobPath(counted(16), longest))?.name).toBe(longest);
    for (const name of ['', `${longest}a`, 'a.b', '..', 'a/b', 'a%20', 'ü']) {
      expect(() => blobPath(counted(16), name)).toThrow(RangeError);
      expect(parseBlobPath(`/v1/blobs/${id}/${name}`)).toBeUndefined();
    }
    expect(parseBlobPath(`/v1/blobs/${id.slice(1)}/a`)).toBeUndefined();
    expect(parseBlobPath(`/v1/blobs/${id.slice(0, -1)}x/a`)).toBeUndefined();
  });
});

describe('what is hashed', () => {
  it('for ids and tags is the label and the bytes', () => {
    expect(text(vaultIdInput(point()))).toBe(`Sotto vault id v1${text(point())}`);
    expect(text(recordIdInput(counted(16), counted(16, 9)))).toBe(
      `Sotto vault record v1${text(counted(16))}${text(counted(16, 9))}`,
    );
    expect(text(unlockTagInput(secretOf(32)))).toBe(`Sotto unlock v1${text(counted(32))}`);
    expect(text(workInput(counted(5), counted(16, 7), counted(8, 3)))).toBe(
      `Sotto work v1${text(counted(5))}${text(counted(16, 7))}${text(counted(8, 3))}`,
    );
  });

  it('gives ids of the first 16 bytes', () => {
    expect(vaultIdFromHash(counted(32, 1))).toEqual(counted(16, 1));
    expect(recordIdFromHash(counted(32, 1))).toEqual(counted(16, 1));
    const vault = vaultIdFromHash(createHash('sha256').update(vaultIdInput(point())).digest() as never);
    expect(encodeHex(vault)).toBe('a8a9eafb54c601e3e5d3f71db62c1102');
  });

  it('refuses other lengths', () => {
    expect(() => vaultIdInput(counted(32))).toThrow(RangeError);
    expect(() => recordIdInput(counted(15), counted(16))).toThrow(RangeError);
    expect(() => recordIdInput(counted(16), counted(17))).toThrow(RangeError);
    expect(() => unlockTagInput(secretOf(31))).toThrow(RangeError);
    expect(() => workInput(counted(5), counted(15), counted(8))).toThrow(RangeError);
    expect(() => workInput(counted(5), counted(16), counted(9))).toThrow(RangeError);
  });

  it('for an answer is every part with its length', () => {
    const made = answerTranscript(
      { method: 'GET', path: '/v1/info' },
      counted(16),
      counted(32, 1),
      425,
      counted(32, 2),
    );
    expect(text(made)).toBe(
      `Sotto vault answer v1\0\0\0\0${latin1(3)}GET\0\0\0${latin1(8)}/v1/info\0\0\0${latin1(16)}${text(counted(16))}` +
        `\0\0\0${latin1(32)}${text(counted(32, 1))}\0\0\0${latin1(2)}${latin1(1, 169)}\0\0\0${latin1(32)}${text(counted(32, 2))}`,
    );
  });

  it('for a blob ends with If-Match', () => {
    const target = { method: 'PUT', path: '/v1/blobs/b/n' };
    const head =
      `Sotto blob v1\0\0\0\0${latin1(3)}PUT\0\0\0${latin1(13)}/v1/blobs/b/n\0\0\0${latin1(16)}${text(counted(16))}` +
      `\0\0\0${latin1(32)}${text(counted(32, 1))}\0\0\0`;
    expect(text(blobTranscript(target, counted(16), counted(32, 1), ''))).toBe(`${head}\0`);
    expect(text(blobTranscript(target, counted(16), counted(32, 1), '"3"'))).toBe(`${head}${latin1(3)}"3"`);
  });
});

describe('zero bits', () => {
  it('are counted from the most significant', () => {
    const hash = Uint8Array.of(0, 0, 0x10, 0xff);
    expect([0, 8, 16, 19, 20, 24].map((bits) => beginsWithZeroBits(hash, bits))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(beginsWithZeroBits(Uint8Array.of(0x80), 1)).toBe(false);
    expect(beginsWithZeroBits(Uint8Array.of(0x7f), 1)).toBe(true);
    expect(beginsWithZeroBits(Uint8Array.of(0), 9)).toBe(false);
  });
});

describe('headers', () => {
  it('hold exactly the bytes that are expected', () => {
    expect(encodeHeader(counted(16))).toBe(id);
    expect(decodeHeader(id, 16)).toEqual(counted(16));
    for (const value of [undefined, '', id.slice(1), `${id}A`, id.replace('A', '='), `${id.slice(0, -1)}x`]) {
      expect(decodeHeader(value, 16)).toBeUndefined();
    }
  });

  it('hold work as challenge and solution', () => {
    const work = { challenge: counted<never>(96), solution: counted<never>(8) };
    const value = encodeBlobWork(work);
    expect(value.endsWith('.AAECAwQFBgc')).toBe(true);
    expect(decodeBlobWork(value)).toEqual(work);
    expect(() => encodeBlobWork({ ...work, solution: counted(7) })).toThrow(RangeError);
    const long = `${encodeHeader(counted(97))}.AAECAwQFBgc`;
    for (const wrong of ['', '.', 'AAEC', '.AAECAwQFBgc', 'AAEC.', 'AAEC.AAEC', 'A.AAECAwQFBgc', long, `${value}.`]) {
      expect(decodeBlobWork(wrong)).toBeUndefined();
    }
  });

  it('hold a time in the nonce of a writer', () => {
    const nonce = timedNonce(1_700_000_000_000, counted(8));
    expect(encodeHex(nonce)).toBe('0000018bcfe568000001020304050607');
    expect(timeOfNonce(nonce)).toBe(1_700_000_000_000);
    expect(timeOfNonce(new Uint8Array(16).fill(0xff) as never)).toBe(Number.POSITIVE_INFINITY);
    const inner = new Uint8Array(20);
    inner.set(nonce, 3);
    expect(timeOfNonce(inner.subarray(3, 19) as never)).toBe(1_700_000_000_000);
    expect(() => timedNonce(1, counted(7))).toThrow(RangeError);
  });

  it('hold a version in quotes', () => {
    expect(encodeVersionTag(0)).toBe('"0"');
    expect(encodeVersionTag(12)).toBe('"12"');
    expect(decodeVersionTag('"12"')).toBe(12);
    expect(decodeVersionTag('"0"')).toBe(0);
    for (const value of ['', '12', '"012"', 'W/"12"', '"-1"', '"9999999999999999"', '"1", "2"', '*']) {
      expect(decodeVersionTag(value)).toBeUndefined();
    }
    for (const version of [-1, 1.5]) expect(() => encodeVersionTag(version)).toThrow(RangeError);
  });
});

describe('the delays after a charged try', () => {
  it('are none three times, then 1, 5, 15 and 60 minutes, 4, 12 and 24 hours', () => {
    expect(TRY_DELAYS.map((delay) => delay / 60_000)).toEqual([0, 0, 0, 1, 5, 15, 60, 240, 720, 1440]);
  });
});
