/**
 * The chat around an editor under test: a list, a box, and sending as a site does it. Page world: the site's own code.
 * `?send=enter` or `?send=button` says how it sends; there is a button in the second case only.
 */
const mode = new URLSearchParams(location.search).get('send') ?? 'enter';

document.body.innerHTML = `
  <style>
    body { margin: 0; height: 100vh; display: flex; flex-direction: column; font: 14px sans-serif }
    #list { flex: 1; overflow-y: auto } #composer { display: flex; min-height: 40px } #holder { flex: 1; min-width: 0; overflow-wrap: anywhere }
    #holder [contenteditable], #holder textarea { min-height: 30px; outline: 1px solid grey; width: 100%; box-sizing: border-box }
    .row { padding: 4px; overflow-wrap: anywhere }
  </style>
  <header><h1>Bob</h1></header>
  <div id="list" role="log"></div>
  <div id="composer"><div id="holder"></div></div>`;

/** What was sent, as the editor's own model had it. */
window.sent = [];

/**
 * Puts an editor into the chat. `mount(holder, send)` gives {model(), clear()}: `model` is the text by the editor's own
 * reckoning, not by what is on the screen; `send` is to be called on Enter.
 */
export async function startChat(mount) {
  const send = () => {
    const text = editor.model();
    if (text.trim() === '') return;
    window.sent.push(text);
    const row = document.createElement('div');
    row.className = 'row';
    row.innerHTML = '<b>me</b> <span class="text"></span> <time>12:00</time>';
    row.querySelector('.text').textContent = text;
    document.querySelector('#list').append(row);
    editor.clear();
  };
  const editor = await mount(document.querySelector('#holder'), mode === 'enter' ? send : () => {});
  if (mode === 'button') {
    const button = document.createElement('button');
    button.setAttribute('aria-label', 'Send message');
    button.textContent = '\u27a4';
    button.addEventListener('click', send);
    document.querySelector('#composer').append(button);
  }
  window.readModel = () => editor.model();
  document.documentElement.dataset.editor = 'ready';
}
