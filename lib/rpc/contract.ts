/**
 * Owns the declaring of methods and events: who may use each, and whether plaintext travels in it.
 * Does not own their types (client-contract.ts).
 *
 * Invariant: nothing that carries plaintext can be called or heard by a content script or by a frame that has shown no
 * ticket. The types say so, and the constructors throw where a cast got round them.
 */
import type { Allowed, CallerKind, Carriage, Method, PushedEvent } from './client-contract.ts';

/** Declares a method. Throws TypeError where a plaintext method lists a content script or a blank frame. */
export function method<Request, Response, C extends Carriage = Carriage>(declaration: {
  readonly carries: C;
  readonly callers: readonly Allowed<C>[];
  readonly parse: (input: unknown) => Request | undefined;
}): Method<Request, Response> {
  refuseLeak(declaration.carries, declaration.callers);
  return declaration;
}

/** Declares an event. Throws TypeError where a plaintext event lists a content script or a blank frame. */
export function pushedEvent<Body, C extends Carriage = Carriage>(declaration: {
  readonly carries: C;
  readonly listeners: readonly Allowed<C>[];
}): PushedEvent<Body> {
  refuseLeak(declaration.carries, declaration.listeners);
  return declaration;
}

function refuseLeak(carries: Carriage, kinds: readonly CallerKind[]): void {
  if (carries === 'plaintext' && (kinds.includes('content') || kinds.includes('blank'))) {
    throw new TypeError('plaintext must not reach a content script or a blank frame');
  }
}
