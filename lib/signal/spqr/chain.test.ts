import { hkdfSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ByteWriter, concatBytes, encodeHex, encodeUtf8, SecretBytes, writeUint32 } from '../../bytes/index.ts';
import { cryptoReady } from '../../crypto/index.ts';
import { WorkAllowance } from '../work-allowance.ts';
import type { EpochSecret } from './authenticator.ts';
import { addEpoch, type Direction, type EpochChains, nextSendingKey, startChains, takeReceivingKey } from './chain.ts';
import { decodeChains, encodeChains } from './chain-codec.ts';
import { ampleWork, countingKey, knownAuthKey, readWhole, verdictOf } from './test-support.ts';

beforeAll(cryptoReady);

function secretOf(first: number): EpochSecret {
  return SecretBytes.of(countingKey(first));
}

/** Chains after `epochs` epochs, whose secrets count up from 1, 2, ... */
function chainsAfter(direction: Direction, epochs: number): EpochChains {
  const chains = startChains(direction, knownAuthKey());
  for (let epoch = 1; epoch <= epochs; epoch++) addEpoch(chains, secretOf(epoch));
  return chains;
}

function send(chains: EpochChains, epoch: number): { index: number; key: string } {
  const { index, key } = nextSendingKey(chains, epoch);
  return { index, key: encodeHex(key.reveal()) };
}

function receive(chains: EpochChains, epoch: number, index: number): string {
  return encodeHex(takeReceivingKey(chains, epoch, index, ampleWork()).reveal());
}

function encode(chains: EpochChains): Uint8Array {
  const writer = new ByteWriter();
  encodeChains(writer, chains);
  return writer.finish();
}

function decode(bytes: Uint8Array): EpochChains {
  return readWhole(bytes, decodeChains);
}

/** The derivations again, on another library, with the labels spelt out. */
function derive(key: Uint8Array, info: Uint8Array, length: number, salt = new Uint8Array(32)): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, salt, info, length));
}
function messageKey(chainKey: Uint8Array, index: number): string {
  let key = chainKey;
  for (let i = 1; ; i++) {
    const output = derive(key, concatBytes(writeUint32(i), encodeUtf8('Signal PQ Ratchet V1 Chain Next')), 64);
    if (i === index) return encodeHex(output.slice(32));
    key = output.slice(0, 32);
  }
}

describe('the key schedule', () => {
  const start = derive(countingKey(), encodeUtf8('Signal PQ Ratchet V1 Chain  Start'), 96);
  const next = derive(countingKey(1), encodeUtf8('Signal PQ Ratchet V1 Chain Add Epoch'), 96, start.slice(0, 32));

  beforeAll(() => expect([start.length, next.length]).toEqual([96, 96]));

  it('derives the keys of epoch 0 from the auth key, A to B first, by index from 1', () => {
    const alice = chainsAfter('A2B', 0);
    for (const index of [1, 2, 3]) {
      expect(send(alice, 0)).toEqual({ index, key: messageKey(start.slice(32, 64), index) });
      expect(receive(alice, 0, index)).toBe(messageKey(start.slice(64), index));
    }
  });

  it("derives the keys of an epoch from the root and the epoch's secret", () => {
    const bob = chainsAfter('B2A', 1);
    expect(send(bob, 1)).toEqual({ index: 1, key: messageKey(next.slice(64), 1) });
    expect(receive(bob, 1, 2)).toBe(messageKey(next.slice(32, 64), 2));
    expect(encodeHex(bob.rootKey.reveal())).toBe(encodeHex(next.slice(0, 32)));
  });

  it('gives both sides the same keys, in order and out of order, over several epochs', () => {
    const [alice, bob] = [chainsAfter('A2B', 0), chainsAfter('B2A', 0)];
    for (let epoch = 0; epoch < 4; epoch++) {
      const sent = Array.from({ length: 5 }, () => send(alice, epoch));
      const answers = Array.from({ length: 5 }, () => send(bob, epoch));
      for (const i of [3, 0, 4, 2, 1]) {
        expect(receive(bob, epoch, sent[i]!.index)).toBe(sent[i]!.key);
        expect(receive(alice, epoch, answers[i]!.index)).toBe(answers[i]!.key);
      }
      expect(new Set([...sent, ...answers].map(({ key }) => key)).size).toBe(10);
      for (const chains of [alice, bob]) addEpoch(chains, secretOf(epoch + 1));
    }
  });

  it('leaves the auth key to its owner, and wipes the secret of an epoch and what it replaces', () => {
    const authKey = knownAuthKey();
    const chains = startChains('A2B', authKey);
    expect(authKey.reveal()).toEqual(countingKey());
    const [root, sending] = [chains.rootKey, chains.links[0]!.sending!.key];
    const secret = secretOf(1);
    addEpoch(chains, secret);
    nextSendingKey(chains, 0);
    for (const wiped of [secret, root, sending]) expect(wiped.reveal()).toEqual(new Uint8Array(32));
  });
});

