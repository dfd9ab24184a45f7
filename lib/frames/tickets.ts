/**
 * Owns which frame of ours may show which conversation. A content script registers a ticket; the frame that shows the
 * ticket and its pass within ten seconds gets a seat; a seated frame whose port closed with the worker shows its seat again.
 * Does not own calls and their checks (rpc), nor what a seated frame may read.
 *
 * Invariants: a ticket seats one frame, once, of its kind, in the tab of the content script that registered it, never
 * the registering frame itself. A failed claim spends the ticket. Open tickets live in memory only: a worker that dies forgets them,
 * and the frame is mounted again. Seats outlive the worker in `kept`, but not the browser's session.
 */
import { type Caller, type FrameKind, Meter } from '../rpc/index.ts';
import type { TicketRegistration } from './mount-contract.ts';
import { frameFailure } from './mount-failure.ts';

/** A frame has loaded within this or never will. */
export const TICKET_LIFE_MS = 10_000;
/** Open tickets of one tab: a composer, three pooled transcript frames, and all of them again after a re-mount. */
const MAX_OPEN_PER_TAB = 16;
/** Seats kept of one tab; the oldest goes. A conversation has at most four, and a person changes conversations. */
const MAX_SEATS_PER_TAB = 64;
/** Refused claims of a tab in a burst, and a second: our own frames are refused only when something went wrong. */
const REFUSED_BURST = 16;
const REFUSED_PER_SECOND = 0.5;

/** A frame's right to its conversation. */
export interface Seat {
  readonly token: string;
  readonly kind: FrameKind;
  readonly tab: number;
  readonly frame: number;
  /** The browser's id of the document, where it gives one: a frame that was navigated is another document. */
  readonly document: string | undefined;
  readonly conversation: string;
}

/** Where seats outlive the worker: memory of the browser's session that content scripts cannot read. */
export interface SeatKeeper {
  load(): Promise<readonly Seat[]>;
  save(seats: readonly Seat[]): Promise<void>;
}

interface OpenTicket extends TicketRegistration {
  readonly tab: number;
  readonly parent: number;
  readonly expires: number;
}

/** A seat, and the caller that its frame now is. */
export interface Seated {
  readonly seat: string;
  readonly caller: Caller;
}

/** The ticket office of the background. */
export class Tickets {
  private readonly open = new Map<string, OpenTicket>();
  private readonly refusals = new Map<number, Meter>();
  private readonly keeper: SeatKeeper;
  private readonly now: () => number;
  private readonly token: () => string;
  private seats: Promise<Seat[]> | undefined;

  /** `now` is a clock in milliseconds, `token` makes unguessable tokens. */
  constructor(keeper: SeatKeeper, now: () => number, token: () => string) {
    this.keeper = keeper;
    this.now = now;
    this.token = token;
  }

  /** Opens a ticket for a frame that `caller`, a content script, is about to mount. Throws TooManyTickets or TicketRefused. */
  register(caller: Caller, registration: TicketRegistration): void {
    const { tab, frame } = caller;
    if (tab === undefined || frame === undefined || this.open.has(registration.ticket))
      throw frameFailure('TicketRefused');
    this.expire();
    const ofTab = [...this.open.values()].filter((ticket) => ticket.tab === tab);
    if (ofTab.length >= MAX_OPEN_PER_TAB) throw frameFailure('TooManyTickets');
    this.open.set(registration.ticket, { ...registration, tab, parent: frame, expires: this.now() + TICKET_LIFE_MS });
  }

  /** Seats the blank frame `caller` for its ticket and pass. Throws TicketRefused, or TooManyTickets where a tab guesses. */
  async claim(caller: Caller, shown: Pick<TicketRegistration, 'ticket' | 'pass'>): Promise<Seated> {
    const { tab, frame, document } = caller;
    if (tab === undefined || frame === undefined || this.isGuessing(tab)) throw frameFailure('TooManyTickets');
    this.expire();
    const ticket = this.open.get(shown.ticket);
    this.open.delete(shown.ticket);
    if (ticket === undefined || !mayTake(ticket, caller, shown.pass)) throw this.refuse(tab);
    const { kind, conversation } = ticket;
    const seat: Seat = { token: this.token(), kind, tab, frame, document, conversation };
    const seats = await this.load();
    seats.push(seat);
    dropOldest(seats, tab);
    await this.keeper.save(seats);
    return { seat: seat.token, caller: seated(caller, seat) };
  }

  /** Gives a frame its seat back after the port closed. Throws TicketRefused. */
  async resume(caller: Caller, token: string): Promise<Caller> {
    if (caller.tab !== undefined && this.isGuessing(caller.tab)) throw frameFailure('TooManyTickets');
    const seat = (await this.load()).find((kept) => kept.token === token);
    if (seat === undefined || !isSeatOf(seat, caller)) throw this.refuse(caller.tab ?? -1);
    return seated(caller, seat);
  }

  /** Forgets all of a tab that was closed. */
  async forgetTab(tab: number): Promise<void> {
    for (const [key, ticket] of this.open) if (ticket.tab === tab) this.open.delete(key);
    this.refusals.delete(tab);
    const seats = await this.load();
    const left = seats.filter((seat) => seat.tab !== tab);
    if (left.length === seats.length) return;
    this.seats = Promise.resolve(left);
    await this.keeper.save(left);
  }

  /** The tabs that have seated frames of `conversation`, for the doorbell. */
  async tabsOf(conversation: string): Promise<number[]> {
    const seats = await this.load();
    return [...new Set(seats.filter((seat) => seat.conversation === conversation).map((seat) => seat.tab))];
  }

  private load(): Promise<Seat[]> {
    this.seats ??= this.keeper.load().then((seats) => [...seats]);
    return this.seats;
  }

  private expire(): void {
    for (const [key, ticket] of this.open) if (ticket.expires <= this.now()) this.open.delete(key);
  }

  private refuse(tab: number): Error {
    const meter = this.refusals.get(tab) ?? new Meter(REFUSED_BURST, REFUSED_PER_SECOND, this.now());
    this.refusals.set(tab, meter);
    meter.take(this.now());
    return frameFailure('TicketRefused');
  }

  private isGuessing(tab: number): boolean {
    return this.refusals.get(tab)?.isEmpty(this.now()) ?? false;
  }
}

function mayTake(ticket: OpenTicket, caller: Caller, pass: string): boolean {
  const sameKind = caller.kind === 'blank' && caller.page === ticket.kind;
  return sameKind && caller.tab === ticket.tab && caller.frame !== ticket.parent && pass === ticket.pass;
}

function isSeatOf(seat: Seat, caller: Caller): boolean {
  const samePlace = caller.tab === seat.tab && caller.frame === seat.frame && caller.document === seat.document;
  return samePlace && caller.kind === 'blank' && caller.page === seat.kind;
}

function seated(caller: Caller, seat: Seat): Caller {
  return { ...caller, kind: seat.kind, conversation: seat.conversation };
}

function dropOldest(seats: Seat[], tab: number): void {
  const ofTab = seats.filter((seat) => seat.tab === tab);
  if (ofTab.length > MAX_SEATS_PER_TAB) seats.splice(seats.indexOf(ofTab[0]!), 1);
}
