import { join } from 'node:path';
import type { Config } from './config.ts';

/** Where vault-web finds vault-hsm: a socket for each replica, in the folder of the vault. */
export function socketPath(config: Config): string {
  return join(config.data, `${config.replica}.sock`);
}
