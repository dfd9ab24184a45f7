/**
 * Owns the declaring of what content scripts may ask about chats, and the reading of it: bounds on everything.
 * Does not own the types (page-contract.ts) nor the answers (desk.ts).
 */
import {
  type Contract,
  flag,
  integer,
  listOf,
  method,
  oneOf,
  pushedEvent,
  record,
  type Shape,
  text,
} from '../rpc/index.ts';
import type {
  ChatReport,
  ChatStatus,
  Delivery,
  PageHealth,
  RowReport,
  RowsReport,
  RowVerdict,
  Settlement,
} from './page-contract.ts';

/** Adapters cut what they read off a page at 200 letters, and put its source in front. */
const MAX_HINT = 256;
/** Rows told at a time; the size of a message on the port bounds their texts. */
const MAX_ROWS = 512;
/** Rows that a list shows at once, as many as the layout of frames takes. */
const MAX_SHOWN = 2000;
/** As many spans as one message has chunks; a row that quotes more is not all read. */
const MAX_SPANS = 64;
/** Longer than the longest chunk (29 388 letters and marks), with blanks that a site put in between. */
const MAX_SPAN = 65_536;
/** Far above the largest number of a row or chat in a document that stays open for weeks. */
const MAX_NUMBER = 2 ** 31 - 1;
const MAX_TOKEN = 128;

const chat = integer(0, MAX_NUMBER);
const hint = text(MAX_HINT);
const onContent = { carries: 'ciphertext', callers: ['content'] } as const;

const rowReport: Shape<RowReport> = record({
  row: integer(0, MAX_NUMBER),
  spans: listOf(text(MAX_SPAN), MAX_SPANS),
  complete: flag,
  own: oneOf('yes', 'no', 'unknown'),
});

/** What content scripts ask, besides frames. None of it carries plaintext. */
export const pageContract = {
  methods: {
    'page.health': method<PageHealth, null>({
      ...onContent,
      parse: record({
        state: oneOf('healthy', 'degraded', 'unsupported'),
        reasons: listOf(text(64), 16),
        site: text(64),
      }),
    }),
    'chat.open': method<ChatReport, ChatStatus>({
      ...onContent,
      parse: record({
        chat,
        key: hint,
        peer: hint,
        account: hint,
        kind: oneOf('direct', 'group', 'none', 'unknown'),
        limit: integer(1, MAX_NUMBER),
        unit: oneOf('utf16', 'codePoints', 'utf8Bytes'),
        slack: integer(0, MAX_NUMBER),
        alphabet: oneOf('base62', 'han14'),
        anew: flag,
      }),
    }),
    'chat.close': method<{ chat: number }, null>({ ...onContent, parse: record({ chat }) }),
    'chat.rows': method<RowsReport, RowVerdict[]>({
      ...onContent,
      parse: record({
        chat,
        rows: listOf(rowReport, MAX_ROWS),
        order: listOf(integer(0, MAX_NUMBER), MAX_SHOWN),
        known: flag,
      }),
    }),
    'chat.invite': method<{ chat: number }, null>({ ...onContent, parse: record({ chat }) }),
    'chat.take': method<{ chat: number }, Delivery>({ ...onContent, parse: record({ chat }) }),
    'chat.settle': method<Settlement, null>({
      ...onContent,
      parse: record({ chat, delivery: text(MAX_TOKEN, 1), sent: integer(0, 64), code: text(64) }),
    }),
  },
  events: {
    'chat.status': pushedEvent<ChatStatus>({ carries: 'ciphertext', listeners: ['content'] }),
    'chat.verdicts': pushedEvent<{ chat: number; verdicts: RowVerdict[] }>({
      carries: 'ciphertext',
      listeners: ['content'],
    }),
    'chat.outbox': pushedEvent<{ chat: number }>({ carries: 'ciphertext', listeners: ['content'] }),
  },
} satisfies Contract;
