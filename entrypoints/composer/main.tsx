/** Wiring of the composer's frame: blank until it is seated, then the view between the background and the page's script. */
import { render } from 'preact';
import { ComposerView } from '../../components/composer-view.tsx';
import {
  admitFrame,
  applyLook,
  type ComposerState,
  createComposerBackend,
  refuseDrags,
} from '../../lib/frames/index.ts';
import { applyPageLanguage } from '../../lib/text/index.ts';

async function start(): Promise<void> {
  const admitted = await admitFrame();
  if (admitted === undefined) return;
  const { client, tell, hear } = admitted;
  const backend = createComposerBackend(client);
  const tellHeight = (height: number): void => tell({ type: 'height', height });
  let taken = 0;
  let state = await backend.open();
  function show(next: ComposerState): void {
    state = next;
    render(
      <ComposerView
        state={state}
        taken={taken}
        onSend={backend.send}
        onDraft={backend.keepDraft}
        onHeight={tellHeight}
        onTakeBack={backend.takeBack}
        links={backend}
        onShowSite={(on) => tell({ type: 'show-site', on })}
        onCaret={(caret) => {
          tell({ type: 'caret', state: caret });
          // Every other frame of the tab hears it from the background; a lost call is repaired by the next caret.
          if (caret !== 'out') client.call('guard.arm', { on: caret === 'in' }).catch(() => {});
        }}
      />,
      document.body,
    );
  }
  hear((message) => {
    if (message.type === 'look') applyLook(document.documentElement, message.look);
    if (message.type !== 'focus') return;
    if (message.taken) taken += 1;
    show(state);
    document.querySelector('textarea')?.focus();
  });
  backend.onChange(show);
  show(state);
  tell({ type: 'ready' });
}

refuseDrags();
applyPageLanguage(document.documentElement);
void start();
