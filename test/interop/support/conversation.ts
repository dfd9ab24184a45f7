/** Owns playing a schedule between two parties, and the trace of it: every verdict, in order. */
import { equalBytes } from '../../../lib/bytes/index.ts';
import type { Envelope, Party, Verdict } from '../../support/signal/party.ts';
import type { Action, Schedule, Side } from './schedule.ts';

/** What one event came to. */
export type Event = { readonly action: Action['kind'] | 'final'; readonly side: Side } & (
  | { readonly verdict: Verdict }
  | { readonly sent: Envelope['type'] | 'nothing' }
);

/** Every event, and every message that was sent. */
export interface Trace {
  readonly events: readonly Event[];
  readonly envelopes: readonly Envelope[];
}

type BySide<Value> = Record<Side, Value>;

class Conversation {
  readonly #parties: BySide<Party>;
  readonly #underWay: BySide<Envelope[]> = { a: [], b: [] };
  readonly #delivered: BySide<Envelope[]> = { a: [], b: [] };
  readonly events: Event[] = [];
  readonly envelopes: Envelope[] = [];

  constructor(parties: BySide<Party>) {
    this.#parties = parties;
  }

  async play(action: Action): Promise<void> {
    const { kind, side } = action;
    if (kind === 'initiate') await this.#parties[side].initiate(await this.#other(side).publish(action.oneTime));
    else if (kind === 'send') await this.#send(side);
    else if (kind === 'lose') take(this.#underWay[side], action.pick);
    else if (kind === 'deliver') await this.#deliver(kind, side, take(this.#underWay[side], action.pick));
    else if (kind === 'repeat') await this.#judge(kind, side, at(this.#delivered[side], action.pick));
    else await this.#judge(kind, side, damaged(at(this.#underWay[side], action.pick)));
  }

  /** Delivers what is still under way, in order. */
  async finish(): Promise<void> {
    for (const side of ['a', 'b'] as const) {
      for (const envelope of this.#underWay[side].splice(0)) await this.#deliver('final', side, envelope);
    }
  }

  async #send(side: Side): Promise<void> {
    const envelope = await this.#parties[side].encrypt(`${side}, message ${this.envelopes.length}`);
    this.events.push({ action: 'send', side, sent: envelope?.type ?? 'nothing' });
    if (!envelope) return;
    this.#underWay[side === 'a' ? 'b' : 'a'].push(envelope);
    this.envelopes.push(envelope);
  }

  async #deliver(action: Event['action'], side: Side, envelope: Envelope | undefined): Promise<void> {
    if (envelope) this.#delivered[side].push(envelope);
    await this.#judge(action, side, envelope);
  }

  async #judge(action: Event['action'], side: Side, envelope: Envelope | undefined): Promise<void> {
    if (!envelope) return;
    const party = this.#parties[side];
    const before = party.snapshot();
    const verdict = await party.decrypt(envelope);
    this.events.push({ action, side, verdict });
    if (verdict.kind !== 'accepted' && !equalBytes(before, party.snapshot())) {
      throw new Error(`a ${verdict.kind} message has changed the state`);
    }
  }

  #other(side: Side): Party {
    return this.#parties[side === 'a' ? 'b' : 'a'];
  }
}

/** Plays `schedule` between two fresh parties. */
export async function playSchedule(schedule: Schedule, parties: BySide<Party>): Promise<Trace> {
  const conversation = new Conversation(parties);
  for (const action of schedule.actions) await conversation.play(action);
  await conversation.finish();
  return conversation;
}

function at<Value>(values: readonly Value[], pick: number): Value | undefined {
  return values.length === 0 ? undefined : values[pick % values.length];
}

function take<Value>(values: Value[], pick: number): Value | undefined {
  return values.length === 0 ? undefined : values.splice(pick % values.length, 1)[0];
}

/** Flips the last bit: the MAC's, or in a first message the KEM ciphertext's, so that the MAC is wrong all the same. */
function damaged(envelope: Envelope | undefined): Envelope | undefined {
  if (!envelope) return undefined;
  const bytes = envelope.bytes.slice();
  bytes[bytes.length - 1]! ^= 1;
  return { type: envelope.type, bytes };
}
