import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { createEditor, Editor, Node, Transforms } from 'slate';
import { Editable, Slate, withReact } from 'slate-react';
import { startChat } from './chat.js';

const EMPTY = [{ type: 'paragraph', children: [{ text: '' }] }];
const editor = withReact(createEditor());

function Box({ send, onRender }) {
  onRender();
  const onKeyDown = (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    send();
  };
  const editable = createElement(Editable, { 'aria-label': 'Message', placeholder: 'Message Bob', onKeyDown });
  return createElement(Slate, { editor, initialValue: EMPTY }, editable);
}

const model = () => editor.children.map((node) => Node.string(node)).join('\n');
const clear = () => {
  Transforms.select(editor, Editor.start(editor, []));
  editor.children = EMPTY;
  editor.onChange();
};

startChat(
  (holder, send) =>
    new Promise((resolve) => {
      const onRender = () => resolve({ model, clear });
      createRoot(holder).render(createElement(Box, { send, onRender }));
    }),
);
