import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemRandom } from '../../../test/support/signal/random.ts';
import { concatBytes } from '../../bytes/index.ts';
import { cryptoReady } from '../../crypto/index.ts';
import { attempt } from '../../failure/index.ts';
import type { SignalFailureCode } from '../failure.ts';
import { generateKeyPair, serializePublicKey } from '../keys.ts';
import { encodeFields } from './protobuf.ts';
import {
  encodeSignalMessage,
  type MacInput,
  parseSignalMessage,
  type SignalMessageHeader,
  serializeAuthenticated,
  verifySignalMessage,
} from './signal-message.ts';

beforeAll(cryptoReady);

const codeOf = (bytes: Uint8Array): string => {
  const outcome = attempt<unknown, SignalFailureCode>(() => parseSignalMessage(bytes));
  return outcome.ok ? 'ok' : outcome.failure.code;
};

function scene(): { header: SignalMessageHeader; mac: MacInput } {
  const header = {
    ratchetKey: generateKeyPair(systemRandom).publicKey,
    counter: 3,
    previousCounter: 5,
    ciphertext: systemRandom(32),
    pqRatchet: systemRandom(37),
    addresses: systemRandom(36),
  };
  const identity = () => serializePublicKey(generateKeyPair(systemRandom).publicKey);
  return { header, mac: { macKey: systemRandom(32), senderIdentity: identity(), receiverIdentity: identity() } };
}

describe('a SignalMessage', () => {
  it('is the version, the fields in order and eight bytes of MAC over both identities and all before it', () => {
    const { header, mac } = scene();
    const fields = encodeFields([
      [1, serializePublicKey(header.ratchetKey)],
      [2, 3],
      [3, 5],
      [4, header.ciphertext],
      [5, header.pqRatchet],
      [6, header.addresses],
    ]);
    const authenticated = concatBytes(Uint8Array.of(0x44), fields);
    const expected = createHmac('sha256', mac.macKey)
      .update(mac.senderIdentity)
      .update(mac.receiverIdentity)
      .update(authenticated)
      .digest()
      .subarray(0, 8);
    expect(serializeAuthenticated(header)).toEqual(authenticated);
    expect(encodeSignalMessage(header, mac)).toEqual(concatBytes(authenticated, expected));
  });

  it('comes back as it was, with and without its optional fields', () => {
    const { header, mac } = scene();
    for (const variant of [header, { ...header, addresses: undefined }, { ...header, pqRatchet: new Uint8Array(0) }]) {
      const message = parseSignalMessage(encodeSignalMessage(variant, mac));
      const { authenticated: _bytes, mac: _mac, ...parsed } = message;
      expect(parsed).toEqual(variant);
      expect(verifySignalMessage(message, mac)).toBe(true);
    }
  });

  it('does not verify under another key or other identities, or in the other direction', () => {
    const { header, mac } = scene();
    const message = parseSignalMessage(encodeSignalMessage(header, mac));
    const other = scene().mac;
    expect(verifySignalMessage(message, { ...mac, macKey: other.macKey })).toBe(false);
    expect(verifySignalMessage(message, { ...mac, senderIdentity: other.senderIdentity })).toBe(false);
    expect(verifySignalMessage(message, { ...mac, receiverIdentity: other.receiverIdentity })).toBe(false);
    const turned = { ...mac, senderIdentity: mac.receiverIdentity, receiverIdentity: mac.senderIdentity };
    expect(verifySignalMessage(message, turned)).toBe(false);
  });

  it.each([
    [0x33, 'LegacyVersion'],
    [0x34, 'LegacyVersion'],
    [0x04, 'LegacyVersion'],
    [0x54, 'UnknownVersion'],
    [0x55, 'UnknownVersion'],
    [0x45, 'UnknownVersion'],
    [0x43, 'UnknownVersion'],
    [0xff, 'UnknownVersion'],
  ])('with version byte %i is refused as %s', (version, code) => {
    const { header, mac } = scene();
    const bytes = encodeSignalMessage(header, mac);
    bytes[0] = version;
    expect(codeOf(bytes)).toBe(code);
  });

  it('is refused where a field has a wrong length, is empty or is missing', () => {
    const { header, mac } = scene();
    const ratchetKey = serializePublicKey(header.ratchetKey);
    const build = (fields: Parameters<typeof encodeFields>[0]): Uint8Array =>
      concatBytes(Uint8Array.of(0x44), encodeFields(fields), new Uint8Array(8));
    const required = [
      [1, ratchetKey],
      [2, 0],
      [3, 0],
      [4, new Uint8Array(16)],
    ] as const;
    expect(codeOf(build(required))).toBe('ok');
    for (const missing of required) {
      expect(codeOf(build(required.filter((field) => field !== missing)))).toBe('InvalidMessage');
    }
    expect(codeOf(build([...required, [5, new Uint8Array(0)]]))).toBe('InvalidMessage');
    expect(codeOf(build([...required, [5, new Uint8Array(1)]]))).toBe('ok');
    expect(codeOf(build([...required, [6, new Uint8Array(36)]]))).toBe('ok');
    expect(codeOf(build([...required, [6, new Uint8Array(35)]]))).toBe('InvalidMessage');
    expect(codeOf(build([...required, [6, new Uint8Array(37)]]))).toBe('InvalidMessage');
    expect(codeOf(build([[1, ratchetKey.subarray(1)], ...required.slice(1)]))).toBe('InvalidKey');
    expect(codeOf(encodeSignalMessage(header, mac))).toBe('ok');
  });

  it('is refused when it is too short for its MAC', () => {
    expect(codeOf(new Uint8Array(0))).toBe('InvalidMessage');
    expect(codeOf(Uint8Array.of(0x44))).toBe('InvalidMessage');
    expect(codeOf(Uint8Array.of(0x44, 0, 0, 0, 0, 0, 0, 0))).toBe('InvalidMessage');
    expect(codeOf(Uint8Array.of(0x44, 0, 0, 0, 0, 0, 0, 0, 0))).toBe('InvalidMessage');
  });

  it('throws nothing untyped, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => void codeOf(concatBytes(Uint8Array.of(0x44), bytes))),
    );
  });
});
