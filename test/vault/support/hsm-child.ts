/**
 * vault-hsm as a process, with stops: where the file STOP_FLAG stands and holds the name of a stop, the process halts
 * there for ever, after it has said so. The rest is the real program.
 */
import { existsSync, readFileSync } from 'node:fs';
import { runHsm } from '../../../vault/hsm/run.ts';

const flag = process.env.STOP_FLAG ?? '';

await runHsm({
  now: Date.now,
  async at(stop) {
    if (!existsSync(flag) || readFileSync(flag, 'utf8') !== stop) return;
    process.stdout.write(`halted at ${stop}\n`);
    await new Promise(() => undefined);
  },
});
