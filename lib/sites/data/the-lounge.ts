import type { SiteAdapter } from '../adapter.ts';

/** The Lounge 4.5, a web client for IRC that anyone can host. Seen in version 4.5.2. */
export const theLounge: SiteAdapter = {
  id: 'the-lounge',
  name: 'The Lounge',
  hosts: [],
  fingerprint: ['meta[name="application-name"][content="The Lounge"]', '#viewport'],
  scope: '#chat-container',
  composer: ['form#form > textarea#input'],
  send: ['form#form button#submit'],
  list: ['#chat .messages[role="log"]'],
  row: ['.msg[id^="msg-"]'],
  text: ['.content'],
  fold: [],
  rowId: 'id',
  own: { when: 'matches', selector: '.self' },
  // Its address (#/chan-3) numbers the windows of one session and says nothing about who is in them.
  conversation: [{ from: 'element', selector: '#chat-container', attribute: 'data-current-channel' }],
  peer: [
    { from: 'element', selector: '#chat .chat-view[data-type="query"]', attribute: 'aria-label' },
    { from: 'title', pattern: '^(?:\\(\\d+\\) )?(.+) — The Lounge$' },
  ],
  account: [{ from: 'element', selector: 'form#form > #nick' }],
  kind: [
    { selector: '#chat .chat-view[data-type="query"]', kind: 'direct' },
    { selector: '#chat .chat-view[data-type="channel"]', kind: 'group' },
    { selector: '#chat .chat-view', kind: 'none' },
  ],
  // A line of IRC: the client itself cuts anything longer into several messages.
  limit: { amount: 350, unit: 'utf8Bytes', slack: 0 },
  alphabet: 'base62',
  // IRC servers delay bursts by up to a minute.
  pacing: { burst: 4, gapMs: 700 },
  quirks: [],
};
