/**
 * Owns answering calls in the background: checks, limits, failures, pushed events.
 * Does not own who a caller is (caller.ts) nor what a method does (its handler).
 *
 * Invariants: a handler runs only for a kind that its method lists, on a request that its parser gave. A failure
 * leaves as {code, retry}; an untyped error leaves as Internal. Each port has a bounded size, rate and number of open calls;
 * one that sends what no client of ours would send, or goes on after being told that it is too fast, is closed.
 */
import { Failure } from '../failure/index.ts';
import type { Caller } from './caller.ts';
import type { Channel } from './client-channel.ts';
import type { BodyOf, Contract, EventName, MethodName, RequestOf, ResponseOf } from './client-contract.ts';
import { type RpcCode, rpcFailure } from './client-failure.ts';
import { type CallMessage, MAX_MESSAGE_SIZE, readCall, sizeWithin } from './client-wire.ts';
import { Meter } from './meter.ts';

/** What a handler is told beside the request. */
export interface CallContext {
  readonly caller: Caller;
  /** Replaces the caller of this port: how a ticket makes a composer of a blank frame. */
  admit(caller: Caller): void;
}

/** One function for each method of the contract. */
export type Handlers<C extends Contract> = {
  readonly [M in MethodName<C>]: (
    request: RequestOf<C, M>,
    context: CallContext,
  ) => ResponseOf<C, M> | Promise<ResponseOf<C, M>>;
};

/** Messages in a burst, and a second: a person and a page load make dozens; a flood makes thousands. */
const BURST = 240;
const PER_SECOND = 60;
/** Messages refused for their rate before the port is closed. */
const PATIENCE = 240;
/** Calls of one port that wait for an answer at a time. */
const MAX_OPEN_CALLS = 64;

interface Connection {
  readonly channel: Channel;
  readonly meter: Meter;
  caller: Caller;
  openCalls: number;
  refused: number;
}

/** The answering side of one contract. */
export class RpcServer<C extends Contract> {
  private readonly contract: C;
  private readonly handlers: Handlers<C>;
  private readonly now: () => number;
  private readonly report: (error: unknown) => void;
  private readonly ready: Promise<unknown>;
  private readonly connections = new Set<Connection>();

  /**
   * `now` is a clock in milliseconds; `report` is told of untyped errors, which are defects. No handler runs before `ready`
   * has resolved; it must not reject. Calls that wait for it run in the order in which they came.
   */
  constructor(
    contract: C,
    handlers: Handlers<C>,
    now: () => number,
    report: (error: unknown) => void = () => {},
    ready: Promise<unknown> = Promise.resolve(),
  ) {
    this.contract = contract;
    this.handlers = handlers;
    this.now = now;
    this.report = report;
    this.ready = ready;
  }

  /** Serves `caller` over `channel` until it closes. */
  accept(channel: Channel, caller: Caller): void {
    const meter = new Meter(BURST, PER_SECOND, this.now());
    const connection: Connection = { channel, meter, caller, openCalls: 0, refused: 0 };
    this.connections.add(connection);
    channel.listen(
      (message) => this.receive(connection, message),
      () => this.connections.delete(connection),
    );
  }

  /** Sends an event to every connected caller that may hear it and that `to` picks. Gives how many that were. */
  push<E extends EventName<C>>(event: E, body: BodyOf<C, E>, to: (caller: Caller) => boolean): number {
    const { listeners } = this.contract.events[event]!;
    let reached = 0;
    for (const { caller, channel } of this.connections) {
      if (!listeners.includes(caller.kind) || !to(caller)) continue;
      channel.post({ event, body });
      reached += 1;
    }
    return reached;
  }

  /** How many ports are open. */
  get size(): number {
    return this.connections.size;
  }

  private drop(connection: Connection): void {
    this.connections.delete(connection);
    connection.channel.close();
  }

  private receive(connection: Connection, message: unknown): void {
    if (!this.connections.has(connection)) return;
    const inRate = connection.meter.take(this.now());
    if (!inRate) connection.refused += 1;
    const fits = sizeWithin(message, MAX_MESSAGE_SIZE);
    const call = readCall(message);
    if (call === undefined || connection.refused > PATIENCE) {
      this.drop(connection);
      return;
    }
    const refusal = this.refusal(connection, call, inRate, fits);
    if (refusal === undefined) void this.answer(connection, call);
    else fail(connection.channel, call.call, rpcFailure(refusal));
  }

  private refusal(connection: Connection, call: CallMessage, inRate: boolean, fits: boolean): RpcCode | undefined {
    if (!inRate || connection.openCalls >= MAX_OPEN_CALLS) return 'TooFast';
    if (!fits) return 'TooLarge';
    if (!Object.hasOwn(this.contract.methods, call.method)) return 'UnknownMethod';
    return this.contract.methods[call.method]!.callers.includes(connection.caller.kind) ? undefined : 'NotAllowed';
  }

  private async answer(connection: Connection, { call, method, body }: CallMessage): Promise<void> {
    const { channel } = connection;
    connection.openCalls += 1;
    await this.ready;
    try {
      const request = this.contract.methods[method]!.parse(body);
      if (request === undefined) throw rpcFailure('BadRequest');
      const context: CallContext = {
        caller: connection.caller,
        admit: (caller) => {
          connection.caller = caller;
        },
      };
      const response = await this.handlers[method as MethodName<C>](request as never, context);
      channel.post({ done: call, body: response });
    } catch (error) {
      if (!(error instanceof Failure)) this.report(error);
      fail(channel, call, error instanceof Failure ? error : rpcFailure('Internal'));
    } finally {
      connection.openCalls -= 1;
    }
  }
}

function fail(channel: Channel, call: number, { code, retry }: Failure): void {
  channel.post({ failed: call, code, retry });
}
