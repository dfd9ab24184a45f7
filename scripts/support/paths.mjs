import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's own folder, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** An absolute path inside the repository. */
export function inRoot(...segments) {
  return join(root, ...segments);
}
