import { describe, expect, it } from 'vitest';
import { concatBytes, writeUint32 } from '../../bytes/index.ts';
import { attempt } from '../../failure/index.ts';
import type { SignalFailureCode } from '../failure.ts';
import { type BaseKeyMemory, type BaseKeyUse, forgetBaseKeys, rememberBaseKey } from './base-key-memory.ts';

const use = (kemPreKeyId: number, signedPreKeyId: number, fill: number): BaseKeyUse => ({
  kemPreKeyId,
  signedPreKeyId,
  baseKey: new Uint8Array(32).fill(fill) as BaseKeyUse['baseKey'],
});
const codeOf = (operation: () => unknown): string => {
  const outcome = attempt<unknown, SignalFailureCode>(operation);
  return outcome.ok ? 'ok' : outcome.failure.code;
};

describe('the memory of base keys', () => {
  it('refuses the same use twice, and takes every other', () => {
    const memory = rememberBaseKey(undefined, use(1, 2, 3));
    expect(codeOf(() => rememberBaseKey(memory, use(1, 2, 3)))).toBe('ReusedBaseKey');
    for (const other of [use(2, 2, 3), use(1, 3, 3), use(1, 2, 4)]) {
      expect(codeOf(() => rememberBaseKey(memory, other))).toBe('ok');
    }
    const more = rememberBaseKey(memory, use(1, 2, 4));
    for (const fill of [3, 4]) expect(codeOf(() => rememberBaseKey(more, use(1, 2, fill)))).toBe('ReusedBaseKey');
  });

  it('is a version, a count and the entries', () => {
    const memory = rememberBaseKey(undefined, use(1, 2, 3));
    const entry = concatBytes(writeUint32(1), writeUint32(2), new Uint8Array(32).fill(3));
    expect(memory).toEqual(concatBytes(Uint8Array.of(1), writeUint32(1), entry));
  });

  it('forgets what concerned a prekey that is gone, and nothing else', () => {
    const memory = rememberBaseKey(rememberBaseKey(undefined, use(1, 2, 3)), use(5, 2, 3));
    const left = forgetBaseKeys(memory, 1);
    expect(codeOf(() => rememberBaseKey(left, use(1, 2, 3)))).toBe('ok');
    expect(codeOf(() => rememberBaseKey(left, use(5, 2, 3)))).toBe('ReusedBaseKey');
    expect(forgetBaseKeys(undefined, 1)).toEqual(concatBytes(Uint8Array.of(1), writeUint32(0)));
  });

  it('holds 4096 uses and not one more', () => {
    const entries = Array.from({ length: 4095 }, (_, i) =>
      concatBytes(writeUint32(1), writeUint32(i), new Uint8Array(32)),
    );
    const almost = concatBytes(Uint8Array.of(1), writeUint32(4095), ...entries) as BaseKeyMemory;
    const full = rememberBaseKey(almost, use(9, 9, 9));
    expect(codeOf(() => rememberBaseKey(full, use(9, 9, 8)))).toBe('PreKeyExhausted');
    expect(codeOf(() => rememberBaseKey(full, use(9, 9, 9)))).toBe('ReusedBaseKey');
  });

  it.each([
    ['another version', (memory: Uint8Array) => memory.with(0, 2)],
    ['a byte too few', (memory: Uint8Array) => memory.subarray(0, -1)],
    ['a byte too many', (memory: Uint8Array) => concatBytes(memory, Uint8Array.of(0))],
    ['a count that is too high', (memory: Uint8Array) => memory.with(3, 0xff)],
    ['nothing', () => new Uint8Array(0)],
  ])('says InvalidState for %s', (_name, change) => {
    const broken = change(rememberBaseKey(undefined, use(1, 2, 3))) as BaseKeyMemory;
    expect(codeOf(() => rememberBaseKey(broken, use(1, 2, 4)))).toBe('InvalidState');
    expect(codeOf(() => forgetBaseKeys(broken, 1))).toBe('InvalidState');
  });
});
