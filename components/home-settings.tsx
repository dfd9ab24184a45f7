/** Owns home's settings: the granted sites, the mark, link previews, the language, and deleting everything. */
import { useState } from 'preact/hooks';
import { type TextKey, text } from '../lib/text/index.ts';
import type { HomeEvents, HomePartProps } from './home-events.ts';
import { HomeMark } from './home-mark.tsx';
import { GrantedSites, HomeSites } from './home-sites.tsx';
import { PreviewSettings } from './preview-settings.tsx';

/** The settings. */
export function HomeSettings({ state, sites, events, previews, previewEvents }: HomePartProps) {
  return (
    <>
      <section>
        <h2>{text('homeSitesTitle')}</h2>
        <GrantedSites sites={sites} events={events} />
        {sites.length > 0 && <p class="quiet">{text('homeSitesBackNote')}</p>}
      </section>
      <section>
        <h2>{text('homePickTitle')}</h2>
        <p>{text('homePickHonest')}</p>
        <HomeSites sites={sites} events={events} />
      </section>
      <HomeMark state={state} events={events} />
      {previews !== null && <PreviewSettings settings={previews} chats={[]} {...previewEvents} />}
      <section>
        <h2>{text('homeLanguageTitle')}</h2>
        <p>{text('homeLanguageBody')}</p>
      </section>
      <Erase events={events} />
    </>
  );
}

/** A word has to be typed: a press can be a slip, or somebody else's. */
function Erase({ events }: { readonly events: HomeEvents }) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<TextKey | null>(null);
  const word = text('homeEraseWord');
  const submit = (event: Event): void => {
    event.preventDefault();
    setBusy(true);
    void events.onErase().then((code) => {
      setBusy(false);
      setTyped('');
      setOutcome(code === null ? 'homeEraseDone' : 'homeEraseFailed');
    });
  };
  return (
    <section class="danger">
      <h2>{text('homeEraseTitle')}</h2>
      <p>{text('homeEraseBody')}</p>
      <form class="line" onSubmit={submit}>
        <label>
          {text('homeEraseType', word)}
          <input
            type="text"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        <button type="submit" class="danger" disabled={busy || typed.trim().toLowerCase() !== word}>
          {text('homeEraseTitle')}
        </button>
      </form>
      <p role="status">{outcome !== null && text(outcome)}</p>
    </section>
  );
}