describe('a receiving chain', () => {
  it('gives each key once', () => {
    const chains = chainsAfter('A2B', 0);
    receive(chains, 0, 3);
    receive(chains, 0, 1);
    for (const index of [1, 3]) expect(verdictOf(() => receive(chains, 0, index))).toBe('InvalidMessage');
    expect(verdictOf(() => receive(chains, 0, 2))).toBe('accepted');
    expect(verdictOf(() => receive(chains, 0, 2))).toBe('InvalidMessage');
  });

  it('has no message 0', () => {
    const chains = chainsAfter('A2B', 0);
    expect(verdictOf(() => receive(chains, 0, 0))).toBe('InvalidMessage');
    receive(chains, 0, 5);
    expect(verdictOf(() => receive(chains, 0, 0))).toBe('InvalidMessage');
  });

  it('skips 2000 messages and not one more', () => {
    const chains = chainsAfter('A2B', 0);
    receive(chains, 0, 10);
    expect(verdictOf(() => receive(chains, 0, 2012))).toBe('MessageGapTooBig');
    expect(verdictOf(() => receive(chains, 0, 0xffffffff))).toBe('MessageGapTooBig');
    expect(verdictOf(() => receive(chains, 0, 2011))).toBe('accepted');
  });

  it('keeps the keys of 2000 indices behind the newest, and says that older ones are out of reach', () => {
    const chains = chainsAfter('A2B', 0);
    receive(chains, 0, 1900);
    receive(chains, 0, 2102);
    for (const index of [101, 1]) expect(verdictOf(() => receive(chains, 0, index))).toBe('InvalidMessage');
    for (const index of [102, 103, 1899, 2101]) expect(verdictOf(() => receive(chains, 0, index))).toBe('accepted');
    expect(verdictOf(() => receive(chains, 0, 102))).toBe('InvalidMessage');
  });

  it('refuses a gap that the account of work does not reach, before any work', () => {
    const chains = chainsAfter('A2B', 0);
    const before = encode(chains);
    expect(verdictOf(() => takeReceivingKey(chains, 0, 11, new WorkAllowance(19)))).toBe('MessageGapTooBig');
    expect(encode(chains)).toEqual(before);
    expect(verdictOf(() => takeReceivingKey(chains, 0, 11, new WorkAllowance(20)))).toBe('accepted');
    expect(verdictOf(() => takeReceivingKey(chains, 0, 12, new WorkAllowance(0)))).toBe('accepted');
    expect(verdictOf(() => takeReceivingKey(chains, 0, 5, new WorkAllowance(0)))).toBe('accepted');
  });

  it('wipes the keys that it kept for messages that are now out of reach', () => {
    const chains = chainsAfter('A2B', 0);
    receive(chains, 0, 3);
    const kept = chains.links[0]!.receiving.skipped;
    receive(chains, 0, 5);
    expect(kept.reveal()).toEqual(new Uint8Array(72));
  });
});

