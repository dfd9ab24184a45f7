/**
 * Owns the switches of the test build: which defences are off, the server to tell, and the canaries (background only).
 * The values are put in front of the built scripts by support/variant.ts; nothing of this is in a shipped file.
 */
interface TestWorld {
  readonly __disarmed?: readonly string[];
  readonly __server?: string;
  readonly __received?: Readonly<Record<string, string>>;
}
const world = globalThis as TestWorld;

/** Whether `defence` is off in this variant. */
export function isDisarmed(defence: string): boolean {
  return world.__disarmed?.includes(defence) === true;
}

/** The texts that the background holds as received, by id. */
export function receivedCanaries(): Record<string, string> {
  return { ...world.__received };
}

/** Tells the test's server that something happened. */
export function report(what: string): void {
  fetch(`${world.__server}/report`, { method: 'POST', body: what }).catch(() => {});
}
