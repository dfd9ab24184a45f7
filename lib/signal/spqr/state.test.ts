import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, decodeHex, encodeHex, readUint32 } from '../../bytes/index.ts';
import { cryptoReady } from '../../crypto/index.ts';
import { WorkAllowance } from '../work-allowance.ts';
import { nextSendingKey } from './chain.ts';
import { receiveSpqr, sendSpqr, startSpqr } from './index.ts';
import {
  decodeState,
  encodeState,
  knownAuthKey,
  type Side,
  seededRandom,
  startSides,
  verdictOf,
} from './test-support.ts';

beforeAll(cryptoReady);

/** `count` messages to and fro, each read at once. */
function pingPong(alice: Side, bob: Side, count: number): void {
  for (let i = 0; i < count; i++) {
    const [from, to] = i % 2 === 0 ? [alice, bob] : [bob, alice];
    const { message, key } = from.send();
    expect(to.receive(message)).toBe(key);
  }
}

describe('two sides', { timeout: 60_000 }, () => {
  it('begin with the messages that Signal’s library begins with: a header chunk of 37 bytes, then 4 bytes', () => {
    const { alice, bob } = startSides(1);
    const first = alice.send().message;
    expect([first.length, encodeHex(first.slice(0, 5))]).toEqual([37, '0101010100']);
    bob.receive(first);
    expect(encodeHex(bob.send().message)).toBe('01010100');
  });

  it('agree on every key, and on a new epoch about every 84 messages', () => {
    const { alice, bob } = startSides(2);
    pingPong(alice, bob, 2004);
    expect([alice.state.braid.epoch, bob.state.braid.epoch]).toEqual([24, 24]);
  });

  it('stay in epoch 1 while only one of them speaks', () => {
    const { alice, bob } = startSides(3);
    for (let i = 0; i < 300; i++) {
      const { message, key } = alice.send();
      expect(bob.receive(message)).toBe(key);
    }
    expect([alice.state.braid.epoch, bob.state.braid.epoch]).toEqual([1, 1]);
  });

  it('never use a key twice', () => {
    const { alice, bob } = startSides(4);
    const keys = new Set<string>();
    for (let i = 0; i < 400; i++) {
      const [from, to] = i % 3 === 0 ? [alice, bob] : [bob, alice];
      const { message, key } = from.send();
      keys.add(key);
      to.receive(message);
    }
    expect(keys.size).toBe(400);
  });

  it('with different auth keys do not agree on anything', () => {
    const random = seededRandom(5);
    const alice = startSpqr('A2B', knownAuthKey(0));
    const bob = startSpqr('B2A', knownAuthKey(1));
    const { message, key } = sendSpqr(alice, random);
    expect(receiveSpqr(bob, message, new WorkAllowance(0))?.equals(key)).toBe(false);
  });
});

/** What a run over an unreliable channel comes to; every key is compared on the way. */
interface Run {
  readonly epochs: number;
  readonly delivered: number;
}

/** Messages to and fro in a random order: some lost, some late, some twice. */
function runSchedule(seed: number, messages: number, aliceShare: number): Run {
  const { alice, bob } = startSides(seed);
  const bytes = seededRandom(seed ^ 0x5eed);
  const below = (bound: number) => readUint32(bytes(4), 0) % bound;
  const underWay: { to: Side; message: Uint8Array; key: string; read: boolean; sentIn: number }[] = [];
  let delivered = 0;
  for (let i = 0; i < messages; i++) {
    const [from, to] = below(100) < aliceShare ? [alice, bob] : [bob, alice];
    const sentIn = from.state.braid.epoch;
    if (below(100) < 90) underWay.push({ to, ...from.send(), read: false, sentIn });
    else from.send();
    while (underWay.length > 12 || (underWay.length > 0 && below(2) === 0)) {
      const at = below(underWay.length);
      const next = underWay[at]!;
      const result = next.to.receive(next.message);
      if (next.read) expect(result).toBe('InvalidMessage');
      // Only a message from two epochs ago may have outlived its keys.
      else if (result !== 'InvalidMessage' || next.to.state.braid.epoch - next.sentIn < 2)
        expect(result).toBe(next.key);
      if (result === next.key) delivered++;
      next.read = true;
      if (below(100) < 90) underWay.splice(at, 1);
    }
  }
  return { epochs: Math.min(alice.state.braid.epoch, bob.state.braid.epoch), delivered };
}

