import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex, isAllZero, SecretBytes } from '../../bytes/index.ts';
import type { X25519PublicKey } from '../../crypto/index.ts';
import { attempt } from '../../failure/index.ts';
import { SkippedSeeds } from '../ratchet/skipped-seeds.ts';
import { distributionId } from '../wire/sender-key-header.ts';
import {
  addState,
  changeRecord,
  decodeSenderKeyRecord,
  encodeSenderKeyRecord,
  readRecord,
  type SenderKeyRecord,
  type SenderKeyRecordContents,
} from './sender-key-record.ts';
import type { SenderKeyState } from './sender-key-state.ts';

const ID = distributionId(new Uint8Array(16).fill(0xdd));

function stateOf(chainId: number, signer = chainId, iteration = 0): SenderKeyState {
  return {
    chainId,
    signingPublicKey: new Uint8Array(32).fill(signer) as X25519PublicKey,
    signingPrivateKey: undefined,
    iteration,
    chainKey: SecretBytes.of(new Uint8Array(32).fill(0xcc)),
    skipped: new SkippedSeeds(),
  };
}

function contentsOf(...states: readonly SenderKeyState[]): SenderKeyRecordContents {
  return { distributionId: ID, states };
}

function chainIds(contents: SenderKeyRecordContents): number[] {
  return contents.states.map(({ chainId }) => chainId);
}

function recordOf(bytes: Uint8Array): SenderKeyRecord {
  return SecretBytes.of<'SenderKeyRecord'>(bytes);
}

function codeOf(bytes: Uint8Array): string {
  const outcome = attempt(() => decodeSenderKeyRecord(recordOf(bytes)));
  return outcome.ok ? 'accepted' : outcome.failure.code;
}

describe('the states of a sender key record', () => {
  it('stand newest first, at most 5, and the oldest goes', () => {
    const contents = contentsOf();
    for (const chainId of [1, 2, 3, 4, 5]) addState(contents, stateOf(chainId));
    expect(chainIds(contents)).toEqual([5, 4, 3, 2, 1]);
    addState(contents, stateOf(6));
    expect(chainIds(contents)).toEqual([6, 5, 4, 3, 2]);
  });

  it('keep a key that is announced again as it stands, and move it to the front', () => {
    const contents = contentsOf(stateOf(5), stateOf(4), stateOf(3, 3, 77), stateOf(2), stateOf(1));
    const kept = contents.states[2];
    addState(contents, stateOf(3, 3, 12));
    expect(chainIds(contents)).toEqual([3, 5, 4, 2, 1]);
    expect(contents.states[0]).toBe(kept);
  });

  it('replace a key whose chain id comes with another signing key', () => {
    const contents = contentsOf(stateOf(2), stateOf(1));
    const added = stateOf(1, 9);
    addState(contents, added);
    expect(chainIds(contents)).toEqual([1, 2]);
    expect(contents.states[0]).toBe(added);
  });
});

