/**
 * Owns what the composer shows: to whom, the mark, the box, and what went wrong. A text that was not sent comes back into the box.
 * Does not own sending or keeping drafts: those are events out.
 */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ComposerState } from '../lib/frames/index.ts';
import { text } from '../lib/text/index.ts';
import { type Caret, ComposerBox } from './composer-box.tsx';
import { sendFailureText } from './composer-failure.ts';
import { ComposerLink, type LinkEvents, useLink } from './composer-link.tsx';
import { TrustMark } from './composer-mark.tsx';

interface ComposerViewProps {
  readonly state: ComposerState;
  /** Counts how often the page took the focus away; each new one shows the banner. */
  readonly taken: number;
  /** Gives null when sent, or the code of why not. */
  readonly onSend: (text: string) => Promise<string | null>;
  readonly onDraft: (text: string) => void;
  readonly onCaret: (caret: Caret) => void;
  readonly onHeight: (height: number) => void;
  readonly onShowSite: (on: boolean) => void;
  /** The person waits no more for the contact's Sotto. */
  readonly onTakeBack: () => void;
  readonly links: LinkEvents;
}

/** A draft is kept when typing rests for this long. */
const DRAFT_MS = 300;
/**
 * A page that is still being built may show another name over the chat: it is given this long before that is said, and a text
 * that is sent meanwhile waits for it in the background.
 */
const SETTLING_MS = 3000;
/** The count of letters is shown when this share of the limit is used. */
const NEAR_LIMIT = 0.8;

/** The composer. */
export function ComposerView({ state, taken, onSend, onDraft, onHeight, links, ...events }: ComposerViewProps) {
  const { onCaret, onShowSite, onTakeBack } = events;
  const box = useRef<HTMLTextAreaElement>(null);
  const whole = useRef<HTMLFormElement>(null);
  const [length, setLength] = useState(state.draft.length);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [seenTaken, setSeenTaken] = useState(0);
  const [siteShown, setSiteShown] = useState(false);
  const draft = useDraft(onDraft);
  const blocked = useSettled(state.blocked);
  const link = useLink(links, () => box.current?.value ?? state.draft);
  useHeight(whole, onHeight);

  const tooLong = length > state.limit;
  function put(words: string): void {
    if (box.current !== null) box.current.value = words;
    setLength(words.length);
    if (words === '') link.clear();
    else link.soon();
  }
  const outgoing = useOutgoing(onSend, (unsent, code) => {
    setBusy(false);
    setFailure(code);
    if (unsent.length === 0) return;
    // What could not be sent comes back, before what was typed meanwhile.
    put([...unsent, box.current?.value ?? ''].filter((part) => part !== '').join('\n'));
    draft.now(box.current?.value ?? '');
  });
  function send(): void {
    const words = box.current?.value ?? '';
    if (words.trim() === '' || words.length > state.limit || blocked !== null) return;
    draft.now(words);
    setBusy(true);
    setFailure(null);
    link.hold(words);
    put('');
    draft.is('');
    outgoing(words);
  }
  const drafted = useRef(state.draft);
  useLayoutEffect(() => {
    const before = drafted.current;
    drafted.current = state.draft;
    // Words that were not sent come back, or others have become of them: unless the person is writing.
    if (state.draft === before || busy || draft.isPending() || box.current?.value !== before) return;
    put(state.draft);
    draft.is(state.draft);
  });
  const unsent = box.current?.value === state.draft ? state.unsent : null;
  const problem = problemOf(state, tooLong, length, blocked ?? failure ?? unsent);
  return (
    <form
      ref={whole}
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {taken > seenTaken && (
        <p class="banner" role="alert">
          {text('composerFocusTaken')}
          <button type="button" onClick={() => setSeenTaken(taken)}>
            {text('composerDismiss')}
          </button>
        </p>
      )}
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {state.waiting > 0 && (
        <p class="waiting" role="status">
          <span>{waitingText(state)}</span>
          <button type="button" onClick={onTakeBack}>
            {text('composerTakeBack')}
          </button>
        </p>
      )}
      <p class="to" id="to">
        <span dir="auto" class="name">
          {text('composerTo', state.contact.name)}
        </span>
        <span class={state.contact.verified ? 'verified' : 'unverified'}>
          {text(state.contact.verified ? 'composerVerified' : 'composerUnverified')}
        </span>
        <button
          type="button"
          class="site"
          aria-pressed={siteShown}
          onClick={() => {
            onShowSite(!siteShown);
            setSiteShown(!siteShown);
          }}
        >
          {text('composerShowSite')}
        </button>
      </p>
      <ComposerLink
        link={link.link}
        onAnswer={links.answerLink}
        onRemove={(url) => {
          link.remove(url);
          box.current?.focus();
        }}
        onOpenPopup={() => void links.openPopup()}
      />
      <div class="row">
        <TrustMark {...state.mark} />
        <ComposerBox
          box={box}
          draft={state.draft}
          contact={state.contact.name}
          busy={busy}
          onText={(words) => {
            setLength(words.length);
            setFailure(null);
            draft.soon(words);
            link.soon();
          }}
          onSend={send}
          onCaret={(caret) => {
            if (caret !== 'in' && box.current !== null) draft.now(box.current.value);
            onCaret(caret);
          }}
        />
        <button type="submit" class="send" aria-label={text('composerSend')} disabled={tooLong || length === 0}>
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
            <path d="M3 3.5 17 10 3 16.5l2-5L12 10 5 8.5z" fill="currentColor" />
          </svg>
        </button>
      </div>
      <p class="quiet" role="status">
        {busy ? text('composerSending') : ''}
      </p>
    </form>
  );
}

