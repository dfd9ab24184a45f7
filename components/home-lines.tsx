/** Owns how entries of the history are shown: who, when, the words, copying and deleting them. */
import { useEffect, useState } from 'preact/hooks';
import type { HistoryLine, HomeContact } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import type { HomeEvents } from './home-events.ts';

/** One entry, and of whom. */
interface ShownLine {
  readonly contact: HomeContact;
  readonly line: HistoryLine;
}

interface HomeLinesProps {
  readonly lines: readonly ShownLine[];
  /** Whether the lines are of several chats, so that each says of which. */
  readonly mixed: boolean;
  readonly events: Pick<HomeEvents, 'onCopy' | 'onForget'>;
}

/** How long a press of the button is answered, in milliseconds. */
const COPIED_MS = 2000;

/** The entries, the newest first. */
export function HomeLines({ lines, mixed, events }: HomeLinesProps) {
  const times = new Intl.DateTimeFormat(text('languageTag'), { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <ol class="lines">
      {lines.map(({ contact, line }) => (
        <Line
          key={`${contact.conversation} ${line.id}`}
          shown={{ contact, line }}
          mixed={mixed}
          time={times.format(line.at)}
          events={events}
        />
      ))}
    </ol>
  );
}

interface LineProps extends Omit<HomeLinesProps, 'lines'> {
  readonly shown: ShownLine;
  readonly time: string;
}

function Line({ shown: { contact, line }, mixed, time, events }: LineProps) {
  const [isGone, setIsGone] = useState(false);
  return (
    <li class={line.from}>
      <p class="head">
        <bdi class="who">{line.from === 'me' ? text('homeLineYou') : contact.name}</bdi>
        {mixed && (
          <bdi>
            {contact.name} · {contact.site}
          </bdi>
        )}
        <time dateTime={new Date(line.at).toISOString()}>{time}</time>
        {!isGone && line.kind !== 'invite' && (
          <span class="acts">
            {line.kind === 'text' && <CopyButton words={line.text} onCopy={events.onCopy} />}
            <ForgetButton
              onForget={() => events.onForget(contact.conversation, line.id)}
              onGone={() => setIsGone(true)}
            />
          </span>
        )}
      </p>
      {isGone ? (
        <p class="quiet" role="status">
          {text('homeLineGone')}
        </p>
      ) : (
        <LineWords line={line} name={contact.name} />
      )}
    </li>
  );
}

interface ForgetButtonProps {
  readonly onForget: () => Promise<string | null>;
  readonly onGone: () => void;
}

/** Two presses: nothing brings it back. */
function ForgetButton({ onForget, onGone }: ForgetButtonProps) {
  const [stage, setStage] = useState<'calm' | 'asked' | 'working' | 'failed'>('calm');
  if (stage === 'calm') {
    return (
      <button type="button" class="plain small" onClick={() => setStage('asked')}>
        {text('homeLineForget')}
      </button>
    );
  }
  const forget = (): void => {
    setStage('working');
    void onForget().then((code) => (code === null ? onGone() : setStage('failed')));
  };
  return (
    <span class="sure">
      <span role="status">{text(stage === 'failed' ? 'homeFailed' : 'homeLineForgetSure')}</span>
      <button type="button" class="danger small" disabled={stage === 'working'} onClick={forget}>
        {text('homeLineForget')}
      </button>
      <button type="button" class="plain small" disabled={stage === 'working'} onClick={() => setStage('calm')}>
        {text('homeLineKeep')}
      </button>
    </span>
  );
}

function LineWords({ line, name }: { readonly line: HistoryLine; readonly name: string }) {
  if (line.kind === 'invite') {
    return <p class="quiet">{text(line.from === 'me' ? 'bubbleOwnInvite' : 'bubbleTheirInvite', name)}</p>;
  }
  if (line.kind === 'other') return <p class="quiet">{text('bubbleUpdateNeeded')}</p>;
  return (
    <>
      <p class="words" dir="auto">
        {markStretches(line).map(({ words, found, at }) => (found ? <mark key={at}>{words}</mark> : words))}
      </p>
      {line.removed && <p class="quiet">{text('bubbleRemoved')}</p>}
    </>
  );
}

/** The text in pieces, found or not. */
function markStretches({ text: whole, found }: HistoryLine): { words: string; found: boolean; at: number }[] {
  const pieces: { words: string; found: boolean; at: number }[] = [];
  let done = 0;
  for (const [from, to] of found) {
    if (from < done || to <= from) continue;
    pieces.push({ words: whole.slice(done, from), found: false, at: done });
    pieces.push({ words: whole.slice(from, to), found: true, at: from });
    done = to;
  }
  pieces.push({ words: whole.slice(done), found: false, at: done });
  return pieces.filter(({ words }) => words !== '');
}

function CopyButton({ words, onCopy }: { readonly words: string; readonly onCopy: (words: string) => Promise<void> }) {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome !== 'copied') return;
    const timer = setTimeout(() => setOutcome(null), COPIED_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    onCopy(words).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  };
  return (
    <span class="copy">
      <span role="status">
        {outcome === 'copied' && text('homeLineCopied')}
        {outcome === 'failed' && text('homeCopyFailed')}
      </span>
      <button type="button" class="plain small" onClick={copy}>
        {text('homeLineCopy')}
      </button>
    </span>
  );
}
