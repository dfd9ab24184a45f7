/**
 * Looks at a vault's keys after the ceremony, or at any later time: `node vault/ceremony/verify.ts --module PATH
 * --token LABEL --pin-file FILE [--mode wrapped] [--name sotto] [--wrap-mechanism 0x210a]`. Runs the self-test that the
 * vault runs at its start, and prints the grade, what an intruder could do, what clients pin, and the anchors.
 *
 * Changes nothing in the token. Ends with 0 when the device enforces custody, 3 when it does not, 1 on any failure, whose
 * code it prints. A wrong PIN is tried once.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { concatBytes, encodeBase64Url, encodeHex, encodeUtf8, SecretBytes } from '../../lib/bytes/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import { type Custody, type HsmSettings, openCustody } from '../custody/index.ts';

const NOT_ENFORCED = 3;
const FAILED = 1;
const modes: readonly HsmSettings['mode'][] = ['wrapped', 'resident', 'split', 'hmac'];

function readSettings(): HsmSettings {
  const { values } = parseArgs({
    options: {
      module: { type: 'string' },
      token: { type: 'string' },
      'pin-file': { type: 'string' },
      mode: { type: 'string', default: 'wrapped' },
      name: { type: 'string' },
      'wrap-mechanism': { type: 'string' },
    },
  });
  const mode = modes.find((name) => name === values.mode);
  const { module, token, name, 'pin-file': pinFile, 'wrap-mechanism': wrapMechanism } = values;
  if (!module || !token || !pinFile || !mode) throw new TypeError('--module, --token, --pin-file and a known --mode');
  const pin = readFileSync(pinFile, 'utf8').replace(/\n$/, '');
  const number = wrapMechanism === undefined ? undefined : Number(wrapMechanism);
  return { mode, module, tokenLabel: token, pin: SecretBytes.of(encodeUtf8(pin)), name, wrapMechanism: number };
}

async function describe(custody: Custody): Promise<string> {
  const { identityKey } = custody;
  const id = createHash('sha256').update(concatBytes(encodeUtf8('Sotto vault id v1'), identityKey));
  const anchors = [...(await custody.anchors())].map(([replica, { seq }]) => `anchor        ${replica} at ${seq}`);
  return [
    `mode          ${custody.mode}`,
    `grade         ${custody.grade}`,
    ...custody.weaknesses.map((weakness) => `weakness      ${weakness}`),
    `identity key  ${encodeBase64Url(identityKey)}`,
    `fingerprint   ${createHash('sha256').update(identityKey).digest('hex')}`,
    `vault id      ${id.digest('hex').slice(0, 32)}`,
    `lineage       ${encodeHex(custody.lineage)}`,
    ...anchors,
    '',
  ].join('\n');
}

async function verify(): Promise<number> {
  const custody = await openCustody(readSettings());
  try {
    process.stdout.write(await describe(custody));
    return custody.grade === 'enforced' ? 0 : NOT_ENFORCED;
  } finally {
    await custody.close();
  }
}

try {
  process.exitCode = await verify();
} catch (error) {
  const reason = error instanceof Failure ? `${error.code}${detail(error.cause)}` : String(error);
  process.stderr.write(`verify: ${reason}\n`);
  process.exitCode = FAILED;
}

/** What the device or the file system said; no secret is ever a cause. */
function detail(cause: unknown): string {
  if (cause === undefined) return '';
  return ` (${cause instanceof Error ? cause.message : String(cause)})`;
}
