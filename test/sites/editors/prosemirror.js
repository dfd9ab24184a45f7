import { baseKeymap } from 'prosemirror-commands';
import { keymap } from 'prosemirror-keymap';
import { schema } from 'prosemirror-schema-basic';
import { EditorState } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { startChat } from './chat.js';

startChat((holder, send) => {
  const onEnter = () => {
    send();
    return true;
  };
  const plugins = [keymap({ Enter: onEnter }), keymap(baseKeymap)];
  const view = new EditorView(holder, {
    state: EditorState.create({ schema, plugins }),
    attributes: { role: 'textbox', 'aria-label': 'Message' },
  });
  const text = () => view.state.doc.textBetween(0, view.state.doc.content.size, '\n');
  return { model: text, clear: () => view.dispatch(view.state.tr.delete(0, view.state.doc.content.size)) };
});