function waitingText({ waiting, contact }: ComposerState): string {
  if (waiting === 1) return text('composerWaitingOne', contact.name);
  return text('composerWaiting', contact.name, String(waiting));
}

function problemOf(state: ComposerState, tooLong: boolean, length: number, failure: string | null): string | null {
  if (failure !== null) return sendFailureText(failure);
  if (tooLong) return text('composerTooLong', String(length - state.limit));
  return length > state.limit * NEAR_LIMIT ? text('composerLeft', String(state.limit - length)) : null;
}

/** What blocks the chat; another name over it only when it stays. */
function useSettled(blocked: ComposerState['blocked']): ComposerState['blocked'] {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    setSettled(false);
    if (blocked !== 'ContactRenamed') return;
    const timer = setTimeout(() => setSettled(true), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [blocked]);
  return blocked === 'ContactRenamed' && !isSettled ? null : blocked;
}

/**
 * Sends one message after the other, so that Enter is never lost on the one before. `onRest` hears when all are sent, or
 * which are not and why.
 */
function useOutgoing(
  onSend: (words: string) => Promise<string | null>,
  onRest: (unsent: readonly string[], code: string | null) => void,
): (words: string) => void {
  const queue = useRef<string[]>([]);
  const rest = useRef(onRest);
  rest.current = onRest;
  async function run(): Promise<void> {
    let code: string | null = null;
    while (code === null && queue.current.length > 0) {
      code = await onSend(queue.current[0]!);
      if (code === null) queue.current.shift();
    }
    rest.current(queue.current.splice(0), code);
  }
  return (words) => {
    queue.current.push(words);
    if (queue.current.length === 1) void run();
  };
}

/** Keeps drafts when typing rests, and at once when the caret leaves. */
function useDraft(onDraft: (words: string) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef<string>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  function now(words: string): void {
    forget();
    if (last.current === words) return;
    last.current = words;
    onDraft(words);
  }
  function forget(): void {
    clearTimeout(timer.current);
    timer.current = undefined;
  }
  function soon(words: string): void {
    forget();
    timer.current = setTimeout(() => now(words), DRAFT_MS);
  }
  /** The background has it already: sending forgets the draft there, so that a new one may be the same. */
  function is(words: string): void {
    last.current = words;
  }
  return { now, soon, is, isPending: () => timer.current !== undefined };
}

/** Tells the height of the whole when it changes. The box grows by whole lines, so that no letter's width is told. */
function useHeight(whole: RefObject<HTMLFormElement | null>, onHeight: (height: number) => void): void {
  useLayoutEffect(() => {
    const form = whole.current!;
    const sizes = new ResizeObserver(([entry]) => onHeight(Math.ceil(entry!.borderBoxSize[0]!.blockSize)));
    sizes.observe(form);
    return () => sizes.disconnect();
  }, [whole, onHeight]);
}
