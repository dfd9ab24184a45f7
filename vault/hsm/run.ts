/**
 * vault-hsm: the process that owns the counters, the records and the HSM. Started by vault/main.ts, which gives it its
 * configuration in the environment. It ends with REFUSED where starting again would not help.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { SecretBytes } from '../../lib/bytes/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import { type Config, ConfigFailure } from '../config/config.ts';
import { socketPath } from '../config/paths.ts';
import { readConfig } from '../config/read-config.ts';
import { type CustodySettings, openOnlyCustody } from '../custody/index.ts';
import { openDatabase } from '../database/open.ts';
import { partEndAsked, REFUSED } from '../lifetime.ts';
import { nameOf, openLog } from '../logging.ts';
import type { Loss } from '../records/accept-loss.ts';
import { type Hooks, REAL_WORLD } from '../records/hooks.ts';
import { listen } from '../rpc/server.ts';
import { openHsm } from './hsm.ts';

/** Runs until it is told to end. `hooks` are for tests. */
export async function runHsm(hooks: Hooks = REAL_WORLD): Promise<void> {
  const log = openLog('hsm');
  // From the first moment on: whoever reads that it started may ask it to end before the next line runs.
  const endAsked = partEndAsked();
  try {
    const config = readConfig(process.env);
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    const custody = await openOnlyCustody(custodySettings(config));
    const database = await openDatabase(config.database);
    const hsm = await openHsm({
      custody,
      database,
      replica: config.replica,
      policy: { ...config, triesDefault: config.tries, work: config.work === 'on' },
      accept: acceptedLoss(process.argv),
      log,
      hooks,
      onFatal(failure) {
        log('error', 'ended', { code: failure.code });
        process.exit(REFUSED);
      },
    });
    const server = await listen(socketPath(config), log, (question) => hsm.answer(question));
    log('info', 'started', { mode: custody.mode, grade: custody.grade, database: database.kind });
    for (const weakness of custody.weaknesses) log('warn', 'custody-is-weak', { weakness });
    await endAsked;
    await server.stop();
    await hsm.stop();
    await database.close();
    await custody.close();
    log('info', 'stopped');
  } catch (error) {
    const about = error instanceof ConfigFailure ? { setting: error.about } : {};
    log('error', 'refused-to-start', { code: nameOf(error), ...about });
    // Connections that were opened on the way would keep it alive.
    process.exit(error instanceof Failure && error.retry !== 'later' ? REFUSED : 1);
  }
}

function acceptedLoss(args: readonly string[]): Loss | undefined {
  if (args.includes('--accept-rollback')) return 'rollback';
  return args.includes('--accept-new-keys') ? 'keys' : undefined;
}

function custodySettings(config: Config): CustodySettings {
  if (config.custody === 'software') return { mode: 'software', keyFile: `${config.data}/software-keys.json` };
  return {
    mode: config.custody,
    module: config.hsmModule!,
    tokenLabel: config.hsmToken!,
    pin: readPin(config.hsmPinFile!),
    name: config.hsmName,
    wrapMechanism: config.hsmWrapMechanism,
  };
}

function readPin(path: string): SecretBytes<'HsmPin'> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new ConfigFailure('ConfigUnreadable', 'hsmPinFile');
  }
  // An editor's new line at the end is not part of it.
  const length = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length;
  if (length === 0) throw new ConfigFailure('ConfigInvalid', 'hsmPinFile');
  return SecretBytes.of<'HsmPin'>(new Uint8Array(bytes.subarray(0, length)));
}
