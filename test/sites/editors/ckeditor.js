import { ClassicEditor, Essentials, Paragraph } from 'ckeditor5';
import { startChat } from './chat.js';

startChat(async (holder, send) => {
  const target = document.createElement('div');
  holder.append(target);
  const editor = await ClassicEditor.create(target, { licenseKey: 'GPL', plugins: [Essentials, Paragraph] });
  // The editor's own event: it comes from beforeinput, so that a made-up key press never reaches it.
  const onEnter = (event, data) => {
    data.preventDefault();
    event.stop();
    send();
  };
  editor.editing.view.document.on('enter', onEnter, { priority: 'highest' });
  const model = () =>
    [...editor.model.document.getRoot().getChildren()]
      .map((block) => [...block.getChildren()].map((child) => child.data ?? '').join(''))
      .join('\n');
  return { model, clear: () => editor.setData('') };
});
