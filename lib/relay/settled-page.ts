/**
 * Owns giving a page that is still being built a moment to say whose chat it shows: many draw another name, or none, over a
 * chat until theirs is there. Does not own what a page says (open-chats.ts) nor whether that may be written to
 * (lib/conversation).
 */
import type { Page } from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import { rpcFailure } from '../rpc/index.ts';
import type { OpenChats } from './open-chats.ts';

/** A page that still shows another name after this long means it. In milliseconds. */
const SETTLING_MS = 3000;

/**
 * Does `step` with the page of `conversation`, and again with what the page says next when it is refused for the name over
 * the chat, until `patience` is over. Throws WorkerGone where the page was not opened in this session, and what `step` throws.
 */
export async function onSettledPage<Value>(
  chats: OpenChats,
  conversation: string,
  step: (page: Page) => Promise<Value>,
  patience = AbortSignal.timeout(SETTLING_MS),
): Promise<Value> {
  for (;;) {
    const page = await requirePage(chats, conversation);
    try {
      return await step(page);
    } catch (error) {
      const isName = error instanceof Failure && error.code === 'ContactRenamed';
      if (!isName || !(await chats.isOvertaken(conversation, page, patience))) throw error;
    }
  }
}

/** The page of `conversation`. Throws WorkerGone where it was not opened in this session. */
export async function requirePage(chats: OpenChats, conversation: string): Promise<Page> {
  const page = await chats.pageOf(conversation);
  if (page === undefined) throw rpcFailure('WorkerGone');
  return page;
}
