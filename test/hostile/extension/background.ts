/**
 * A background for the hostile-page tests: the real calls, tickets and guards, and canary texts instead of conversations.
 */
import { defineBackground } from 'wxt/utils/define-background';
import { browser } from '../../../lib/browser.ts';
import { Failure } from '../../../lib/failure/index.ts';
import {
  answerGuards,
  type Bubble,
  frameContract,
  frameHandlers,
  GuardPost,
  onTabClosed,
  randomToken,
  sessionSeats,
  Tickets,
  tabGuards,
  viewContract,
} from '../../../lib/frames/index.ts';
import { acceptPorts, type Handlers, RpcServer } from '../../../lib/rpc/index.ts';
import { receivedCanaries, report } from './disarmed.ts';

const contract = { methods: { ...frameContract.methods, ...viewContract.methods }, events: viewContract.events };

const LONG_AGO = Date.UTC(2026, 0, 1);

/** Ids say what a bubble is: `STATE`, a dash, and for some a reason or a number. */
const STATES = /^(reading|sending|sent|delivered|unsent|unreadable|removed|repeated|invite|missing)/;

function bubble(id: string, text: string): Bubble {
  const state = STATES.exec(id)?.[1] ?? 'received';
  const detail = id.split('-')[1] ?? '';
  const mine = /^(sen|del|uns)/.test(id);
  return {
    id,
    from: mine ? 'me' : 'them',
    state: state === 'missing' ? 'received' : (state as Bubble['state']),
    text,
    name: 'Mallory',
    sentAt: LONG_AGO,
    missingBefore: state === 'missing' ? Number(detail) : 0,
    reason: state === 'unreadable' ? (detail as Bubble['reason']) : null,
    retry: state === 'unsent' ? 'later' : null,
    preview: null,
  };
}

function viewHandlers(): Handlers<typeof viewContract> {
  const texts = new Map(Object.entries(receivedCanaries()));
  const unlike = texts.get('composer');
  texts.delete('composer');
  let draft = '';
  browser.runtime.onMessage.addListener((message: unknown) => {
    // What the test's own content script asks: ids for the site's rows, and, for the in-page design, all texts.
    if (message === 'test-ids') return Promise.resolve([...texts.keys()]);
    if (message === 'test-texts') return Promise.resolve([...texts.values()]);
    return undefined;
  });
  return {
    'composer.open': () => ({
      mark: { colour: 'teal', sign: '🦊' },
      contact: { name: 'Bob', verified: unlike === undefined },
      draft,
      limit: 2000,
      blocked: unlike === 'blocked' ? 'UntrustedIdentity' : null,
      unsent: null,
      waiting: 0,
    }),
    'composer.takeBack': () => null,
    'composer.keepDraft': ({ text }) => {
      draft = text;
      report(`draft ${text}`);
      return null;
    },
    'composer.send': async ({ text }, { caller }) => {
      if (text.startsWith('fail ')) throw new Failure(text.slice(5), 'user');
      const id = `delivered${texts.size}`;
      texts.set(id, text);
      draft = '';
      report(`sent ${id}`);
      await browser.tabs.sendMessage(caller.tab!, `test-row ${id}`);
      return null;
    },
    'transcript.read': ({ ids }) => ids.filter((id) => texts.has(id)).map((id) => bubble(id, texts.get(id)!)),
    'transcript.accept': ({ id }) => {
      report(`accepted ${id}`);
      return null;
    },
    'transcript.retry': () => null,
    'transcript.openLink': ({ address }) => {
      report(`opened ${address}`);
      return null;
    },
    'transcript.picture': () => '',
    'preview.look': () => null,
    'preview.answer': () => null,
    'preview.remove': () => null,
    'preview.hold': () => null,
    'preview.openPopup': () => false,
  };
}

export default defineBackground({
  type: 'module',
  main() {
    const tickets = new Tickets(sessionSeats, Date.now, randomToken);
    const guards = new GuardPost(tabGuards);
    const frames = frameHandlers(tickets, guards);
    const handlers: Handlers<typeof contract> = {
      ...frames,
      ...viewHandlers(),
      'frames.claim': async (shown, context) => {
        try {
          const admission = await frames['frames.claim'](shown, context);
          report('seated');
          return admission;
        } catch (error) {
          report(`refused ${(error as { code?: string }).code}`);
          throw error;
        }
      },
      'guard.arm': (request, context) => {
        report(`armed ${request.on}`);
        return frames['guard.arm'](request, context);
      },
    };
    const server = new RpcServer(contract, handlers, Date.now, (error) => report(`defect ${String(error)}`));
    acceptPorts((channel, caller) => server.accept(channel, caller));
    answerGuards((tab) => guards.isArmed(tab));
    onTabClosed((tab) => void tickets.forgetTab(tab));
  },
});
