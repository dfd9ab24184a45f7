/** Owns a search in home: its progress, its end, and the page of what it found. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { HomeContact } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import type { HomeEvents } from './home-events.ts';
import { HomeLines } from './home-lines.tsx';
import { SEARCH_START, type SearchPage, type SearchPlace, searchHistory } from './search-history.ts';

interface HomeSearchProps {
  readonly contacts: readonly HomeContact[];
  readonly words: string;
  readonly events: HomeEvents;
}

type Stage = 'running' | 'stopped' | 'failed' | 'ended';

/** The search for `words`, from the moment that it is drawn. */
export function HomeSearch({ contacts, words, events }: HomeSearchProps) {
  const [page, setPage] = useState<SearchPage>({ lines: [], looked: 0, found: 0, next: SEARCH_START });
  const [stage, setStage] = useState<Stage>('running');
  /** Whichever ran last; the ones before it are cancelled. */
  const running = useRef(0);
  const go = (place: SearchPlace): void => {
    running.current += 1;
    const own = running.current;
    const isCancelled = (): boolean => own !== running.current;
    const tell = (next: SearchPage): void => {
      if (!isCancelled()) setPage(next);
    };
    setStage('running');
    searchHistory(contacts, words, place, { read: events.onReadHistory, tell, isCancelled }).then(
      (next) => {
        tell(next);
        if (!isCancelled()) setStage('ended');
      },
      () => !isCancelled() && setStage('failed'),
    );
  };
  const stop = (): void => {
    running.current += 1;
    setStage('stopped');
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words are another search, by its key
  useEffect(() => {
    go(SEARCH_START);
    return stop;
  }, []);
  const { next } = page;
  return (
    <section class="search">
      <p role="status">{searchWords(stage, page)}</p>
      <p class="buttons">
        {stage === 'running' && (
          <button type="button" class="plain" onClick={stop}>
            {text('homeSearchStop')}
          </button>
        )}
        {stage === 'failed' && next !== null && (
          <button type="button" class="plain" onClick={() => go(next)}>
            {text('popupTryAgain')}
          </button>
        )}
        {(stage === 'ended' || stage === 'stopped') && next !== null && (
          <button type="button" class="plain" onClick={() => go(next)}>
            {text('homeSearchMore')}
          </button>
        )}
      </p>
      <HomeLines lines={page.lines} mixed={contacts.length > 1} events={events} />
    </section>
  );
}

function searchWords(stage: Stage, { looked, found, next }: SearchPage): string {
  const count = (number: number): string => number.toLocaleString(text('languageTag'));
  if (stage === 'running') return text('homeSearchProgress', count(looked));
  if (stage === 'failed') return text('homeHistoryFailed');
  if (stage === 'stopped') return text('homeSearchStopped', count(looked), count(found));
  if (next !== null) return text('homeSearchPaused', count(found), count(looked));
  return text('homeSearchDone', count(looked), count(found));
}
