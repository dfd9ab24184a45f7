/**
 * Owns custody by an HSM in a thread of its own (thread.ts), from the side of who calls it. For a process that has one
 * custody: PKCS#11 knows processes, and two threads that begin and end it would take it from each other.
 *
 * Invariants: calls are made in the order in which they were asked for; where the thread ends by itself the process ends.
 */
import { Worker } from 'node:worker_threads';
import { namedPublicKey } from '../blob.ts';
import type { Anchor, Custody, StoredKey } from '../custody.ts';
import { type Multiplication, prepareAll } from '../evaluation.ts';
import { custodyFailure } from '../failure.ts';
import { decodePoint } from '../points.ts';
import type { HsmSettings } from './custody.ts';
import { type Parcel, packCalls, unpackSettled } from './parcel.ts';
import {
  type Call,
  errorOf,
  type Features,
  type Method,
  type Opened,
  type Settled,
  type Start,
} from './thread-messages.ts';

/** Opens custody in a thread of its own, and wipes the PIN here. Fails as opening it in this thread does. */
export async function openThreadedCustody({ pin, ...settings }: HsmSettings): Promise<Custody> {
  const workerData: Start = { settings, pin: pin.reveal() };
  const worker = new Worker(new URL('thread.ts', import.meta.url), { workerData });
  pin.wipe();
  const opened = await new Promise<Opened>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (told: Opened) => {
      // From now on an error of the thread has no listener, and ends the process.
      worker.off('error', reject);
      resolve(told);
    });
  });
  if ('thrown' in opened) throw errorOf(opened.thrown);
  return new ThreadedCustody(worker, opened.features);
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

class ThreadedCustody implements Custody {
  readonly mode: Custody['mode'];
  readonly grade: Custody['grade'];
  readonly weaknesses: readonly string[];
  readonly identityKey: Uint8Array;
  readonly lineage: Uint8Array;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  /** Calls of this turn of the loop; they go together. */
  #calls: Call[] = [];
  /** What those of them that evaluate multiply: prepared together. */
  #multiplications: (Multiplication & { readonly args: unknown[] })[] = [];
  #closed: Promise<void> | undefined;

  constructor(worker: Worker, { mode, grade, weaknesses, identityKey, lineage }: Features) {
    this.mode = mode;
    this.grade = grade;
    this.weaknesses = weaknesses;
    this.identityKey = identityKey;
    this.lineage = lineage;
    this.#worker = worker;
    worker.on('message', (parcel: Parcel) => {
      for (const one of unpackSettled(parcel)) this.#settle(one);
    });
  }

  sign(digest: Uint8Array): Promise<Uint8Array> {
    return this.#call('sign', [digest]);
  }

  mac(message: Uint8Array): Promise<Uint8Array> {
    return this.#call('mac', [message]);
  }

  createKey(context: Uint8Array): Promise<{ blob: Uint8Array; publicKey: Uint8Array }> {
    return this.#call('createKey', [context]);
  }

  /** What needs no HSM is done in this thread: the other one is what everybody waits for. */
  async evaluate(key: StoredKey, blinded: Uint8Array, element = decodePoint(blinded)): Promise<Uint8Array> {
    if (element === undefined) throw custodyFailure('ElementInvalid');
    const publicKey = namedPublicKey(key);
    const args: unknown[] = [key, blinded];
    if (publicKey !== undefined) this.#multiplications.push({ element, publicKey, args });
    return this.#call('evaluate', args);
  }

  destroyKey(key: StoredKey): Promise<void> {
    return this.#call('destroyKey', [key]);
  }

  readAnchor(replica: string): Promise<Anchor | undefined> {
    return this.#call('readAnchor', [replica]);
  }

  anchors(): Promise<Map<string, Anchor>> {
    return this.#call('anchors');
  }

  writeAnchor(replica: string, anchor: Anchor): Promise<void> {
    return this.#call('writeAnchor', [replica, anchor]);
  }

  close(): Promise<void> {
    this.#closed ??= this.#call<void>('close').then(async () => {
      await this.#worker.terminate();
    });
    return this.#closed;
  }

  #call<Value>(method: Method, args: readonly unknown[] = []): Promise<Value> {
    if (this.#closed !== undefined) return Promise.reject(custodyFailure('HsmUnavailable'));
    return new Promise((resolve, reject) => {
      const id = this.#next;
      // Four bytes in a parcel: what was asked so many calls ago has long been answered.
      this.#next = (id + 1) >>> 0;
      this.#waiting.set(id, { resolve, reject });
      // What was asked for in one turn goes in one message.
      if (this.#calls.length === 0) setImmediate(() => this.#send());
      this.#calls.push({ id, method, args });
    });
  }

  #send(): void {
    const preparations = prepareAll(this.#multiplications);
    for (const [index, { args }] of this.#multiplications.entries()) args.push(preparations[index]);
    this.#multiplications = [];
    this.#worker.postMessage(packCalls(this.#calls));
    this.#calls = [];
  }

  #settle(settled: Settled): void {
    const waiting = this.#waiting.get(settled.id);
    this.#waiting.delete(settled.id);
    if ('thrown' in settled) waiting?.reject(errorOf(settled.thrown));
    else waiting?.resolve(settled.value as never);
  }
}
