/** Owns what an operator may set, and what it is unless set. Reading it is in read-config.ts. */
import { Failure } from '../../lib/failure/index.ts';

/**
 * - `ConfigUnreadable`: the file is not there or is no JSON object.
 * - `ConfigUnknownKey`: a name that is none.
 * - `ConfigInvalid`: a value of another kind or out of range.
 * - `ConfigMissing`: a value that must be set beside another one.
 */
export type ConfigCode = 'ConfigUnreadable' | 'ConfigUnknownKey' | 'ConfigInvalid' | 'ConfigMissing';

/** `about` is the name of the setting, never its value: some are secret. */
export class ConfigFailure extends Failure<ConfigCode> {
  readonly about: string;

  constructor(code: ConfigCode, about: string) {
    super(code, 'user');
    this.about = about;
  }
}

/** Every setting by its name in the file; in the environment it is SOTTO_VAULT_ and the name in capitals with `_`. */
export interface Config {
  /** Folder of the embedded databases, the software keys and the socket between the processes. */
  readonly data: string;
  /** This replica's name: its log and its anchor. Replicas of one vault have different names. */
  readonly replica: string;
  readonly host: string;
  readonly port: number;
  /** Where health and metrics are answered. */
  readonly adminHost: string;
  readonly adminPort: number;
  /** A proxy's address whose X-Forwarded-For is believed, or none. */
  readonly trustedProxy: string | undefined;
  /** Files of a certificate chain and its key; without them a proxy in front brings TLS. */
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  /** Whether this machine keeps PIN records: `off` for a host of blobs alone. */
  readonly records: 'on' | 'off';
  /** The records' database: a postgres:// URL or the path of an SQLite file. */
  readonly database: string;
  /** Where blobs are kept: `off`, a postgres:// URL or the path of an SQLite file. */
  readonly blobs: string;
  readonly quotaBytes: number;
  readonly custody: 'software' | 'wrapped' | 'resident' | 'split' | 'hmac';
  readonly hsmModule: string | undefined;
  readonly hsmToken: string | undefined;
  readonly hsmPinFile: string | undefined;
  /** The first word of the labels of the vault's objects in the token. */
  readonly hsmName: string | undefined;
  /** The device's number for AES key wrap with padding. */
  readonly hsmWrapMechanism: number | undefined;
  readonly tries: number;
  readonly triesMost: number;
  readonly work: 'on' | 'off';
  readonly token: 'none' | 'optional' | 'required';
  /** Requests a minute from one network (IPv4 /24, IPv6 /48): all together, and new records and buckets alone. */
  readonly rate: number;
  readonly rateNew: number;
}

/** Settings that vault-web never sees: what stands in the environment of its process is without them. */
export const SECRET_SETTINGS = ['database', 'hsmPinFile', 'hsmModule', 'hsmToken', 'hsmName'] as const;
