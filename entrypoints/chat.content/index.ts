/**
 * The chats of a granted site: finds them, mounts the frames, inserts and sends ciphertext. Wiring only. It is registered
 * for each site when the person grants it, and holds neither plaintext nor keys.
 */
import { defineContentScript } from 'wxt/utils/define-content-script';
import type { PageContract } from '../../lib/relay/page-contract.ts';
import { connectPort, onDoorbell, RpcClient } from '../../lib/rpc/client.ts';
import { type Chat, type ChatsOnPage, watchChats } from '../../lib/sites/index.ts';
import { OpenChat } from './open-chat.ts';

/** Where a second script of ours in one document (a grant, then a navigation within it) finds the first. */
const PLACE = Symbol.for('sotto.chats');

export default defineContentScript({
  registration: 'runtime',
  runAt: 'document_idle',
  allFrames: true,
  matchOriginAsFallback: true,
  main() {
    const world = globalThis as { [PLACE]?: boolean };
    if (world[PLACE] === true) return;
    world[PLACE] = true;
    start();
  },
});

function start(): void {
  // A worker that wakes knows of no chat: it hears of all of them before whatever woke it.
  const client = new RpcClient<PageContract>(connectPort, async (call) => {
    for (const opened of all()) void opened.report(call);
  });
  const open = new Map<Chat, OpenChat>();
  const troubles = new Set<string>();
  const all = (): OpenChat[] => [...open.values()];

  function tellHealth({ adapter, health }: ChatsOnPage): void {
    // A frame without a chat (an advertisement, a login) has nothing to say about the site.
    if (window !== window.top && health.state === 'unsupported') return;
    const state = troubles.size > 0 && health.state === 'healthy' ? 'degraded' : health.state;
    const reasons = [...health.reasons, ...troubles];
    client.call('page.health', { state, reasons, site: adapter.name }).catch(() => undefined);
  }
  function openChat(chat: Chat): void {
    if (open.has(chat) || !watch.state().chats.includes(chat)) return;
    open.set(
      chat,
      new OpenChat(client, watch, chat, (code) => {
        troubles.add(code);
        tellHealth(watch.state());
      }),
    );
  }
  function onChats(state: ChatsOnPage): void {
    tellHealth(state);
    for (const [chat, opened] of open) {
      if (state.chats.includes(chat)) continue;
      opened.close();
      open.delete(chat);
    }
  }
  const watch = watchChats(document, {
    onChats,
    onHint: (chat, hint) => {
      const known = open.get(chat);
      if (known !== undefined) known.show(hint);
      // The watch itself is there only after its first report.
      else queueMicrotask(() => openChat(chat));
    },
    onRows: () => {
      for (const opened of all()) opened.readRows();
    },
  });

  client.on('chat.status', (status) =>
    all()
      .find(({ number }) => number === status.chat)
      ?.take(status),
  );
  client.on('chat.verdicts', ({ chat, verdicts }) =>
    all()
      .find(({ number }) => number === chat)
      ?.judge(verdicts),
  );
  client.on('chat.outbox', ({ chat }) =>
    all()
      .find(({ number }) => number === chat)
      ?.send(),
  );
  client.onReconnect(() => {
    tellHealth(watch.state());
    for (const opened of all()) opened.readRows();
  });
  // The worker slept and has news: connecting again is what fetches them.
  onDoorbell(() => client.wake());
}
