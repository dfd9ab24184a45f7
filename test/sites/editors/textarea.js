import { startChat } from './chat.js';

startChat((holder, send) => {
  holder.innerHTML = '<textarea placeholder="Message Bob"></textarea>';
  const box = holder.firstChild;
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  });
  const clear = () => {
    box.value = '';
  };
  return { model: () => box.value, clear };
});
