import { describe, expect, it } from 'vitest';
import { attempt } from '../failure/index.ts';
import * as protocol from './index.ts';
import { decodeBody, decodeRefusal, encodeBody, encodeRefusal, type Refusal, type Shape } from './index.ts';
import { counted, point, sealedSample, secretOf } from './test-samples.ts';

const work = { challenge: counted<protocol.WorkChallenge>(40), bits: 18, expires: 1_700_000_600_000 };
const unlock = secretOf<'UnlockToken'>(32);
const evaluated = point<protocol.EvaluatedElement>();
const finish = { evaluated, sealed: sealedSample, unlockTag: counted(32, 3), tries: 6, blobKey: null };

/** Every body with a sample, and the JSON text that it must be. */
const samples: readonly (readonly [name: string, shape: Shape<unknown>, value: unknown, fields: readonly string[]])[] =
  [
    [
      'infoAnswer',
      protocol.infoAnswer,
      {
        protocol: 1,
        identityKey: point(),
        custody: { mode: 'wrapped', grade: 'enforced' },
        limits: { tries: 10, triesMost: 10, recordBytes: 4096, segmentBytes: 1_048_576, quotaBytes: 67_108_864 },
        enrolment: { work, token: 'optional' },
        lineage: counted(16),
        time: 1_700_000_000_000,
      },
      ['protocol', 'identityKey', 'custody', 'limits', 'enrolment', 'lineage', 'time'],
    ],
    [
      'enrolRequest',
      protocol.enrolRequest,
      { blinded: point(), work: null, token: null },
      ['blinded', 'work', 'token'],
    ],
    [
      'enrolRequest with work',
      protocol.enrolRequest,
      { blinded: point(), work: { challenge: work.challenge, solution: counted(8) }, token: secretOf(16) },
      ['blinded', 'work', 'token'],
    ],
    ['pendingAnswer', protocol.pendingAnswer, { evaluated: point(), expires: 5 }, ['evaluated', 'expires']],
    ['finishRequest', protocol.finishRequest, finish, ['evaluated', 'sealed', 'unlockTag', 'tries', 'blobKey']],
    ['finishAnswer', protocol.finishAnswer, { left: 10 }, ['left']],
    ['evaluateRequest', protocol.evaluateRequest, { blinded: point() }, ['blinded']],
    [
      'evaluateAnswer',
      protocol.evaluateAnswer,
      { evaluated: point(), left: 0, nextAt: null, sealed: sealedSample },
      ['evaluated', 'left', 'nextAt', 'sealed'],
    ],
    ['unlockRequest', protocol.unlockRequest, { unlock }, ['unlock']],
    ['unlockAnswer', protocol.unlockAnswer, { left: 10, head: null }, ['left', 'head']],
    [
      'unlockAnswer with a head',
      protocol.unlockAnswer,
      { left: 1, head: { version: 3, hash: counted(32) } },
      ['left', 'head'],
    ],
    ['renewRequest', protocol.renewRequest, { unlock, blinded: point() }, ['unlock', 'blinded']],
    [
      'renewFinishRequest',
      protocol.renewFinishRequest,
      { unlock, ...finish, blobKey: counted(32) },
      ['unlock', 'evaluated', 'sealed', 'unlockTag', 'tries', 'blobKey'],
    ],
    ['headRequest', protocol.headRequest, { unlock, version: 1, hash: counted(32) }, ['unlock', 'version', 'hash']],
    ['versionAnswer', protocol.versionAnswer, { version: 1 }, ['version']],
    ['emptyAnswer', protocol.emptyAnswer, {}, []],
  ];

function isMalformed(shape: Shape<unknown>, json: unknown): boolean {
  const outcome = attempt(() => decodeBody(shape, new TextEncoder().encode(JSON.stringify(json))));
  return !outcome.ok && outcome.failure.code === 'MalformedBody';
}

describe.each(samples)('%s', (_, shape, value, fields) => {
  const json = JSON.parse(new TextDecoder().decode(encodeBody(shape, value))) as Record<string, unknown>;

  it('has its fields and comes back as it went', () => {
    expect(Object.keys(json)).toEqual(fields);
    const found = decodeBody(shape, encodeBody(shape, value));
    expect(found).toEqual(value);
    expect(encodeBody(shape, found)).toEqual(encodeBody(shape, value));
  });

  it('is refused without any one of its fields, and with one more', () => {
    for (const field of fields) {
      const { [field]: _dropped, ...rest } = json;
      expect(isMalformed(shape, rest)).toBe(true);
    }
    expect(isMalformed(shape, { ...json, more: 1 })).toBe(true);
  });

  it('is refused with a boolean in the place of any field', () => {
    for (const field of fields) expect(isMalformed(shape, { ...json, [field]: true })).toBe(true);
  });
});

