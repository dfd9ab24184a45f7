import { describe, expect, it } from 'vitest';
import { attempt, Failure, type Outcome } from './index.ts';

type Code = 'TooShort' | 'TooLong';

describe('a failure', () => {
  it('is an error whose name is Failure and whose message is its code and nothing else', () => {
    const failure = new Failure<Code>('TooShort');
    expect(failure).toBeInstanceOf(Error);
    expect(failure.name).toBe('Failure');
    expect(failure.code).toBe('TooShort');
    expect(failure.message).toBe('TooShort');
    expect(String(failure)).toBe('Failure: TooShort');
  });

  it('is not to be tried again unless its maker says so', () => {
    expect(new Failure<Code>('TooShort').retry).toBe('never');
    expect(new Failure<Code>('TooShort', 'later').retry).toBe('later');
    expect(new Failure<Code>('TooShort', 'user').retry).toBe('user');
  });

  it('keeps its cause, and has no cause property at all where there was none', () => {
    const cause = new RangeError('below');
    expect(new Failure<Code>('TooLong', 'never', cause).cause).toBe(cause);
    expect(Object.hasOwn(new Failure<Code>('TooLong'), 'cause')).toBe(false);
    expect(Object.hasOwn(new Failure<Code>('TooLong', 'never', undefined), 'cause')).toBe(false);
    expect(new Failure<Code>('TooLong', 'never', null).cause).toBeNull();
  });
});

describe('an attempt', () => {
  it('gives the value of an operation that succeeds', () => {
    const outcome: Outcome<number, Code> = attempt(() => 7);
    expect(outcome).toEqual({ ok: true, value: 7 });
  });

  it('gives the very failure that the operation threw', () => {
    const failure = new Failure<Code>('TooLong', 'later');
    const outcome: Outcome<never, Code> = attempt(() => {
      throw failure;
    });
    expect(outcome.ok).toBe(false);
    expect(!outcome.ok && outcome.failure).toBe(failure);
  });

  it('lets every other exception through unchanged, whatever it looks like', () => {
    const lookalike = { name: 'Failure', code: 'TooLong', retry: 'never' };
    for (const thrown of [new RangeError('a defect'), new Error('Failure'), lookalike, undefined]) {
      let caught: unknown = 'nothing';
      try {
        attempt(() => {
          throw thrown;
        });
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
    }
  });
});
