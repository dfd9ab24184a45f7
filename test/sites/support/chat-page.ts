/**
 * Owns a plain chat page whose site behaves as a test says. Page world: everything in `script` is the adversary's.
 * The page has a list (mark `list`), a textarea (mark `composer`) and `post(text)`, which shows a row.
 */

/** The page. `script` must define `onSend(text, box)`, called on Enter; `rows` stand in the list from the start. */
export function chatPage(script: string, rows = ''): string {
  return `<!doctype html><meta charset="utf-8"><title>Bob</title>
<style>
  body { margin: 0; height: 100vh; display: flex; flex-direction: column }
  #list { flex: 1; overflow-y: auto } .row { overflow-wrap: anywhere }
</style>
<div id="list" role="log" data-mark="list">${rows}</div>
<textarea data-mark="composer" placeholder="Message"></textarea>
<script>
  window.sent = [];
  const box = document.querySelector('textarea');
  const post = (text) => {
    const row = document.createElement('div');
    row.className = 'row';
    const span = document.createElement('span');
    span.textContent = text;
    row.append(span);
    document.querySelector('#list').append(row);
    return row;
  };
  window.post = post;
  ${script}
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    window.sent.push(box.value);
    onSend(box.value, box);
  });
</script>`;
}