describe('epochs', () => {
  it('that have not begun, or are long over, have no keys', () => {
    const chains = chainsAfter('A2B', 1);
    expect(verdictOf(() => receive(chains, 2, 1))).toBe('InvalidMessage');
    expect(verdictOf(() => receive(chains, -1, 1))).toBe('InvalidMessage');
  });

  it('are received in as long as this side sends in the one after, but not longer', () => {
    const chains = chainsAfter('A2B', 0);
    for (const epoch of [1, 2]) {
      addEpoch(chains, secretOf(epoch));
      nextSendingKey(chains, epoch - 1);
    }
    expect(chains.links.length).toBe(3);
    expect(verdictOf(() => receive(chains, 0, 1))).toBe('accepted');
    nextSendingKey(chains, 2);
    expect(chains.links.length).toBe(2);
    expect(verdictOf(() => receive(chains, 0, 2))).toBe('InvalidMessage');
    for (const epoch of [1, 2]) expect(verdictOf(() => receive(chains, epoch, 1))).toBe('accepted');
  });

  it('are not sent in again after a later one', () => {
    const chains = chainsAfter('A2B', 1);
    const sending = chains.links[0]!.sending!.key;
    nextSendingKey(chains, 1);
    expect(sending.reveal()).toEqual(new Uint8Array(32));
    for (const epoch of [0, -1]) {
      expect(() => nextSendingKey(chains, epoch)).toThrow(new RangeError('no sending chain in this epoch'));
    }
    expect(chains.sendingEpoch).toBe(1);
    expect(() => nextSendingKey(chains, 2)).toThrow(new RangeError('an epoch that has not begun'));
    expect(send(chains, 1).index).toBe(2);
  });

  it('go on sending in the one before while a newer one has begun', () => {
    const chains = chainsAfter('A2B', 0);
    expect(send(chains, 0).index).toBe(1);
    addEpoch(chains, secretOf(1));
    expect(send(chains, 0).index).toBe(2);
    expect(send(chains, 1).index).toBe(1);
  });

  it('leave nothing behind when they are dropped', () => {
    const chains = chainsAfter('A2B', 2);
    receive(chains, 0, 4);
    const { sending, receiving } = chains.links[0]!;
    const [sendingKey, receivingKey, skipped] = [sending!.key, receiving.key, receiving.skipped];
    nextSendingKey(chains, 2);
    expect(sendingKey.reveal()).toEqual(new Uint8Array(32));
    expect(receivingKey.reveal()).toEqual(new Uint8Array(32));
    expect(skipped.reveal()).toEqual(new Uint8Array(3 * 36));
    expect(chains.links.map((link) => link.sending === undefined)).toEqual([true, false]);
  });
});

describe('the bytes of the key schedule', () => {
  function busyChains(direction: Direction): EpochChains {
    const chains = chainsAfter(direction, 0);
    for (const epoch of [1, 2]) {
      receive(chains, epoch - 1, 4);
      addEpoch(chains, secretOf(epoch));
      nextSendingKey(chains, epoch - 1);
    }
    return chains;
  }

  it('are direction, epochs, root, and per link its chains', () => {
    const chains = chainsAfter('B2A', 0);
    const { sending, receiving } = chains.links[0]!;
    nextSendingKey(chains, 0);
    const zero = new Uint8Array(8);
    expect(encode(chains)).toEqual(
      concatBytes(
        Uint8Array.of(1),
        zero,
        Uint8Array.of(0),
        chains.rootKey.reveal(),
        Uint8Array.of(0, 0, 0, 1),
        sending!.key.reveal(),
        Uint8Array.of(0, 0, 0, 0),
        receiving.key.reveal(),
        Uint8Array.of(0, 0),
      ),
    );
  });

  it.each(['A2B', 'B2A'] as const)('give the same chains again (%s)', (direction) => {
    const chains = busyChains(direction);
    const again = decode(encode(chains));
    expect([again.direction, again.currentEpoch, again.sendingEpoch, again.links.length]).toEqual([direction, 2, 1, 3]);
    expect(encode(again)).toEqual(encode(chains));
    expect(receive(again, 0, 2)).toBe(receive(chains, 0, 2));
    expect(receive(again, 2, 2)).toBe(receive(chains, 2, 2));
    expect(send(again, 2)).toEqual(send(chains, 2));
    expect(encode(again)).toEqual(encode(chains));
    expect(decode(encode(again)).links.length).toBe(2);
  });

  it('are refused with a sending epoch before the first', () => {
    const bytes = encode(chainsAfter('A2B', 0));
    bytes[9] = 1;
    expect(verdictOf(() => decode(bytes))).toBe('InvalidState');
  });

  it('are refused cut short at any place, and with a byte too many', () => {
    const bytes = encode(busyChains('A2B'));
    for (let length = 0; length < bytes.length; length++) {
      expect(verdictOf(() => decode(bytes.slice(0, length)))).toBe('InvalidState');
    }
    expect(verdictOf(() => decode(concatBytes(bytes, Uint8Array.of(0))))).toBe('InvalidState');
  });

  it('are refused with a flag that is none', () => {
    for (const at of [0, 9]) {
      const bytes = encode(busyChains('A2B'));
      bytes[at] = 2;
      expect(verdictOf(() => decode(bytes))).toBe('InvalidState');
    }
  });
});
