/**
 * Owns reading the configuration: one JSON file (SOTTO_VAULT_CONFIG), over it the environment, under both the defaults.
 * Every setting is checked before anything starts; what is wrong is named, its value is not.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEFAULT_QUOTA_BYTES, DEFAULT_TRIES, MOST_TRIES } from '../../lib/vault-protocol/index.ts';
import { REPLICA_NAME } from '../custody/index.ts';
import { type Config, ConfigFailure } from './config.ts';
import { socketPath } from './paths.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 1024;
const isPort: Check = (value) => isWithin(value, 0, 65_535);

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

function oneOf(...words: string[]): Check {
  return (value) => typeof value === 'string' && words.includes(value);
}

function within(least: number, most: number): Check {
  return (value) => isWithin(value, least, most);
}

const checks: { readonly [Name in keyof Config]: Check } = {
  data: isText,
  replica: (value) => typeof value === 'string' && REPLICA_NAME.test(value),
  host: isText,
  port: isPort,
  adminHost: isText,
  adminPort: isPort,
  trustedProxy: isText,
  tlsCert: isText,
  tlsKey: isText,
  records: oneOf('on', 'off'),
  database: isText,
  blobs: isText,
  quotaBytes: within(1024 * 1024, 2 ** 40),
  custody: oneOf('software', 'wrapped', 'resident', 'split', 'hmac'),
  hsmModule: isText,
  hsmToken: isText,
  hsmPinFile: isText,
  hsmName: isText,
  hsmWrapMechanism: within(1, 2 ** 32 - 1),
  tries: within(1, MOST_TRIES),
  triesMost: within(1, MOST_TRIES),
  work: oneOf('on', 'off'),
  token: oneOf('none', 'optional', 'required'),
  rate: within(1, 10_000_000),
  rateNew: within(1, 10_000_000),
};

const names = Object.keys(checks) as (keyof Config)[];
const PREFIX = 'SOTTO_VAULT_';
/** What stands in the environment beside the settings: where the file is. */
const FILE = `${PREFIX}CONFIG`;

/** The name of a setting in the environment. */
export function environmentName(name: keyof Config): string {
  return PREFIX + name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** Reads the configuration out of an environment. Throws ConfigFailure. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const path = environment[FILE];
  const given = { ...(path === undefined ? {} : readFile(path)), ...readEnvironment(environment) };
  for (const name of Object.keys(given)) {
    if (!names.includes(name as keyof Config)) throw new ConfigFailure('ConfigUnknownKey', name);
    if (!checks[name as keyof Config](given[name])) throw new ConfigFailure('ConfigInvalid', name);
  }
  return completed(given as Partial<Config>);
}

function readFile(path: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ConfigFailure('ConfigUnreadable', FILE);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ConfigFailure('ConfigUnreadable', FILE);
  }
  return json as Record<string, unknown>;
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const known = new Map(names.map((name) => [environmentName(name), name]));
  const given: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || variable === FILE || value === undefined) continue;
    const name = known.get(variable);
    if (name === undefined) throw new ConfigFailure('ConfigUnknownKey', variable);
    given[name] = isNumber(name) && /^[0-9]{1,15}$/.test(value) ? Number(value) : value;
  }
  return given;
}

function isNumber(name: keyof Config): boolean {
  return checks[name](1024 * 1024) || checks[name](1);
}

function completed(given: Partial<Config>): Config {
  const data = resolve(given.data ?? 'vault-data');
  const database = given.database ?? join(data, 'records.sqlite');
  const port = given.port ?? 8787;
  const custody = given.custody ?? 'software';
  const config: Config = {
    data,
    replica: 'one',
    host: '127.0.0.1',
    port,
    adminHost: '127.0.0.1',
    // 0 asks for any free port, for both.
    adminPort: port === 0 ? 0 : Math.min(port + 1, 65_535),
    trustedProxy: undefined,
    tlsCert: undefined,
    tlsKey: undefined,
    records: 'on',
    database,
    blobs: join(data, 'blobs.sqlite'),
    quotaBytes: DEFAULT_QUOTA_BYTES,
    custody,
    hsmModule: undefined,
    hsmToken: undefined,
    hsmPinFile: undefined,
    hsmName: undefined,
    hsmWrapMechanism: undefined,
    tries: Math.min(DEFAULT_TRIES, given.triesMost ?? MOST_TRIES),
    triesMost: MOST_TRIES,
    work: 'on',
    token: 'none',
    rate: 600,
    rateNew: 30,
    ...given,
  };
  requireTogether(config, given);
  return config;
}

/** The path of a Unix socket has 108 bytes, its end included. */
const MOST_SOCKET_PATH = 107;

function requireTogether(config: Config, given: Partial<Config>): void {
  if (Buffer.byteLength(socketPath(config)) > MOST_SOCKET_PATH) throw new ConfigFailure('ConfigInvalid', 'data');
  if (config.custody !== 'software' && config.records === 'on') {
    for (const name of ['hsmModule', 'hsmToken', 'hsmPinFile'] as const) {
      if (config[name] === undefined) throw new ConfigFailure('ConfigMissing', name);
    }
  }
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    throw new ConfigFailure('ConfigMissing', config.tlsCert === undefined ? 'tlsCert' : 'tlsKey');
  }
  // Several machines share the records' database; blobs in a file of one of them would be a trap.
  if (isShared(config.database) && given.blobs === undefined) throw new ConfigFailure('ConfigMissing', 'blobs');
  if (config.records === 'off' && config.blobs === 'off') throw new ConfigFailure('ConfigMissing', 'records');
  if (config.tries > config.triesMost) throw new ConfigFailure('ConfigInvalid', 'tries');
}

function isShared(location: string): boolean {
  return /^postgres(ql)?:\/\//.test(location);
}
