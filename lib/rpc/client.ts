/**
 * Owns the calling side: ids, time-outs, and what happens when the background dies. It is the half of this room that
 * content scripts may import, and knows nothing of the answering half but types.
 *
 * Invariants: every call ends in its answer, a Failure, or WorkerGone. Nothing is sent twice by itself: whether a call
 * that ended in WorkerGone or TimedOut took effect is unknown, so only the caller knows if it may be repeated.
 */
import { Failure } from '../failure/index.ts';
import type { Channel } from './client-channel.ts';
import type { BodyOf, Contract, EventName, MethodName, RequestOf, ResponseOf } from './client-contract.ts';
import { rpcFailure } from './client-failure.ts';
import { readAnswer } from './client-wire.ts';

export type { Channel } from './client-channel.ts';
export type {
  BodyOf,
  CallerKind,
  Contract,
  FrameKind,
  Method,
  PushedEvent,
  RequestOf,
  ResponseOf,
} from './client-contract.ts';
export { type RpcCode, rpcFailure } from './client-failure.ts';
export { connectPort, onDoorbell } from './client-port.ts';

/** The end of a port to a dead worker is told within this after the new worker has rung, also on a busy machine. */
const WAKE_MS = 5000;
/** Longer than a cold start of the worker by two orders of magnitude, shorter than a person's patience. */
const TIME_OUT_MS = 10_000;

interface Waiting {
  readonly resolve: (body: never) => void;
  readonly reject: (failure: Failure) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Calls a method on an open connection. */
export type Call<C extends Contract> = <M extends MethodName<C>>(
  method: M,
  request: RequestOf<C, M>,
  timeOutMs?: number,
) => Promise<ResponseOf<C, M>>;

/** The calling side of a contract, given as a type. It connects at the first call and again after the port closed. */
export class RpcClient<C extends Contract> {
  private readonly connect: () => Channel;
  private readonly greet: ((call: Call<C>) => Promise<void>) | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Map<string, Set<(body: never) => void>>();
  private channel: Channel | undefined;
  private greeted: Promise<void> = Promise.resolve();
  private lastId = 0;
  private wasOpen = false;
  private wokenAt = Number.NEGATIVE_INFINITY;

  /**
   * `connect` opens a channel to the background (throws a Failure where there is none to reach).
   * `greet` runs first on every new connection (a frame shows its seat there); other calls wait for it and fail with it.
   */
  constructor(connect: () => Channel, greet?: (call: Call<C>) => Promise<void>) {
    this.connect = connect;
    this.greet = greet;
  }

  /** Calls `method`. Rejects with a Failure only: a code of this room, or the one the handler gave. */
  readonly call: Call<C> = async (method, request, timeOutMs = TIME_OUT_MS) => {
    const channel = this.open();
    await this.greeted;
    if (channel !== this.channel) throw rpcFailure('WorkerGone');
    return this.send(channel, method, request, timeOutMs);
  };

  /** Hears `event` until the function given back is called. Does not connect by itself: see {@link open}. */
  on<E extends EventName<C>>(event: E, listener: (body: BodyOf<C, E>) => void): () => void {
    return this.listen(event, listener as (body: never) => void);
  }

  /** Hears of every connection after the first: events may have been missed in between. */
  onReconnect(listener: () => void): () => void {
    return this.listen(RECONNECTED, listener);
  }

  /** Connects now if there is no connection. Throws what `connect` throws. */
  open(): Channel {
    if (this.channel !== undefined) return this.channel;
    const channel = this.connect();
    this.channel = channel;
    channel.listen(
      (message) => this.receive(message),
      () => this.closed(channel),
    );
    const again = this.wasOpen;
    this.wasOpen = true;
    this.greeted =
      this.greet?.((method, request, timeOutMs = TIME_OUT_MS) => this.send(channel, method, request, timeOutMs)) ??
      Promise.resolve();
    this.greeted.then(
      () => again && this.tell(RECONNECTED, undefined),
      () => this.close(),
    );
    return channel;
  }

  /**
   * Connects for news, of which a doorbell told. The ring of a new worker may come before the end of the port to the dead
   * one: a connection that ends soon after it is opened again.
   */
  wake(): void {
    this.wokenAt = performance.now();
    this.open();
  }

  /** Resolves when the greeting of the present connection went well; rejects with its failure. */
  greeting(): Promise<void> {
    return this.greeted;
  }

  /** Closes the connection; waiting calls end in WorkerGone. A later call connects anew. */
  close(): void {
    const { channel } = this;
    if (channel === undefined) return;
    channel.close();
    this.closed(channel);
  }

  private send<M extends MethodName<C>>(channel: Channel, method: M, request: RequestOf<C, M>, timeOutMs: number) {
    const id = ++this.lastId;
    return new Promise<ResponseOf<C, M>>((resolve, reject) => {
      const timer = setTimeout(() => this.settle(id)?.reject(rpcFailure('TimedOut')), timeOutMs);
      this.waiting.set(id, { resolve, reject, timer });
      channel.post({ call: id, method, body: request });
    });
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return undefined;
    this.waiting.delete(id);
    clearTimeout(waiting.timer);
    return waiting;
  }

  private receive(message: unknown): void {
    const answer = readAnswer(message);
    if (answer === undefined) return;
    if ('event' in answer) this.tell(answer.event, answer.body);
    else if ('done' in answer) this.settle(answer.done)?.resolve(answer.body as never);
    else this.settle(answer.failed)?.reject(new Failure(answer.code, answer.retry));
  }

  private closed(channel: Channel): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(rpcFailure('WorkerGone'));
    if (performance.now() - this.wokenAt > WAKE_MS) return;
    // Once for each ring: a background that dies of being asked is left alone.
    this.wokenAt = Number.NEGATIVE_INFINITY;
    this.open();
  }

  private listen(event: string, listener: (body: never) => void): () => void {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  private tell(event: string, body: unknown): void {
    for (const listener of this.listeners.get(event) ?? []) listener(body as never);
  }
}

/** No event of a contract can have this name: property names of contracts hold no space. */
const RECONNECTED = ' reconnected';
