/**
 * The only key holder. Wiring only: it opens the store, gives each room what it stands on, and answers every other world.
 * The top level touches no browser API: the build runs it in Node to read what is exported.
 * One classic script, not a module: of that alone Chrome keeps the compiled code, and it alone may load parts of itself later.
 */
import { defineBackground } from 'wxt/utils/define-background';
import { browser } from '../../lib/browser.ts';
import { cryptoReady } from '../../lib/crypto/index.ts';
import {
  answerGuards,
  frameContract,
  frameFailure,
  frameHandlers,
  GuardPost,
  onTabClosed,
  randomToken,
  sessionSeats,
  Tickets,
  tabGuards,
  viewContract,
} from '../../lib/frames/index.ts';
import { coversSite, readGrantedSites } from '../../lib/grants/index.ts';
import {
  BackupDesk,
  backupContract,
  Courier,
  composerState,
  Desk,
  homeContract,
  homeHandlers,
  OpenChats,
  PreviewDesk,
  pageContract,
  popupContract,
  popupHandlers,
  previewContract,
  previewSettingsHandlers,
  viewHandlers,
} from '../../lib/relay/index.ts';
import { acceptPorts, type Caller, type Handlers, RpcServer, ringDoorbell } from '../../lib/rpc/index.ts';
import { backupPlatform, followBackup } from './backup-platform.ts';
import { followBadges } from './badge.ts';
import { forgetKept, markChoices, sessionPages, setTrustMark, trustMark } from './keeping.ts';
import { mayPreview, openPopup, previewBuilder, previewPolicy } from './preview-network.ts';
import { followGrants } from './site-scripts.ts';
import { openSurroundings } from './surroundings.ts';

const contract = {
  methods: {
    ...frameContract.methods,
    ...viewContract.methods,
    ...pageContract.methods,
    ...popupContract.methods,
    ...homeContract.methods,
    ...backupContract.methods,
    ...previewContract.methods,
  },
  events: { ...viewContract.events, ...pageContract.events, ...backupContract.events },
};

