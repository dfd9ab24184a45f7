/**
 * Owns the one base error of the project and the value that carries it across a room's public face.
 * Does not own the codes: each room has a closed union of its own.
 *
 * Invariants: a failure holds a code and nothing a person wrote, no key and no message; hostile input ends in a
 * Failure, a programmer's mistake in any other error, and `attempt` never turns the second into the first.
 */

/** When the same call may succeed: `never`, `later` by itself, or after the `user` did something. */
export type Retry = 'never' | 'later' | 'user';

/** A typed refusal. `code` is one of the owning room's closed union; the message is the code and nothing else. */
export class Failure<Code extends string = string> extends Error {
  override readonly name = 'Failure';
  readonly code: Code;
  readonly retry: Retry;

  constructor(code: Code, retry: Retry = 'never', cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retry = retry;
  }
}

/** What an operation on hostile input gives: the value, or the failure and nothing changed. */
export type Outcome<Value, Code extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure<Code> };

/**
 * Runs `operation` and turns a thrown Failure into a value. Any other exception is a defect and passes through.
 * The caller names the codes that `operation` can throw: the type is its promise, kept by the room's tests.
 */
export function attempt<Value, Code extends string>(operation: () => Value): Outcome<Value, Code> {
  try {
    return { ok: true, value: operation() };
  } catch (error) {
    if (error instanceof Failure) return { ok: false, failure: error as Failure<Code> };
    throw error;
  }
}
