import { startChat } from './chat.js';

// The model is what the last input event showed, as in clients that write their own editor.
startChat((holder, send) => {
  holder.innerHTML = '<div contenteditable="true" role="textbox" aria-label="Message"></div>';
  const box = holder.firstChild;
  let text = '';
  box.addEventListener('input', () => {
    text = box.textContent;
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    send();
  });
  const clear = () => {
    box.textContent = '';
    text = '';
  };
  return { model: () => text, clear };
});
