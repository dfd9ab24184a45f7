/** The calls that a test can make into the content script of the tests, with their answers. */
import type { ConversationHint, SiteHealth } from '../../../lib/sites/index.ts';

/** Elements are named by their data-mark, their id or their tag. */
export interface RowReport {
  readonly armour: string;
  readonly complete: boolean;
  readonly own: boolean | undefined;
  readonly id: string | undefined;
  readonly row: string;
  readonly rows: number;
  readonly bodies: readonly string[];
}

export interface StateReport {
  readonly adapter: string;
  readonly health: SiteHealth;
  readonly candidates: readonly string[];
  readonly chats: readonly {
    composer: string;
    list: string | undefined;
    scroller: string | undefined;
    send: string | undefined;
  }[];
}

/** How a piece of work ended: its failure's code if it failed, its time and what was left in the box. */
export interface WorkReport {
  readonly code?: string;
  readonly ms: number;
  readonly box: string;
}

export interface DriverCalls {
  state(argument: Record<never, never>): StateReport;
  refresh(argument: Record<never, never>): void;
  hint(argument: { composer?: string }): ConversationHint;
  rows(argument: Record<never, never>): readonly RowReport[];
  log(argument: Record<never, never>): { seen: readonly string[]; lost: number; hints: number; states: number };
  insert(argument: { text: string; composer?: string }): Promise<WorkReport>;
  empty(argument: { composer?: string }): Promise<boolean>;
  send(argument: {
    texts: readonly string[];
    composer?: string;
    abortAfterMs?: number;
    stillThere?: boolean;
    proofWithinMs?: number;
  }): Promise<WorkReport & { readonly steps: readonly string[] }>;
  pick(argument: {
    composer: string;
    messages: readonly [string, string];
    send?: string;
  }): { composer: readonly string[]; list: readonly string[]; send: readonly string[] } | undefined;
  /** How many timers and callbacks the content script asks for in the next `ms` milliseconds. */
  idleWork(argument: { ms: number }): Promise<number>;
  rescan(argument: Record<never, never>): number;
}
