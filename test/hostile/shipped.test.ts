/** What ships holds no switch: they exist in the test build alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

it('no source that ships knows of a switch', () => {
  const root = resolve(import.meta.dirname, '../..');
  const names = ['lib', 'components', 'entrypoints'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /[.](ts|tsx|html)$/.test(name))
      .map((name) => join(root, folder, name)),
  );
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => /__disarmed|isDisarmed/.test(readFileSync(name, 'utf8')))).toEqual([]);
});