describe('the stored form of a sender key record', () => {
  it('is version, distribution id and states, byte for byte', () => {
    const own: SenderKeyState = {
      ...stateOf(0x01020304, 0xee, 3),
      signingPrivateKey: SecretBytes.of(new Uint8Array(32).fill(0xab)),
    };
    own.skipped.keep(1, SecretBytes.of(new Uint8Array(32).fill(0x5e)));
    const record = encodeSenderKeyRecord(contentsOf(own, stateOf(7)));
    const first = `0102030400000003${'cc'.repeat(32)}${'ee'.repeat(32)}01${'ab'.repeat(32)}0000000100000001${'5e'.repeat(32)}`;
    const second = `0000000700000000${'cc'.repeat(32)}${'07'.repeat(32)}0000000000`;
    expect(encodeHex(record.reveal())).toBe(`01${'dd'.repeat(16)}00000002${first}${second}`);
    expect(encodeHex(encodeSenderKeyRecord(decodeSenderKeyRecord(record)).reveal())).toBe(encodeHex(record.reveal()));
    expect(encodeHex(own.chainKey.reveal())).toBe('cc'.repeat(32));
  });

  it('does not print', () => {
    const record = encodeSenderKeyRecord(contentsOf(stateOf(1)));
    expect(`${record} ${JSON.stringify({ record })}`).toBe('[redacted] {"record":"[redacted]"}');
  });

  it('is refused unless it is one that encoding gives', () => {
    const bytes = encodeSenderKeyRecord(contentsOf(stateOf(1, 1, 5), stateOf(2))).reveal();
    expect(codeOf(bytes)).toBe('accepted');
    expect(codeOf(new Uint8Array())).toBe('InvalidState');
    expect(codeOf(Uint8Array.of(2, ...bytes.subarray(1)))).toBe('InvalidState');
    expect(codeOf(Uint8Array.of(...bytes, 0))).toBe('InvalidState');
    for (let length = 0; length < bytes.length; length++)
      expect(codeOf(bytes.subarray(0, length))).toBe('InvalidState');
    const privateKeyFlag = 21 + 72;
    expect(bytes[privateKeyFlag]).toBe(0);
    const absurdFlag = bytes.slice();
    absurdFlag[privateKeyFlag] = 2;
    expect(codeOf(absurdFlag)).toBe('InvalidState');
  });

  it('is refused with no state, with more than 5, or with a chain id twice', () => {
    const encoded = (...states: readonly SenderKeyState[]) =>
      codeOf(encodeSenderKeyRecord(contentsOf(...states)).reveal());
    expect(encoded()).toBe('InvalidState');
    expect(encoded(stateOf(1))).toBe('accepted');
    expect(encoded(...[1, 2, 3, 4, 5].map((id) => stateOf(id)))).toBe('accepted');
    expect(encoded(...[1, 2, 3, 4, 5, 6].map((id) => stateOf(id)))).toBe('InvalidState');
    expect(encoded(stateOf(1), stateOf(1, 2))).toBe('InvalidState');
  });

  it('is refused where skipped seeds are not from before the chain, each once, oldest first', () => {
    const withSkipped = (iteration: number, ...skipped: readonly number[]) => {
      const state = stateOf(1, 1, iteration);
      for (const each of skipped) state.skipped.keep(each, SecretBytes.of(new Uint8Array(32)));
      return codeOf(encodeSenderKeyRecord(contentsOf(state)).reveal());
    };
    expect(withSkipped(0)).toBe('accepted');
    expect(withSkipped(0, 0)).toBe('InvalidState');
    expect(withSkipped(1, 0)).toBe('accepted');
    expect(withSkipped(6, 0, 3, 5)).toBe('accepted');
    expect(withSkipped(5, 0, 3, 5)).toBe('InvalidState');
    expect(withSkipped(6, 3, 3)).toBe('InvalidState');
    expect(withSkipped(6, 4, 3)).toBe('InvalidState');
  });

  it('holds 2000 skipped seeds of a key, and is refused with more', () => {
    const withSeeds = (count: number) => {
      const entries = new Uint8Array(count * 36);
      const view = new DataView(entries.buffer);
      for (let i = 0; i < count; i++) view.setUint32(i * 36, i);
      return encodeSenderKeyRecord(contentsOf({ ...stateOf(1, 1, 5000), skipped: new SkippedSeeds(entries) }));
    };
    expect(codeOf(withSeeds(2000).reveal())).toBe('accepted');
    expect(encodeHex(encodeSenderKeyRecord(decodeSenderKeyRecord(withSeeds(2000))).reveal())).toBe(
      encodeHex(withSeeds(2000).reveal()),
    );
    expect(codeOf(withSeeds(2001).reveal())).toBe('InvalidState');
  });

  it('takes any bytes: refused as InvalidState, or the one form of what they hold', () => {
    const whole = encodeSenderKeyRecord(contentsOf(stateOf(1, 1, 5), stateOf(2))).reveal();
    const changed = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, value]) => whole.with(at, value));
    const random = fc.uint8Array({ maxLength: 300 }).map((rest) => Uint8Array.of(1, ...rest));
    fc.assert(
      fc.property(fc.oneof(changed, random), (bytes) => {
        const outcome = attempt(() => decodeSenderKeyRecord(recordOf(bytes)));
        if (outcome.ok) expect(encodeSenderKeyRecord(outcome.value).reveal()).toEqual(Uint8Array.from(bytes));
        else expect(outcome.failure.code).toBe('InvalidState');
      }),
      { numRuns: 500 },
    );
  });
});

describe('working on a sender key record', () => {
  it('changes a copy and gives its stored form; the record stays', () => {
    const record = encodeSenderKeyRecord(contentsOf(stateOf(1)));
    const before = encodeHex(record.reveal());
    const { record: changed, result } = changeRecord(record, (contents) => {
      addState(contents, stateOf(2));
      return 'done';
    });
    expect(result).toBe('done');
    expect(encodeHex(record.reveal())).toBe(before);
    expect(chainIds(decodeSenderKeyRecord(changed))).toEqual([2, 1]);
  });

  it('wipes the copy, also of states that were dropped, and also after a failure', () => {
    const record = encodeSenderKeyRecord(contentsOf(stateOf(1), stateOf(2)));
    for (const fails of [false, true]) {
      const keys: Uint8Array[] = [];
      const read = () =>
        readRecord(record, (contents) => {
          keys.push(...contents.states.map(({ chainKey }) => chainKey.reveal()));
          addState(contents, stateOf(1, 9));
          if (fails) throw new Error('read in vain');
        });
      if (fails) expect(read).toThrow('read in vain');
      else read();
      expect(keys.length).toBe(2);
      expect(keys.every(isAllZero)).toBe(true);
    }
  });
});
