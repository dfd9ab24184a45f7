import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rooms } from '../../scripts/boundaries/rooms.mjs';
import { rules } from '../../scripts/boundaries/rules.mjs';
import { companions, innocent, plants } from './planted-imports.ts';

const root = join(import.meta.dirname, '../..');

function check(folder: string): { found: string[]; exitCode: number | null } {
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'scripts/boundaries/check.mjs'), folder], {
    encoding: 'utf8',
  });
  return { found: stdout.split('\n').filter((line) => line.includes(' -> ')), exitCode: status };
}

/** Writes a tree in which each `from` imports its `to`; every file imported exists, and every package is found. */
function plantTree(imports: readonly (readonly [from: string, to: string])[]): string {
  const tree = mkdtempSync(join(tmpdir(), 'sotto-boundaries-'));
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  // It says which packages ship and which are tools.
  copyFileSync(join(root, 'package.json'), join(tree, 'package.json'));
  const sources = new Map<string, string>();
  const isFile = (name: string) => /^(lib|components|entrypoints|vault|test)\//.test(name);
  const faces = Object.keys(rooms).map((room) => `lib/${room}/index.ts`);
  const targets = imports.map(([, to]) => to).filter((to) => isFile(to) && !to.endsWith('nowhere.ts'));
  for (const file of [...faces, ...targets]) sources.set(file, '');
  for (const [from, to] of imports) {
    const path = relative(dirname(from), to);
    const specifier = isFile(to) ? (path.startsWith('.') ? path : `./${path}`) : to;
    sources.set(from, `${sources.get(from) ?? ''}import '${specifier}';\n`);
  }
  for (const [file, source] of sources) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), `${source}export const here = 1;\n`);
  }
  return tree;
}

describe('the boundaries of the house', () => {
  const trees: string[] = [];
  let found: string[];
  let exitCode: number | null;

  beforeAll(() => {
    trees.push(plantTree([...plants.map(([, from, to]) => [from, to] as const), ...companions]));
    ({ found, exitCode } = check(trees[0]!));
  }, 60_000);
  afterAll(() => {
    for (const tree of trees) rmSync(tree, { recursive: true });
  });

  it.each(plants)('%s finds that %s imports %s', (rule, from, to) => {
    // A package is reported as the file that it was found in.
    const short = basename(to).replace(/^node:/, '');
    expect(found.filter((line) => line.startsWith(`${rule}: ${from} -> `) && line.includes(short))).not.toEqual([]);
  });

  it('finds nothing but what was planted', () => {
    const planted = plants.map(([rule, from]) => `${rule}: ${from} `);
    expect(found.filter((line) => !planted.some((start) => line.startsWith(start)))).toEqual([]);
  });

  it('ends with a failure when something was found', () => {
    expect(exitCode).toBe(1);
  });

  it('has a planted violation for every rule', () => {
    expect(rules.map((rule) => rule.name).filter((name) => !plants.some(([rule]) => rule === name))).toEqual([]);
  });

  it('lets the imports through that the house allows', () => {
    const tree = plantTree(innocent);
    trees.push(tree);
    expect(check(tree)).toEqual({ found: [], exitCode: 0 });
  });
});
