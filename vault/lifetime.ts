/** Owns how the processes of a vault end: asked to, or by refusing to go on. */

/** Exit code of a process that refused to start or to go on, and would again: an operator must look (EX_CONFIG). */
export const REFUSED = 78;

/** Resolves when the vault is asked to end, by a service manager or from a terminal. A second interrupt ends it at once. */
export function endAsked(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

/** Resolves when a part is asked to end by the process that keeps it, or that process is gone. */
export function partEndAsked(): Promise<void> {
  // A terminal sends its interrupt to every process; the parts wait for their turn.
  process.on('SIGINT', () => undefined);
  return new Promise((resolve) => {
    process.once('disconnect', () => resolve());
    // Not once: told a second time, it goes on with ending.
    process.on('SIGTERM', () => {
      // The line to the other process would keep this one alive.
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}
