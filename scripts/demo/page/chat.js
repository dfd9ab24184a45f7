/** The demonstration chat's own page: a list of messages and a rich-text editor, as any chat has them. */
import { registerRichText } from '@lexical/rich-text';
import {
  $createParagraphNode,
  $getRoot,
  COMMAND_PRIORITY_HIGH,
  createEditor,
  INSERT_LINE_BREAK_COMMAND,
  KEY_ENTER_COMMAND,
} from 'lexical';

const me = new URLSearchParams(location.search).get('as') ?? 'alice';
const withPath = /^[/]with[/]([a-z]+)$/.exec(location.pathname);
let peer = withPath?.[1] ?? (me === 'alice' ? 'bob' : 'alice');
const messages = new Map();

const byId = (id) => document.getElementById(id);
const named = (name) => name[0].toUpperCase() + name.slice(1);
const list = byId('messages');
/** What screen readers hear of a page that scripts draw. */
for (const [id, attributes] of [
  ['messages', { role: 'log', 'aria-live': 'polite', 'aria-label': 'Messages' }],
  ['editor', { contenteditable: 'true', role: 'textbox', 'aria-multiline': 'true', 'aria-label': 'Message' }],
])
  for (const [name, value] of Object.entries(attributes)) byId(id).setAttribute(name, value);

const editor = createEditor({
  namespace: 'courtyard',
  onError: (error) => {
    throw error;
  },
});
editor.setRootElement(byId('editor'));
registerRichText(editor);
editor.registerCommand(
  KEY_ENTER_COMMAND,
  (event) => {
    event?.preventDefault();
    if (event?.shiftKey) editor.dispatchCommand(INSERT_LINE_BREAK_COMMAND, false);
    else send();
    return true;
  },
  COMMAND_PRIORITY_HIGH,
);
editor.registerUpdateListener(() => {
  byId('editor').classList.toggle('empty', editor.read(() => $getRoot().getTextContent()) === '');
});

function send() {
  const text = editor.read(() => $getRoot().getTextContent()).trim();
  if (text === '') return;
  editor.update(() => {
    const paragraph = $createParagraphNode();
    $getRoot().clear().append(paragraph);
    paragraph.select();
  });
  void fetch('/messages', { method: 'POST', body: JSON.stringify({ from: me, to: peer, text }) });
}
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});

function rowOf({ id, from, text, at }) {
  const row = document.createElement('article');
  row.className = from === me ? 'message own' : 'message';
  row.dataset.id = String(id);
  const words = document.createElement('p');
  words.className = 'text';
  words.textContent = text;
  const time = document.createElement('time');
  time.textContent = new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  row.append(words, time);
  return row;
}

const isHere = ({ from, to }) => (from === me && to === peer) || (from === peer && to === me);

function add(message) {
  if (messages.has(message.id)) return;
  messages.set(message.id, message);
  if (!isHere(message)) return;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(rowOf(message));
  if (atEnd || message.from === me) list.scrollTop = list.scrollHeight;
}

function showPeer() {
  document.title = `${named(peer)} · Courtyard`;
  byId('peer').textContent = named(peer);
  byId('face').textContent = named(peer)[0];
  list.replaceChildren(...[...messages.values()].filter(isHere).map(rowOf));
  list.scrollTop = list.scrollHeight;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.name === peer) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function showPeople(names) {
  byId('me').textContent = `You are ${named(me)}`;
  const items = names
    .filter((name) => name !== me)
    .map((name) => {
      const link = document.createElement('a');
      link.dataset.name = name;
      link.href = `/with/${name}?as=${me}`;
      const face = document.createElement('span');
      face.className = 'face';
      face.textContent = named(name)[0];
      link.append(face, named(name));
      link.addEventListener('click', (event) => {
        event.preventDefault();
        history.pushState(null, '', link.href);
        peer = name;
        showPeer();
      });
      const item = document.createElement('li');
      item.append(link);
      return item;
    });
  byId('people').replaceChildren(...items);
  showPeer();
}

addEventListener('popstate', () => {
  peer = /^[/]with[/]([a-z]+)$/.exec(location.pathname)?.[1] ?? peer;
  showPeer();
});
void fetch('/people')
  .then((response) => response.json())
  .then(showPeople);
if (withPath === null) history.replaceState(null, '', `/with/${peer}?as=${me}`);
new EventSource(`/events?as=${me}`).addEventListener('message', ({ data }) => add(JSON.parse(data)));
