/** The process vault-hsm; see run.ts. */
import { runHsm } from './run.ts';

await runHsm();
