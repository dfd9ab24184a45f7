/**
 * Owns a browser with the extension's backup in it, without a browser: a store of its own in memory, the desk that popup and
 * home ask, and the way to the network handed in. Everything is the extension's own code.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { Surroundings } from '../../../lib/conversation/index.ts';
import type { BackupAnswer, BackupState, backupContract as Contract } from '../../../lib/relay/index.ts';

// The extension's rooms load the browser's API, which is there in an extension alone. Nothing here calls it.
const api = { runtime: { id: 'test' } };
Object.assign(globalThis, { chrome: api, browser: api });
const { memoryChannel, RpcClient, RpcServer } = await import('../../../lib/rpc/index.ts');
const { createMemoryLocks, openStore } = await import('../../../lib/store/index.ts');
const { BackupDesk, backupContract } = await import('../../../lib/relay/index.ts');

/** Long enough for Argon2id, proof of work and a busy machine. */
const PATIENCE_MS = 120_000;

/** Who waits so long waits for an answer: longer here, since a busy machine is no vault that is away. */
const LONG_MS = 10_000;

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export class BackupBrowser {
  readonly around: Surroundings;
  /** The synchronised address: another browser of the same person is given it. */
  synced: string;
  readonly #desk: InstanceType<typeof BackupDesk>;
  readonly #close: () => void;

  private constructor(around: Surroundings, send: Fetch, synced: string, close: () => void) {
    this.around = around;
    this.synced = synced;
    this.#close = close;
    this.#desk = new BackupDesk({
      around: async () => around,
      fetch: (url, init) => send(url, init),
      wait: (ms, signal) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, ms >= LONG_MS ? 6 * ms : ms);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
          });
        }),
      synced: {
        load: async () => this.synced,
        save: async (address) => {
          this.synced = address;
        },
      },
      tell: () => undefined,
      wake: () => undefined,
      restored: () => undefined,
    });
  }

  static async open(send: Fetch = fetch, synced = ''): Promise<BackupBrowser> {
    let record: string | undefined;
    const keeper = {
      read: async () => record,
      write: async (value: string) => {
        record = value;
      },
    };
    const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
    const locks = createMemoryLocks();
    const platform = { indexedDB: new IDBFactory(), IDBKeyRange };
    const store = await openStore({ keeper, locks, random, platform });
    return new BackupBrowser({ store, locks, now: Date.now, random }, send, synced, () => store.close());
  }

  /** Calls as home does. */
  readonly call: InstanceType<typeof RpcClient<typeof Contract>>['call'] = (method, params) => {
    const server = new RpcServer(backupContract, this.#desk.handlers(), Date.now, (error) => {
      throw error;
    });
    const client = new RpcClient<typeof Contract>(() => {
      const [near, far] = memoryChannel();
      server.accept(far, {
        kind: 'home',
        tab: 1,
        frame: 0,
        document: 'd',
        origin: 'chrome-extension://sotto',
        url: '',
      });
      return near;
    });
    return client.call(method, params, PATIENCE_MS);
  };

  state(): Promise<BackupState> {
    return this.#desk.state();
  }

  async until(holds: (state: BackupState) => boolean): Promise<BackupState> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const state = await this.state();
      if (holds(state)) return state;
      if (Date.now() > end) throw new Error(`in vain: ${JSON.stringify(state)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Chooses vaults and enrols; throws on a refusal. */
  async enrol(urls: string[], threshold: number, pin: string): Promise<void> {
    must(await this.call('backup.choose', { urls, threshold }));
    must(await this.call('backup.enrol', { pin }));
  }

  /** The address that is synchronised, as `backup.restore` takes it. */
  async find(): Promise<string> {
    const found = await this.call('backup.find', { where: 'synced', locator: '', letters: '', urls: [], card: '' });
    return must(found).address;
  }

  close(): void {
    this.#close();
  }
}

/** `answer`, where it is no refusal. */
export function must<Answer extends BackupAnswer>(answer: Answer): Answer {
  if (answer.code !== '') throw new Error(`refused: ${answer.code}`);
  return answer;
}
