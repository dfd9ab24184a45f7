import { argon2Sync, createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeUtf8, encodeHex } from '../bytes/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import type { Locator } from '../vault-protocol/index.ts';
import { COMMON_PINS } from './common-pins.ts';
import { choosePin, makePin, readPin, stretchPin } from './pin.ts';
import { commonPin } from './pin-rules.ts';
import { codeOf, failureOf, random } from './test-world.ts';

beforeAll(cryptoReady);

const textOf = (typed: string) => decodeUtf8(readPin(typed).reveal());

describe('a PIN', () => {
  it('has one spelling: NFKC, without blanks at either end, case kept', () => {
    expect(textOf(' 481516\t')).toBe('481516');
    expect(textOf('４８１５１６')).toBe('481516');
    expect(textOf('Cafe\u0301 42')).toBe('Café 42');
    expect(textOf('ABCdef')).toBe('ABCdef');
  });

  it('has 6 to 128 characters, counted as code points', async () => {
    expect(await codeOf(() => readPin('48151'))).toBe('PinTooShort');
    expect(await codeOf(() => readPin(' 48151 '))).toBe('PinTooShort');
    expect(await codeOf(() => readPin(''))).toBe('PinTooShort');
    expect(await codeOf(() => readPin('🦊🦊🦊🦊🦊'))).toBe('PinTooShort');
    expect(textOf('🦊🦊🦊🦊🦊🦊')).toBe('🦊🦊🦊🦊🦊🦊');
    expect(textOf('x'.repeat(128))).toHaveLength(128);
    expect(await codeOf(() => readPin('x'.repeat(129)))).toBe('PinTooLong');
  });

  it('is text: no control characters, no half of a surrogate pair', async () => {
    for (const typed of ['481\u0000516', '481\n516', '48151\ud800', '481516\udc00x']) {
      expect(await codeOf(() => readPin(typed))).toBe('PinNotText');
    }
  });

  it.each([
    [
      'repeat',
      ['000000', '111111', '121212', '123123', '112211', '123321', 'abcabc', '70070070', 'aaaaaab', '446446', '900009'],
    ],
    [
      'run',
      [
        '123456',
        '345678',
        '654321',
        '789012',
        '135791',
        '975319',
        '024680',
        'abcdef',
        'fedcba',
        '112233',
        '665544',
        '036925',
      ],
    ],
    [
      'keyboard',
      ['qwerty', 'asdfgh', 'qweasd', '147258', '159753', '147369', 'qazwsx', 'poiuyt', '1q2w3e4r', '963852'],
    ],
    [
      'date',
      ['240689', '062489', '890624', '121987', '198712', '24061989', '06241989', '19890624', '311299', '310100'],
    ],
    ['list', ['password1', 'iloveyou', 'letmein', 'Passw0rd', '12345679', 'qwerty123', '314159', '246813']],
  ] as const)('is refused as common when it is chosen, and taken when it is typed: %s', async (why, pins) => {
    for (const pin of pins) {
      const failure = await failureOf(() => choosePin(pin));
      expect([pin, failure.code, failure.details.why]).toEqual([pin, 'PinCommon', why]);
      expect(textOf(pin)).toBe(pin);
    }
  });

  it('is taken where no rule speaks against it', () => {
    const plain = [
      '481516',
      '902413',
      '730158',
      '329999',
      '991350',
      '19000732',
      '21003344',
      'h4rbour-seal',
      'qwe1plum',
      'correct horse',
      '４８１５１６',
    ];
    for (const pin of plain) expect(choosePin(pin).length).toBeGreaterThanOrEqual(6);
  });

  it('is on a list of a few hundred that no rule catches', () => {
    expect(COMMON_PINS.size).toBeGreaterThan(300);
    for (const pin of COMMON_PINS) {
      expect(pin.length).toBeGreaterThanOrEqual(6);
      expect(commonPin(pin)).toBe('list');
      expect(pin).toBe(pin.toLowerCase());
    }
  });

  it('leaves 88.5 % of the six-digit ones: counted over every 97th, of all 885 484 are left', () => {
    const sample = Array.from({ length: 10310 }, (_, i) => String(i * 97).padStart(6, '0'));
    expect(sample.filter((pin) => commonPin(pin) === undefined)).toHaveLength(9140);
  });

  it('is made at random, evenly, and never a common one', () => {
    const draws = [4_294_967_295, 4_294_000_000, 123_456, 1_481_516];
    const random = () => {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, draws.shift()!);
      return bytes;
    };
    // Above the last whole million of 2^32; above it again by none; a run; and one that is taken.
    expect(makePin(random)).toBe('481516');
    expect(draws).toEqual([]);
    const small = new Uint8Array([0, 0, 0x0d, 0x80]);
    expect(makePin(() => small)).toBe('003456');
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 0xffffffff })), (stream) => {
        const pin = makePin(() => {
          const bytes = new Uint8Array(4);
          new DataView(bytes.buffer).setUint32(0, stream.next().value);
          return bytes;
        });
        expect(pin).toMatch(/^[0-9]{6}$/);
        expect(commonPin(pin)).toBeUndefined();
      }),
      { verbose: 1 },
    );
  });

  it('is stretched with the salt of its backup', () => {
    const [one, other] = [random(16) as Locator, random(16) as Locator];
    const pin = readPin('481516');
    expect(stretchPin(pin, one).equals(stretchPin(readPin('４８１５１６'), one))).toBe(true);
    expect(stretchPin(pin, one).equals(stretchPin(pin, other))).toBe(false);
    expect(stretchPin(pin, one).equals(stretchPin(readPin('481517'), one))).toBe(false);
    expect(stretchPin(pin, one)).toHaveLength(32);
    // The cost is part of every backup there is: another one would open none of them.
    const fixed = new Uint8Array(16).fill(7) as Uint8Array as Locator;
    const salt = createHash('sha256').update('Sotto PIN salt v1').update(fixed).digest().subarray(0, 16);
    const cost = { passes: 3, memory: 65_536, parallelism: 1, tagLength: 32 };
    const expected = argon2Sync('argon2id', { message: '481516', nonce: salt, ...cost });
    expect(encodeHex(stretchPin(pin, fixed).reveal())).toBe(expected.toString('hex'));
  });
});
