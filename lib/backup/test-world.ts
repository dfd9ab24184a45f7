/** For tests: vaults, a blob host, a clock, and the ports that the rooms above will hand in. */
import { randomBytes } from 'node:crypto';
import type { SecretBytes } from '../bytes/index.ts';
import type { Locator } from '../vault-protocol/index.ts';
import type { BackupAddress } from './address.ts';
import type { EnrolmentPort, PendingEnrolment } from './enrolment-state.ts';
import { BackupFailure, type BackupFailureCode } from './failure.ts';
import type { RecoveryMemory, RecoveryPort } from './recovery-memory.ts';
import { makeRootKey, type RootKey } from './root-key.ts';
import type { BackupSurroundings } from './surroundings.ts';
import { TestHost } from './test-host.ts';
import { TestVault } from './test-vault.ts';

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export interface TestWorld {
  readonly around: BackupSurroundings;
  readonly vaults: readonly TestVault[];
  readonly host: TestHost;
  readonly address: BackupAddress;
  readonly root: RootKey;
  time: number;
}

/** `count` vaults and a blob host. A wait lasts a tenth of what it is said to. */
export function makeWorld({ count = 1, threshold = 1 } = {}): TestWorld {
  const now = () => world.time;
  const vaults = Array.from({ length: count }, (_, i) => new TestVault(`https://vault${i + 1}.example`, now));
  const host = new TestHost('https://blobs.example', now);
  const fetch = async (text: string, init: RequestInit) => {
    const url = new URL(text);
    const server = [...vaults, host].find((one) => one.url === url.origin);
    if (!server) throw new TypeError('Failed to fetch');
    return server.fetch(url.pathname, init);
  };
  const around: BackupSurroundings = { fetch, now, random, wait: quickWait };
  const locator = random(16) as Locator;
  const address = { locator, threshold, vaults: vaults.map((vault) => vault.address), blobHost: host.url };
  const world: TestWorld = { around, vaults, host, address, root: makeRootKey(random), time: 1_800_000_000_000 };
  return world;
}

function quickWait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms / 10);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export function memoryEnrolment(): EnrolmentPort & { pending: PendingEnrolment | undefined } {
  const port: EnrolmentPort & { pending: PendingEnrolment | undefined } = {
    pending: undefined,
    load: async () => port.pending,
    save: async (pending) => {
      port.pending = pending;
    },
  };
  return port;
}

export function memoryRecovery(): RecoveryPort & { memory: RecoveryMemory | undefined } {
  const port: RecoveryPort & { memory: RecoveryMemory | undefined } = {
    memory: undefined,
    load: async () => port.memory,
    save: async (memory) => {
      port.memory = memory;
    },
  };
  return port;
}

/** The failure that `work` ends in. */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<BackupFailure> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof BackupFailure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<BackupFailureCode> {
  return (await failureOf(work)).code;
}

export const same = <Name extends string>(a: SecretBytes<Name>, b: SecretBytes<Name>): boolean => a.equals(b);