describe('over an unreliable channel', { timeout: 60_000 }, () => {
  it('both sides agree on the key of every message that arrives, and epochs go on', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { epochs, delivered } = runSchedule(seed, 1000, 50);
        expect(delivered).toBeGreaterThan(800);
        expect(epochs).toBeGreaterThan(4);
      }),
      // A smaller seed is no simpler schedule: nothing to shrink.
      { numRuns: 4, endOnFailure: true },
    );
  });

  it('both sides agree where one of them speaks nine times as much', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(10, 90), (seed, share) => {
        expect(runSchedule(seed, 600, share).delivered).toBeGreaterThan(450);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});

describe('receiving', { timeout: 60_000 }, () => {
  it('refuses a message that was read, and one that was skipped and read', () => {
    const { alice, bob } = startSides(6);
    const [first, second] = [alice.send(), alice.send()];
    expect(bob.receive(second.message)).toBe(second.key);
    expect(bob.receive(first.message)).toBe(first.key);
    for (const { message } of [first, second]) expect(bob.receive(message)).toBe('InvalidMessage');
  });

  it('skips 2000 messages and not one more', () => {
    const { alice, bob } = startSides(7);
    const sent = Array.from({ length: 2002 }, () => alice.send());
    expect(bob.receive(sent[2001]!.message)).toBe('MessageGapTooBig');
    for (const i of [2000, 2001, 1, 1999]) expect(bob.receive(sent[i]!.message)).toBe(sent[i]!.key);
    expect(bob.receive(sent[0]!.message)).toBe('InvalidMessage');
  });

  it('spends two units of work for each message it skips', () => {
    const { alice, bob } = startSides(8);
    const sent = Array.from({ length: 11 }, () => alice.send());
    const receive = (units: number) => receiveSpqr(bob.state, sent[10]!.message, new WorkAllowance(units));
    expect(verdictOf(() => receive(19))).toBe('MessageGapTooBig');
    expect(verdictOf(() => receive(20))).toBe('accepted');
  });

  it('refuses every other version: a message without a post-quantum key would switch the ratchet off', () => {
    const { alice, bob } = startSides(9);
    const { message } = alice.send();
    for (const version of [0, 2, 255]) {
      expect(bob.receive(concatBytes(Uint8Array.of(version), message.subarray(1)))).toBe('InvalidMessage');
    }
    expect(bob.receive(Uint8Array.of(2))).toBe('InvalidMessage');
  });

  it('charges the chunk that completes a payload, and no other', () => {
    const { alice, bob } = startSides(12);
    const header = Array.from({ length: 3 }, () => alice.send().message);
    for (const message of header.slice(0, 2)) {
      expect(verdictOf(() => receiveSpqr(bob.state, message, new WorkAllowance(0)))).toBe('accepted');
      bob.receive(message);
    }
    // An operation of ML-KEM (25), and three chunks from three: 9 products at 20 a unit.
    expect(verdictOf(() => receiveSpqr(bob.state, header[2]!, new WorkAllowance(25)))).toBe('MessageGapTooBig');
    expect(verdictOf(() => receiveSpqr(bob.state, header[2]!, new WorkAllowance(26)))).toBe('accepted');
  });

  it('refuses an empty message: the other side would be without a post-quantum ratchet', () => {
    expect(startSides(10).bob.receive(new Uint8Array(0))).toBe('InvalidMessage');
  });

  it('refuses an epoch to come', () => {
    expect(startSides(11).bob.receive(decodeHex('01020100')!)).toBe('InvalidMessage');
  });

  it('still reads messages of the epoch before the last, but none of the one before that', () => {
    const { alice, bob } = startSides(12);
    const burst = (from: Side, to: Side) => {
      for (let i = 0; i < 50; i++) to.receive(from.send().message);
    };
    const held = [alice.send()];
    for (let round = 0; round < 2; round++) {
      burst(alice, bob);
      burst(bob, alice);
    }
    held.push(alice.send());
    for (let round = 0; round < 2; round++) {
      burst(alice, bob);
      burst(bob, alice);
    }
    burst(alice, bob);
    expect(held.map(({ message }) => message[1])).toEqual([1, 2]);
    expect(bob.state.braid.epoch).toBe(3);
    // Signal's library draws the line at the same place: where this side first sends in the epoch.
    const before = bob.bytes;
    expect(bob.receive(held[0]!.message)).toBe(held[0]!.key);
    bob.bytes = before;
    bob.send();
    expect(bob.receive(held[0]!.message)).toBe('InvalidMessage');
    expect(bob.receive(held[1]!.message)).toBe(held[1]!.key);
  });

  it('ends in a key or a typed refusal for every mutation of a message', () => {
    const { alice, bob } = startSides(13);
    pingPong(alice, bob, 31);
    const { message } = bob.send();
    const before = alice.bytes;
    const mutations = Array.from({ length: 8 * message.length }, (_, bit) => {
      const flipped = message.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      return flipped;
    });
    for (let length = 0; length < message.length; length++) mutations.push(message.slice(0, length));
    for (const mutation of mutations) {
      expect(alice.receive(mutation)).toMatch(/^([0-9a-f]{64}|none|InvalidMessage|MessageGapTooBig)$/);
      alice.bytes = before;
    }
  });

  it('ends in a typed refusal for arbitrary bytes', () => {
    const { alice, bob } = startSides(14);
    pingPong(alice, bob, 60);
    const before = bob.bytes;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        expect(bob.receive(bytes[0] === undefined ? bytes : Uint8Array.of(1, ...bytes))).toMatch(
          /^([0-9a-f]{64}|InvalidMessage|MessageGapTooBig)$/,
        );
        bob.bytes = before;
      }),
    );
  });
});

