/**
 * Owns a vault inside a test: any custody, any database, any number of replicas, and a clock that stands still until it
 * is moved. Everything is the vault's own code but the clock.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Custody, type CustodySettings, openCustody } from '../../../vault/custody/index.ts';
import type { Database } from '../../../vault/database/database.ts';
import { openDatabase } from '../../../vault/database/open.ts';
import { type Hsm, type HsmParts, openHsm } from '../../../vault/hsm/hsm.ts';
import type { Level } from '../../../vault/logging.ts';
import type { Hooks } from '../../../vault/records/hooks.ts';
import type { Policy } from '../../../vault/records/vault.ts';
import { type SoftHsm, startSoftHsm, userPin } from '../../../vault/test-support/softhsm.ts';
import { TestClient } from './client.ts';
import { makeDatabase } from './postgres.ts';

export type CustodyKind = 'software' | 'softhsm';
export type DatabaseKind = 'sqlite' | 'postgres';

/** Custody and database, each of both at least once. */
const PAIRS: readonly (readonly [CustodyKind, DatabaseKind])[] = [
  ['software', 'sqlite'],
  ['softhsm', 'postgres'],
];

/** The pairs that the tests are held to: what a vault is by itself and what it is at its largest; all of them by SLOW=1. */
export const KINDS: typeof PAIRS =
  process.env.SLOW === '1' ? [...PAIRS, ['software', 'postgres'], ['softhsm', 'sqlite']] : PAIRS;

export const POLICY: Policy = { triesDefault: 10, triesMost: 10, work: false, token: 'none', quotaBytes: 1 << 26 };
const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

let softHsm: SoftHsm | undefined;
let tokens = 0;

/** The tokens of this test file; removed by `closeWorlds`. */
export function theSoftHsm(): SoftHsm {
  softHsm ??= startSoftHsm();
  return softHsm;
}

const folders: string[] = [];

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-vault-'));
  folders.push(folder);
  return folder;
}

/** Removes what the worlds of a test file left. */
export function removeAll(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  softHsm?.remove();
  softHsm = undefined;
}

/** The settings of a new vault's custody. */
export function makeCustody(kind: CustodyKind): () => CustodySettings {
  if (kind === 'software') {
    const keyFile = join(makeFolder(), 'keys.json');
    return () => ({ mode: 'software', keyFile });
  }
  const label = `vault${tokens++}`;
  const { module } = theSoftHsm();
  theSoftHsm().makeVault(label);
  return () => ({ mode: 'wrapped', module, tokenLabel: label, pin: userPin() });
}

/** An empty database's location. */
export async function makeLocation(kind: DatabaseKind): Promise<string> {
  return kind === 'sqlite' ? join(makeFolder(), 'records.sqlite') : makeDatabase(inject('postgres'));
}

/** A copy of a database that nobody has open. */
export async function copyLocation(kind: DatabaseKind, location: string): Promise<string> {
  if (kind === 'postgres') return makeDatabase(inject('postgres'), location);
  const copy = join(makeFolder(), 'records.sqlite');
  cpSync(location, copy);
  return copy;
}

export interface Replica {
  readonly hsm: Hsm;
  readonly client: TestClient;
  readonly database: Database;
  readonly custody: Custody;
  readonly log: readonly string[];
  stop(): Promise<void>;
}

export type Opening = Partial<Pick<HsmParts, 'accept' | 'policy'>> & {
  readonly replica?: string;
  readonly hooks?: Partial<Hooks>;
  /** Instead of the world's own. */
  readonly location?: string;
  readonly custodySettings?: () => CustodySettings;
  /** Puts something between the vault and its database or custody. */
  readonly between?: {
    readonly database?: (real: Database) => Database;
    readonly custody?: (real: Custody) => Custody;
  };
};

export class World {
  readonly kind: DatabaseKind;
  readonly custodySettings: () => CustodySettings;
  readonly location: string;
  /** Milliseconds since 1970; moved by the test. */
  now = Date.UTC(2030, 0, 1);
  readonly #open = new Set<Replica>();

  private constructor(kind: DatabaseKind, location: string, custodySettings: () => CustodySettings) {
    this.kind = kind;
    this.location = location;
    this.custodySettings = custodySettings;
  }

  static async make(custody: CustodyKind, database: DatabaseKind): Promise<World> {
    return new World(database, await makeLocation(database), makeCustody(custody));
  }

  /** Starts a replica. Throws what a start refuses with. */
  async open(opening: Opening = {}): Promise<Replica> {
    const real = await openDatabase(opening.location ?? this.location);
    const database = opening.between?.database?.(real) ?? real;
    const token = await openCustody((opening.custodySettings ?? this.custodySettings)());
    const custody = opening.between?.custody?.(token) ?? token;
    const log: string[] = [];
    const hooks: Hooks = { now: () => this.now, at: async () => undefined, ...opening.hooks };
    const close = async () => {
      await real.close();
      await token.close();
    };
    try {
      const hsm = await openHsm({
        custody,
        database,
        replica: opening.replica ?? 'one',
        policy: opening.policy ?? POLICY,
        accept: opening.accept,
        log: (level: Level, event, details) => log.push(JSON.stringify({ level, event, ...details })),
        hooks,
        onFatal: (failure) => log.push(`fatal ${failure.code}`),
      });
      const client = new TestClient(custody.identityKey, (question) => hsm.answer(question));
      const stop = async () => {
        this.#open.delete(replica);
        await hsm.stop();
        await close();
      };
      const replica: Replica = { hsm, client, database, custody, log, stop };
      this.#open.add(replica);
      return replica;
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Opens the world's database for a hand that is not the vault's. */
  async tamper(work: (database: Database) => Promise<unknown>, location = this.location): Promise<void> {
    const database = await openDatabase(location);
    try {
      await work(database);
    } finally {
      await database.close();
    }
  }

  async stop(): Promise<void> {
    for (const replica of [...this.#open]) await replica.stop();
  }
}

/** `real` with some of its methods replaced. */
export function instead<Real extends object>(real: Real, replaced: Partial<Real>): Real {
  return new Proxy(real, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return Reflect.get(replaced, name) as unknown;
      // Private fields belong to the object itself, not to the one in front of it.
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

export function randomBytesOf<Named extends Uint8Array>(length: number): Named {
  return new Uint8Array(randomBytes(length)) as Named;
}
