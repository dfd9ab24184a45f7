/** The process vault-web; see run.ts. */
import { runWeb } from './run.ts';

await runWeb();
