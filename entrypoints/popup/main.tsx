/** Wiring of the popup: asks the background and shows the answer. */
import { render } from 'preact';
import { type PopupProgress, PopupView } from '../../components/popup-view.tsx';
import { requestPopupState } from '../../lib/rpc/index.ts';
import { applyPageLanguage } from '../../lib/text/index.ts';

function show(progress: PopupProgress): void {
  render(<PopupView progress={progress} onTryAgain={ask} />, document.body);
}

function ask(): void {
  show('asking');
  requestPopupState().then(show, () => show('silent'));
}

applyPageLanguage(document.documentElement);
ask();
