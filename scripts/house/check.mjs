/**
 * Checks what no other tool does: `node scripts/house/check.mjs [FOLDER]`.
 * A file has at most 400 lines, a test 500: a longer one holds more than its one noun.
 * A folder of lib/ has an index.ts, and a pure room does not draw on Math.random.
 * Prints one finding a line; the exit code is 1 when there is any.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { pureRooms } from '../boundaries/rooms.mjs';
import { root } from '../support/paths.mjs';

const folders = ['lib', 'components', 'entrypoints', 'vault', 'test', 'scripts'];
const source = /[.](ts|tsx|mjs|cjs|js|css|html)$/;
const limits = { source: 400, test: 500 };

const base = resolve(process.argv[2] ?? root);
const findings = [];

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (source.test(entry.name)) yield path;
  }
}

function inspect(path) {
  const name = relative(base, path).split(sep).join('/');
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const isTest = name.startsWith('test/') || /[.]test[.]tsx?$/.test(name);
  const limit = isTest ? limits.test : limits.source;
  if (lines > limit) findings.push(`${name}: ${lines} lines, and ${limit} is the limit`);
  const isPure = pureRooms.some((room) => name.startsWith(`lib/${room}/`)) && !isTest;
  if (isPure && text.includes('Math.random')) findings.push(`${name}: a pure room is handed its randomness`);
}

let inspected = 0;
for (const folder of folders.filter((name) => existsSync(join(base, name)))) {
  for (const path of filesUnder(join(base, folder))) {
    inspect(path);
    inspected += 1;
  }
}
for (const entry of readdirSync(join(base, 'lib'), { withFileTypes: true })) {
  if (entry.isDirectory() && !existsSync(join(base, 'lib', entry.name, 'index.ts'))) {
    findings.push(`lib/${entry.name}: a room has an index.ts`);
  }
}
for (const finding of findings) console.log(finding);
console.log(`house rules: ${inspected} files, ${findings.length} findings`);
process.exitCode = findings.length > 0 || inspected === 0 ? 1 : 0;
