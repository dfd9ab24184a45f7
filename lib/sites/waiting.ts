/** Owns waiting that a caller can abort. Only ever used while a text is being inserted or sent: nothing waits when idle. */
import { siteFailure } from './failure.ts';

/** Resolves after `ms` milliseconds; refuses with SendAborted as soon as `signal` is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(siteFailure('SendAborted'));
      return;
    }
    const abort = (): void => {
      clearTimeout(timer);
      reject(siteFailure('SendAborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** How often a condition is looked at while something is under way, in milliseconds. */
const LOOK_EVERY_MS = 20;

/** Waits until `condition` gives something or `ms` have passed; undefined then. Looks at least once. Refuses as pause does. */
export async function waitFor<Value>(
  condition: () => Value | undefined,
  ms: number,
  signal?: AbortSignal,
): Promise<Value | undefined> {
  const end = performance.now() + ms;
  for (;;) {
    const value = condition();
    if (value !== undefined) return value;
    const left = end - performance.now();
    if (left <= 0) return undefined;
    await pause(Math.min(LOOK_EVERY_MS, left), signal);
  }
}
