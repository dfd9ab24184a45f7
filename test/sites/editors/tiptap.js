import { Editor } from '@tiptap/core';
import StarterKit from '@tiptap/starter-kit';
import { startChat } from './chat.js';

startChat((holder, send) => {
  const editor = new Editor({
    element: holder,
    extensions: [StarterKit],
    editorProps: {
      attributes: { role: 'textbox', 'aria-label': 'Message' },
      handleKeyDown: (_, event) => {
        if (event.key !== 'Enter') return false;
        send();
        return true;
      },
    },
  });
  return { model: () => editor.getText(), clear: () => editor.commands.clearContent(true) };
});
