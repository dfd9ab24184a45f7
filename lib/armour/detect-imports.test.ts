import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const files = readdirSync(import.meta.dirname).filter(
  (file) => /^detect.*\.ts$/.test(file) && !file.includes('.test.'),
);

describe('the detecting half', () => {
  it('has files', () => {
    expect(files).toContain('detect.ts');
  });

  it.each([...files, 'constants.ts'])('%s imports nothing but constants and its own half', (file) => {
    const source = readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
    const imports = [...source.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]);
    for (const path of imports) expect(path).toMatch(/^\.\/(constants|detect[a-z-]*)\.ts$/);
    if (file === 'constants.ts') expect(imports).toEqual([]);
  });
});