describe('a state', { timeout: 60_000 }, () => {
  function someState(): Uint8Array {
    const { alice, bob } = startSides(15);
    pingPong(alice, bob, 120);
    alice.send();
    alice.send();
    bob.receive(alice.send().message);
    return bob.bytes;
  }

  it('is refused cut short at any place, and with a byte too many', () => {
    const bytes = someState();
    for (let length = 0; length < bytes.length; length += 7) {
      expect(verdictOf(() => decodeState(bytes.slice(0, length)))).toBe('InvalidState');
    }
    expect(verdictOf(() => decodeState(concatBytes(bytes, Uint8Array.of(0))))).toBe('InvalidState');
  });

  it('is refused, or read and written again as it was, whatever byte is changed', () => {
    const bytes = someState();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = bytes.slice();
        changed[at]! ^= change;
        const verdict = verdictOf(() => decodeState(changed));
        expect(['accepted', 'InvalidState']).toContain(verdict);
        if (verdict === 'accepted') expect(encodeState(decodeState(changed))).toEqual(changed);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused where the braid and the chains are not in the same epoch', () => {
    const { alice } = startSides(16);
    const { chains, braid } = alice.state;
    for (const epoch of [0, 2]) {
      expect(verdictOf(() => decodeState(encodeState({ chains, braid: { ...braid, epoch } })))).toBe('InvalidState');
    }
    expect(verdictOf(() => decodeState(encodeState({ chains, braid })))).toBe('accepted');
  });

  it('is refused where it would send in an epoch that the other side may not have', () => {
    const { alice, bob } = startSides(18);
    pingPong(alice, bob, 8);
    const { chains, braid } = bob.state;
    expect([braid.phase.name, chains.currentEpoch, chains.sendingEpoch]).toEqual(['Ct1Sampled', 1, 0]);
    expect(verdictOf(() => decodeState(encodeState({ chains, braid })))).toBe('accepted');
    nextSendingKey(chains, 1);
    expect(verdictOf(() => decodeState(encodeState({ chains, braid })))).toBe('InvalidState');
  });

  it('shows none of its keys when it is printed', () => {
    const { alice } = startSides(17);
    alice.send();
    const shown = JSON.stringify(alice.state);
    expect(shown).toContain('"rootKey":"[redacted]"');
    expect(shown).toContain('"privateKey":"[redacted]"');
  });
});
