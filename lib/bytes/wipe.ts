/**
 * Overwrites `arrays` with zeros. Best effort by nature: JavaScript may have copied the bytes elsewhere before, and
 * says nothing about it. What it does give: no later heap dump, bug or accidental reuse reads them from here.
 */
export function wipe(...arrays: readonly Uint8Array[]): void {
  for (const array of arrays) array.fill(0);
}
