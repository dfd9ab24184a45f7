/**
 * Owns putting vault-hsm together: custody, database, the check of the whole memory before anything is answered, the
 * desk, and what time does. Everything that could be wrong with the memory is a refusal to start.
 */
import type { Failure } from '../../lib/failure/index.ts';
import type { Custody } from '../custody/index.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { type Log, nameOf } from '../logging.ts';
import { KeyedMutex } from '../mutex.ts';
import { acceptLoss, type Loss } from '../records/accept-loss.ts';
import { beginChain } from '../records/begin-chain.ts';
import { Committer } from '../records/committer.ts';
import { Counts } from '../records/counts.ts';
import { serve } from '../records/desk.ts';
import { memoryFailure } from '../records/failure.ts';
import { checkMemory, isOwnLineage, openChain } from '../records/history.ts';
import { type Hooks, REAL_WORLD } from '../records/hooks.ts';
import { recordMigrations } from '../records/migrations.ts';
import { RecordStore } from '../records/record-store.ts';
import { sweep } from '../records/sweep.ts';
import type { Policy, Vault } from '../records/vault.ts';
import { encodeAnswer, encodeCounts, encodeHealth, encodeKnows, type Question } from '../rpc/messages.ts';
import { WorkDesk } from '../work.ts';

export interface HsmParts {
  readonly custody: Custody;
  readonly database: Database;
  readonly replica: string;
  readonly policy: Policy;
  /** What an operator accepts to be lost, at the price that accept-loss.ts names. */
  readonly accept: Loss | undefined;
  readonly log: Log;
  readonly hooks?: Hooks;
  /** Called when this process must end: another one writes its replica's log. */
  readonly onFatal: (failure: Failure) => void;
}

export interface Hsm {
  answer(question: Question): Promise<Uint8Array>;
  /** One round of destroying and forgetting; it runs by itself every half minute too. */
  sweep(): Promise<void>;
  /** Ends what runs by itself. Custody and database are the caller's to close. */
  stop(): Promise<void>;
}

const SWEEP_EVERY = 30_000;

/** Checks the memory and opens the desk. Throws a MemoryCode, DatabaseNewer, or what database and custody throw. */
export async function openHsm(parts: HsmParts): Promise<Hsm> {
  const vault = await openVault(parts);
  const { log } = parts;
  let sweeping: Promise<void> = Promise.resolve();
  const round = () => {
    sweeping = sweep(vault).catch((error: unknown) => log('error', 'sweep-failed', { code: nameOf(error) }));
    return sweeping;
  };
  const timer = setInterval(() => void round(), SWEEP_EVERY);
  return {
    answer: (question) => answer(vault, log, question),
    sweep: round,
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}

async function openVault(parts: HsmParts): Promise<Vault> {
  const { custody, database, replica, policy, hooks = REAL_WORLD } = parts;
  await migrate(database, 'vault', recordMigrations);
  const store = new RecordStore(database, custody);
  await settleLoss(parts, store, hooks);
  await checkMemory(database, custody, store);
  const head = await openChain(database, custody, replica, (name) => beginChain(database, name, hooks.now()));
  const counts = new Counts();
  const onBatch = (size: number) => {
    counts.add('commits', size);
    counts.add('commits_batches');
  };
  const committer = new Committer({ database, custody, replica, hooks, onFatal: parts.onFatal, onBatch }, head);
  const work = new WorkDesk((message) => custody.mac(message), hooks.now);
  return { database, custody, store, committer, hooks, policy, work, turns: new KeyedMutex(), counts };
}

/** Whose keys the database belongs to, and what an operator accepts. Throws OtherLineage. */
async function settleLoss(parts: HsmParts, store: RecordStore, hooks: Hooks): Promise<void> {
  const { accept, database, custody, replica, log } = parts;
  const isOwn = await isOwnLineage(database, custody);
  if (!isOwn && accept !== 'keys') throw memoryFailure('OtherLineage');
  // Said again where nothing is lost, it must cost nothing.
  if (accept === undefined || (isOwn && accept === 'keys')) return;
  const accepted = await acceptLoss(accept, database, custody, store, replica, hooks);
  if (accept === 'keys') log('warn', 'new-keys-accepted', { ...accepted });
  else log('warn', 'rollback-accepted', { ...accepted, triesLeftAtMost: 1 });
}

async function answer(vault: Vault, log: Log, question: Question): Promise<Uint8Array> {
  switch (question.kind) {
    case 'serve':
      return encodeAnswer(await serve(vault, log, question.target, question.nonce, question.body));
    case 'health':
      return encodeHealth(await problemsOf(vault));
    case 'counts':
      return encodeCounts([...vault.counts.all()]);
    case 'knows': {
      const rows = await vault.database.all(
        `SELECT id FROM records WHERE blob_key = $1 AND state = 'live' LIMIT 1`,
        question.blobKey,
      );
      return encodeKnows(rows.length > 0);
    }
  }
}

/** What an operator must look at, as codes. */
async function problemsOf({ custody, database, counts }: Vault): Promise<string[]> {
  const problems: string[] = [];
  for (const look of [() => custody.mac(new Uint8Array(1)), () => database.all('SELECT 1 AS one')]) {
    try {
      await look();
    } catch (error) {
      problems.push(nameOf(error));
    }
  }
  if (counts.all().get('failures_tampering')! > 0) problems.push('Tampering');
  return problems;
}