export default defineBackground({
  main() {
    const { around, erase } = openSurroundings(() => backup.noticed());
    const tickets = new Tickets(sessionSeats, Date.now, randomToken);
    const guards = new GuardPost(tabGuards);
    const chats = new OpenChats(sessionPages);
    const courier = new Courier({
      around,
      now: Date.now,
      nudge: (conversation) => {
        for (const chat of chats.of(conversation)) server.push('chat.outbox', { chat: chat.chat }, isAt(chat.caller));
        void tickets.tabsOf(conversation).then(ringDoorbell);
      },
    });
    const badge = followBadges({ around, chats });
    const tellComposers = (conversation: string): void => {
      for (const { caller } of chats.of(conversation)) badge(caller.tab);
      const isComposer = (caller: Caller): boolean =>
        caller.kind === 'composer' && caller.conversation === conversation;
      composerState({ around, chats, mark: trustMark }, conversation).then(
        (state) => server.push('composer.changed', state, isComposer),
        () => undefined,
      );
    };
    const desk = new Desk({
      now: Date.now,
      around,
      chats,
      courier,
      tellStatus: (chat, status) => {
        server.push('chat.status', status, isAt(chat.caller));
        badge(chat.caller.tab);
      },
      tellVerdicts: (chat, verdicts) => server.push('chat.verdicts', { chat: chat.chat, verdicts }, isAt(chat.caller)),
      tellOutbox: (chat) => server.push('chat.outbox', { chat: chat.chat }, isAt(chat.caller)),
      tellBubbles: ({ conversation, caller: { tab } }, bubbles) =>
        server.push(
          'transcript.changed',
          bubbles,
          (caller) => caller.kind === 'transcript' && caller.conversation === conversation && caller.tab === tab,
        ),
      tellComposers,
    });
    const backup = new BackupDesk({
      around,
      ...backupPlatform,
      tell: (state) => server.push('backup.changed', state, ({ kind }) => kind === 'popup' || kind === 'home'),
      // What the pages told was read without the keys and the history: they tell it anew.
      restored: () => {
        for (const tab of chats.tabs()) void browser.tabs.reload(tab);
      },
    });
    const previews = new PreviewDesk({
      around,
      pageOf: (conversation) => chats.pageOf(conversation),
      policy: previewPolicy,
      builder: previewBuilder,
      tell: (link, to) => void server.push('preview.changed', link, to),
    });
    const answers = desk.handlers();
    const frames = frameHandlers(tickets, guards);
    const handlers: Handlers<typeof contract> = {
      ...frames,
      // A ticket is for a conversation that this very document shows.
      'frames.register': (registration, context) => {
        const shown = chats.of(registration.conversation).some(({ caller }) => isAt(context.caller)(caller));
        if (!shown) throw frameFailure('TicketRefused');
        return frames['frames.register'](registration, context);
      },
      // The worker is new: the page tells again what it shows.
      'frames.resume': async (seat, context) => {
        const done = await frames['frames.resume'](seat, context);
        if (context.caller.tab !== undefined) ringDoorbell([context.caller.tab]);
        return done;
      },
      ...answers,
      ...backup.handlers(),
      'chat.open': async (report, context) => {
        const status = await answers['chat.open'](report, context);
        badge(context.caller.tab);
        return status;
      },
      'page.health': async (health, context) => {
        await answers['page.health'](health, context);
        badge(context.caller.tab);
        return null;
      },
      // What was read may have come from another key than the contact's.
      'chat.rows': async (report, context) => {
        const verdicts = await answers['chat.rows'](report, context);
        if (report.rows.length > 0 && !report.known) badge(context.caller.tab);
        return verdicts;
      },
      ...viewHandlers({
        around,
        chats,
        courier,
        desk,
        mark: trustMark,
        openTab: (url) => void browser.tabs.create({ url }),
        previews,
        openPopup,
      }),
      ...popupHandlers({
        around,
        chats,
        courier,
        desk,
        version: browser.runtime.getManifest().version,
        cryptoReady: isCryptoReady,
        isGranted: async (pattern) => coversSite(await readGrantedSites(browser), pattern),
        token: randomToken,
      }),
      ...previewSettingsHandlers({ around, previews, isPermitted: mayPreview }),
      ...homeHandlers({
        around,
        desk,
        version: browser.runtime.getManifest().version,
        cryptoReady: isCryptoReady,
        mark: trustMark,
        choices: markChoices,
        setMark: async (mark) => {
          await setTrustMark(mark);
          for (const { conversation } of chats.all()) tellComposers(conversation);
        },
        erase: async () => {
          const tabs = chats.tabs();
          await erase();
          await chats.forgetAll();
          await forgetKept();
          await previews.settingsChanged();
          badge(undefined);
          // What their frames show is of what is no longer there.
          for (const tab of tabs) void browser.tabs.reload(tab);
        },
      }),
    };
    const report = (error: unknown): void => queueMicrotask(() => Promise.reject(error));
    // A page that wakes the worker is faster than its cryptography. Where that can't start, the popup says so.
    const server = new RpcServer(contract, handlers, Date.now, report, isCryptoReady());
    acceptPorts((channel, caller) => server.accept(channel, caller));
    answerGuards((tab) => guards.isArmed(tab));
    onTabClosed((tab) => {
      chats.forgetTab(tab);
      void tickets.forgetTab(tab);
    });
    browser.runtime.onInstalled.addListener(({ reason }) => {
      if (reason === 'install') void browser.runtime.openOptionsPage();
    });
    badge(undefined);
    followBackup(backup);
    followGrants({
      onGone: () => {
        for (const tab of chats.tabs()) void browser.tabs.reload(tab);
      },
      // A question about previews may be answered by it.
      onChanged: () => void previews.settingsChanged().catch(() => undefined),
    });
  },
});

function isCryptoReady(): Promise<boolean> {
  return cryptoReady().then(
    () => true,
    () => false,
  );
}

/** Whether a caller is the content script of the same document. */
function isAt(one: Caller): (other: Caller) => boolean {
  return (other) =>
    other.kind === 'content' && other.tab === one.tab && other.frame === one.frame && other.document === one.document;
}
