import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemRandom } from '../../../test/support/signal/random.ts';
import { concatBytes } from '../../bytes/index.ts';
import { cryptoReady } from '../../crypto/index.ts';
import { attempt } from '../../failure/index.ts';
import type { SignalFailureCode } from '../failure.ts';
import { generateKeyPair, serializePublicKey } from '../keys.ts';
import {
  encodePreKeySignalMessage,
  type PreKeySignalMessage,
  parsePreKeySignalMessage,
} from './pre-key-signal-message.ts';
import { encodeFields } from './protobuf.ts';

beforeAll(cryptoReady);

type Field = Parameters<typeof encodeFields>[0][number];

const codeOf = (bytes: Uint8Array): string => {
  const outcome = attempt<unknown, SignalFailureCode>(() => parsePreKeySignalMessage(bytes));
  return outcome.ok ? 'ok' : outcome.failure.code;
};

function fieldsOf(message: PreKeySignalMessage): Field[] {
  return [
    [1, message.preKeyId],
    [2, serializePublicKey(message.baseKey)],
    [3, serializePublicKey(message.identityKey)],
    [4, message.message],
    [5, message.registrationId],
    [6, message.signedPreKeyId],
    [7, message.kemPreKeyId],
    [8, concatBytes(Uint8Array.of(8), message.kemCiphertext)],
  ];
}

function someMessage(): PreKeySignalMessage {
  return {
    registrationId: 0,
    preKeyId: 0,
    signedPreKeyId: 6,
    kemPreKeyId: 0xffffffff,
    kemCiphertext: systemRandom(1568) as PreKeySignalMessage['kemCiphertext'],
    baseKey: generateKeyPair(systemRandom).publicKey,
    identityKey: generateKeyPair(systemRandom).publicKey,
    message: systemRandom(60) as PreKeySignalMessage['message'],
  };
}

const build = (fields: readonly Field[]): Uint8Array => concatBytes(Uint8Array.of(0x44), encodeFields(fields));

describe('a PreKeySignalMessage', () => {
  it('is the version and the fields in order, and comes back as it was', () => {
    for (const message of [someMessage(), { ...someMessage(), preKeyId: undefined }]) {
      const bytes = encodePreKeySignalMessage(message);
      expect(bytes).toEqual(build(fieldsOf(message)));
      expect(parsePreKeySignalMessage(bytes)).toEqual(message);
    }
  });

  it.each([2, 3, 4, 5, 6])('is refused without field %i', (missing) => {
    expect(codeOf(build(fieldsOf(someMessage()).filter(([field]) => field !== missing)))).toBe('InvalidMessage');
  });

  it('without any KEM field is the old X3DH and is refused as such; with one of them it is broken', () => {
    const fields = fieldsOf(someMessage());
    expect(codeOf(build(fields.slice(0, 6)))).toBe('LegacyVersion');
    expect(codeOf(build(fields.slice(0, 7)))).toBe('InvalidMessage');
    expect(codeOf(build([...fields.slice(0, 6), fields[7]!]))).toBe('InvalidMessage');
  });

  it('is refused with a key of another type', () => {
    const fields = fieldsOf(someMessage());
    for (const index of [1, 2, 7]) {
      const [number, value] = fields[index]! as [number, Uint8Array];
      const wrong = value.slice();
      wrong[0]! ^= 1;
      expect(codeOf(build(fields.with(index, [number, wrong])))).toBe('InvalidKey');
    }
  });

  it('is refused by version before anything else', () => {
    const bytes = encodePreKeySignalMessage(someMessage());
    bytes[0] = 0x33;
    expect(codeOf(bytes)).toBe('LegacyVersion');
    bytes[0] = 0x55;
    expect(codeOf(bytes)).toBe('UnknownVersion');
    expect(codeOf(new Uint8Array(0))).toBe('InvalidMessage');
  });

  it('throws nothing untyped, whatever the bytes', () => {
    const valid = encodePreKeySignalMessage(someMessage());
    fc.assert(
      fc.property(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 }), fc.boolean(), (at, value, cut) => {
        const bytes = valid.slice(0, cut ? at : valid.length);
        if (!cut) bytes[at] = value;
        expect(['ok', 'InvalidMessage', 'InvalidKey', 'LegacyVersion', 'UnknownVersion']).toContain(codeOf(bytes));
      }),
      { numRuns: 500 },
    );
  });
});
