/**
 * Owns the calls that admit frames and arm the focus guard, and their answers in the background.
 * Does not own what composer and transcript then ask: view-contract.ts.
 */
import { type Contract, flag, type Handlers, method, oneOf, record, text } from '../rpc/index.ts';
import type { GuardPost } from './guard-post.ts';
import type { TicketRegistration } from './mount-contract.ts';
import { TOKEN_LENGTH } from './mount-token.ts';
import type { Tickets } from './tickets.ts';

const token = text(TOKEN_LENGTH, TOKEN_LENGTH);
/** Longer than any site's name of a conversation that the adapters read (an address is cut by them). */
const MAX_CONVERSATION = 512;

/** What a frame gets for its ticket. */
export interface Admission {
  /** To show again after the worker died. */
  readonly seat: string;
}

/** The calls of mounting. None carries plaintext. */
export const frameContract = {
  methods: {
    'frames.register': method<TicketRegistration, null>({
      carries: 'ciphertext',
      callers: ['content'],
      parse: record({
        ticket: token,
        pass: token,
        kind: oneOf('composer', 'transcript'),
        conversation: text(MAX_CONVERSATION, 1),
      }),
    }),
    'frames.claim': method<{ ticket: string; pass: string }, Admission>({
      carries: 'ciphertext',
      callers: ['blank'],
      parse: record({ ticket: token, pass: token }),
    }),
    'frames.resume': method<{ seat: string }, null>({
      carries: 'ciphertext',
      callers: ['blank'],
      parse: record({ seat: token }),
    }),
    'guard.arm': method<{ on: boolean }, null>({
      carries: 'ciphertext',
      callers: ['composer'],
      parse: record({ on: flag }),
    }),
  },
  events: {},
} satisfies Contract;

/** The background's answers. */
export function frameHandlers(tickets: Tickets, guards: GuardPost): Handlers<typeof frameContract> {
  return {
    'frames.register': (registration, { caller }) => {
      tickets.register(caller, registration);
      return null;
    },
    'frames.claim': async (shown, { caller, admit }) => {
      const { seat, caller: seated } = await tickets.claim(caller, shown);
      admit(seated);
      return { seat };
    },
    'frames.resume': async ({ seat }, { caller, admit }) => {
      admit(await tickets.resume(caller, seat));
      return null;
    },
    'guard.arm': async ({ on }, { caller }) => {
      if (caller.tab !== undefined) await guards.arm(caller.tab, on);
      return null;
    },
  };
}
