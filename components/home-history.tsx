/** Owns home's history: picking a chat, turning its pages, and searching in one chat or all. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { HistorySlice, HomeContact } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import type { HomeEvents, HomePartProps } from './home-events.ts';
import { HomeLines } from './home-lines.tsx';
import { HomeSearch } from './home-search.tsx';
import { NEWEST_ENTRY } from './search-history.ts';

/** The history. */
export function HomeHistory({ state: { contacts }, events }: HomePartProps) {
  const only = contacts.length === 1 ? contacts[0]!.conversation : '';
  const [picked, setPicked] = useState(only);
  const [words, setWords] = useState('');
  if (contacts.length === 0) return <p class="empty">{text('homeHistoryNone')}</p>;
  const contact = contacts.find(({ conversation }) => conversation === picked);
  return (
    <>
      <HistoryForm
        contacts={contacts}
        picked={picked}
        onPick={(conversation) => {
          setPicked(conversation);
          setWords('');
        }}
        onSearch={setWords}
      />
      {words !== '' && (
        <HomeSearch
          key={`${picked} ${words}`}
          contacts={contact === undefined ? contacts : [contact]}
          words={words}
          events={events}
        />
      )}
      {words === '' && contact !== undefined && <Chat key={picked} contact={contact} events={events} />}
      {words === '' && contact === undefined && <p class="empty">{text('homeHistoryPick')}</p>}
    </>
  );
}

interface HistoryFormProps {
  readonly contacts: readonly HomeContact[];
  /** Empty for all. */
  readonly picked: string;
  readonly onPick: (conversation: string) => void;
  readonly onSearch: (words: string) => void;
}

/** As long as the contract lets words be. */
const MOST_SOUGHT = 200;

function HistoryForm({ contacts, picked, onPick, onSearch }: HistoryFormProps) {
  const [typed, setTyped] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    onSearch(typed.trim());
  };
  return (
    <search>
      <form class="line" onSubmit={submit}>
        <label>
          {text('homeHistoryChat')}
          <select
            value={picked}
            onChange={({ currentTarget }) => {
              setTyped('');
              onPick(currentTarget.value);
            }}
          >
            <option value="">{text('homeHistoryAll')}</option>
            {contacts.map(({ conversation, name, site }) => (
              <option key={conversation} value={conversation}>
                {`${name} · ${site}`}
              </option>
            ))}
          </select>
        </label>
        <label class="wide">
          {text('homeSearch')}
          <input
            type="search"
            dir="auto"
            maxLength={MOST_SOUGHT}
            value={typed}
            onInput={({ currentTarget }) => {
              setTyped(currentTarget.value);
              // An emptied box shows the chat again.
              if (currentTarget.value === '') onSearch('');
            }}
          />
        </label>
        <button type="submit" disabled={typed.trim() === ''}>
          {text('homeSearchGo')}
        </button>
      </form>
    </search>
  );
}

type Reading = 'asking' | 'failed' | HistorySlice;

function Chat({ contact, events }: { readonly contact: HomeContact; readonly events: HomeEvents }) {
  /** Where the page that is shown begins, behind those before it. */
  const [places, setPlaces] = useState<readonly number[]>([NEWEST_ENTRY]);
  const [reading, setReading] = useState<Reading>('asking');
  const alive = useRef(true);
  const read = (before: number): void => {
    setReading('asking');
    events.onReadHistory({ conversation: contact.conversation, before, words: '' }).then(
      (slice) => alive.current && setReading(slice),
      () => alive.current && setReading('failed'),
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once; turning a page reads by itself
  useEffect(() => {
    read(NEWEST_ENTRY);
    return () => {
      alive.current = false;
    };
  }, []);
  const turn = (next: readonly number[]): void => {
    setPlaces(next);
    read(next.at(-1)!);
  };
  if (reading === 'asking') return <p role="status">{text('homeHistoryReading')}</p>;
  if (reading === 'failed') {
    return (
      <p class="alarm" role="alert">
        {text('homeHistoryFailed')}{' '}
        <button type="button" class="plain" onClick={() => read(places.at(-1)!)}>
          {text('popupTryAgain')}
        </button>
      </p>
    );
  }
  const { lines, next } = reading;
  return (
    <>
      {lines.length === 0 && next === null && <p class="empty">{text('homeHistoryEmpty')}</p>}
      <HomeLines lines={lines.map((line) => ({ contact, line }))} mixed={false} events={events} />
      {(places.length > 1 || next !== null) && (
        <p class="buttons">
          <button type="button" class="plain" disabled={places.length < 2} onClick={() => turn(places.slice(0, -1))}>
            {text('homeHistoryNewer')}
          </button>
          <button
            type="button"
            class="plain"
            disabled={next === null}
            onClick={() => next !== null && turn([...places, next])}
          >
            {text('homeHistoryOlder')}
          </button>
        </p>
      )}
    </>
  );
}
