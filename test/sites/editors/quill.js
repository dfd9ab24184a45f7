import Quill from 'quill';
import { startChat } from './chat.js';

startChat((holder, send) => {
  const handler = () => {
    send();
    return false;
  };
  const quill = new Quill(holder, {
    placeholder: 'Message Bob',
    modules: { keyboard: { bindings: { enter: { key: 'Enter', handler } } } },
  });
  return { model: () => quill.getText().replace(/\n$/, ''), clear: () => quill.setText('', 'user') };
});
