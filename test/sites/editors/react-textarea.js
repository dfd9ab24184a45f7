import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { startChat } from './chat.js';

/** Controlled: what stands in the box is what the state says, after every change. */
function Box({ send, onRender }) {
  const [value, setValue] = useState('');
  onRender({ model: () => value, clear: () => setValue('') });
  const onKeyDown = (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    send();
  };
  const onChange = (event) => setValue(event.target.value);
  return createElement('textarea', { placeholder: 'Message Bob', value, onChange, onKeyDown });
}

startChat(
  (holder, send) =>
    new Promise((resolve) => {
      let now;
      const onRender = (box) => {
        now = box;
        resolve({ model: () => now.model(), clear: () => now.clear() });
      };
      createRoot(holder).render(createElement(Box, { send, onRender }));
    }),
);