describe('the bounds of bodies', () => {
  const json = (shape: Shape<unknown>, value: unknown) =>
    JSON.parse(new TextDecoder().decode(encodeBody(shape, value))) as Record<string, unknown>;

  it('tries are 1 to 10', () => {
    const body = json(protocol.finishRequest, finish);
    expect([0, 1, 10, 11].map((tries) => isMalformed(protocol.finishRequest, { ...body, tries }))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('work is 16 to 22 bits', () => {
    const body = json(protocol.workOffer, work);
    expect([15, 16, 22, 23].map((bits) => isMalformed(protocol.workOffer, { ...body, bits }))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('a head and a kept version begin at 1', () => {
    expect(isMalformed(protocol.versionAnswer, { version: 0 })).toBe(true);
    expect(
      isMalformed(protocol.headRequest, {
        ...json(protocol.headRequest, { unlock, version: 1, hash: counted(32) }),
        version: 0,
      }),
    ).toBe(true);
  });

  it('a sealed part has one share a vault, and a threshold that they can meet', () => {
    const { vaults, shares } = sealedSample;
    const sized = (threshold: number, n: number, m: number) => ({
      ...sealedSample,
      threshold,
      vaults: new Array(n).fill(vaults[0]),
      shares: new Array(m).fill(shares[0]),
    });
    const body = json(protocol.sealedPart, sized(1, 16, 16));
    expect(isMalformed(protocol.sealedPart, body)).toBe(false);
    expect(isMalformed(protocol.sealedPart, { ...body, threshold: 16 })).toBe(false);
    expect(isMalformed(protocol.sealedPart, { ...body, threshold: 17 })).toBe(true);
    expect(isMalformed(protocol.sealedPart, { ...body, threshold: 0 })).toBe(true);
    expect(isMalformed(protocol.sealedPart, { ...json(protocol.sealedPart, sized(1, 2, 2)), threshold: 3 })).toBe(true);
    const [vault] = body.vaults as string[];
    expect(isMalformed(protocol.sealedPart, { ...body, vaults: [vault] })).toBe(true);
    expect(isMalformed(protocol.sealedPart, { ...body, vaults: [], shares: [] })).toBe(true);
    expect(isMalformed(protocol.sealedPart, { ...body, vaults: new Array(17).fill(vault) })).toBe(true);
    expect(() => encodeBody(protocol.sealedPart, sized(1, 2, 1))).toThrow(RangeError);
    expect(() => encodeBody(protocol.sealedPart, sized(3, 2, 2))).toThrow(RangeError);
  });

  it('the largest request and answer stay well within a body, and the sealed part within a record', () => {
    const largest = {
      ...sealedSample,
      epoch: Number.MAX_SAFE_INTEGER,
      vaults: new Array(16).fill(sealedSample.vaults[0]),
      shares: new Array(16).fill(sealedSample.shares[0]),
    };
    expect(encodeBody(protocol.sealedPart, largest).length).toBeLessThanOrEqual(protocol.MOST_RECORD_BYTES);
  });
});

describe('refusals', () => {
  const refusals: readonly (readonly [status: number, value: Refusal, text: string])[] = [
    [400, { code: 'BadRequest' }, '{"code":"BadRequest"}'],
    [401, { code: 'WrongUnlock' }, '{"code":"WrongUnlock"}'],
    [402, { code: 'TokenRequired' }, '{"code":"TokenRequired"}'],
    [
      402,
      { code: 'WorkRequired', work: { ...work, challenge: counted<protocol.WorkChallenge>(3) } },
      '{"code":"WorkRequired","work":{"challenge":"AAEC","bits":18,"expires":1700000600000}}',
    ],
    [403, { code: 'NotYours' }, '{"code":"NotYours"}'],
    [404, { code: 'NoBlob' }, '{"code":"NoBlob"}'],
    [409, { code: 'RecordExists' }, '{"code":"RecordExists"}'],
    [409, { code: 'NotPending' }, '{"code":"NotPending"}'],
    [409, { code: 'HeadBehind' }, '{"code":"HeadBehind"}'],
    [409, { code: 'ClockSkew', time: 9 }, '{"code":"ClockSkew","time":9}'],
    [409, { code: 'NonceUsed' }, '{"code":"NonceUsed"}'],
    [409, { code: 'BlobExists' }, '{"code":"BlobExists"}'],
    [410, { code: 'Gone' }, '{"code":"Gone"}'],
    [412, { code: 'ManifestMoved', version: 0 }, '{"code":"ManifestMoved","version":0}'],
    [413, { code: 'TooLarge' }, '{"code":"TooLarge"}'],
    [425, { code: 'TooSoon', left: 0, nextAt: 7 }, '{"code":"TooSoon","left":0,"nextAt":7}'],
    [429, { code: 'TooMany', nextAt: 7 }, '{"code":"TooMany","nextAt":7}'],
    [503, { code: 'HsmUnavailable' }, '{"code":"HsmUnavailable"}'],
    [503, { code: 'Busy' }, '{"code":"Busy"}'],
    [507, { code: 'QuotaFull', used: 5, quota: 6 }, '{"code":"QuotaFull","used":5,"quota":6}'],
  ];
  const decode = (status: number, text: string) => {
    const outcome = attempt(() => decodeRefusal(status, new TextEncoder().encode(text)));
    return outcome.ok ? outcome.value : outcome.failure.code;
  };

  it.each(refusals)('%i %j', (status, value, text) => {
    const { status: written, body } = encodeRefusal(value);
    expect(written).toBe(status);
    expect(new TextDecoder().decode(body)).toBe(text);
    expect(decode(status, text)).toEqual(value);
    expect(decode(status + 1, text)).toBe('MalformedBody');
    expect(decode(status, text.replace('}', ',"more":1}'))).toBe('MalformedBody');
  });

  it.each(['{}', 'null', '[]', '{"code":7}', '{"code":"toString"}', '{"code":"Unheard"}', '{"code":"TooSoon"}'])(
    'are not %s',
    (text) => {
      expect(decode(400, text)).toBe('MalformedBody');
      expect(decode(425, text)).toBe('MalformedBody');
    },
  );
});
