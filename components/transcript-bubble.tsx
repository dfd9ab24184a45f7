/** Owns one bubble: its words or why there are none, its state, and the buttons that some states have. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Bubble } from '../lib/frames/index.ts';
import { text } from '../lib/text/index.ts';
import { LinkCardView } from './link-card.tsx';
import { acceptFailureText, missingText, reasonText, stateText } from './transcript-state.ts';
import { TranscriptText } from './transcript-text.tsx';

/** What a press of a sensitive button came to. */
export type PressVerdict = 'counts' | 'hidden' | 'moved';

/** Has a sensitive button watched while it is shown; always the same function. Gives the judge of a press and the end of watching. */
export type WatchButton = (button: HTMLElement) => {
  judge(event: MouseEvent): Promise<PressVerdict>;
  end(): void;
};

/** Events out of a bubble. */
export interface BubbleEvents {
  readonly onLink: (address: string) => void;
  readonly onAccept: (id: string) => Promise<string | null>;
  readonly onRetry: (id: string) => Promise<string | null>;
  /** The picture of a bubble's preview: WebP in base64, empty where there is none. */
  readonly onPicture: (id: string) => Promise<string>;
  readonly watchButton: WatchButton;
}

interface BubbleProps extends BubbleEvents {
  readonly bubble: Bubble;
  /** What the bubble says of itself has changed: it may want another height. */
  readonly onReworded: () => void;
}

/** The bubble. Its direction is its words' own: what we say in it ourselves stands apart in `bdi`. */
export function TranscriptBubble({ bubble, ...events }: BubbleProps) {
  const { from, state, missingBefore, sentAt } = bubble;
  const word = stateText(state);
  return (
    <div dir="auto">
      {missingBefore > 0 && <bdi class="missing">{missingText(missingBefore)}</bdi>}
      {state === 'invite' ? (
        <Invite bubble={bubble} {...events} />
      ) : state === 'unreadable' ? (
        <span class="reason">{reasonText(bubble.reason)}</span>
      ) : state === 'note' ? (
        <bdi class="words">{bubble.text}</bdi>
      ) : (
        <TranscriptText words={bubble.text} onLink={events.onLink} />
      )}
      {bubble.preview !== null && <Preview bubble={bubble} card={bubble.preview} {...events} />}
      {word !== null && (
        <bdi class="state" title={sentAt === null ? '' : new Date(sentAt).toLocaleString()}>
          {word}
        </bdi>
      )}
      {state === 'unsent' && bubble.retry !== 'never' && (
        <button type="button" class="plain" onClick={() => void events.onRetry(bubble.id)}>
          {text('bubbleTryAgain')}
        </button>
      )}
      {state !== 'note' && <bdi class="who">{text(from === 'me' ? 'bubbleFromMe' : 'bubbleFromThem')}</bdi>}
    </div>
  );
}

interface PreviewProps extends Pick<BubbleEvents, 'onLink' | 'onPicture'> {
  readonly bubble: Bubble;
  readonly card: NonNullable<Bubble['preview']>;
}

/** The preview of a link in the words. The whole of it opens the link, outside of the chat. */
function Preview({ bubble: { id }, card, onLink, onPicture }: PreviewProps) {
  const [picture, setPicture] = useState('');
  const hasPicture = card.picture !== null;
  useEffect(() => {
    let gone = false;
    if (hasPicture) void onPicture(id).then((bytes) => !gone && setPicture(bytes));
    return () => {
      gone = true;
    };
  }, [id, hasPicture, onPicture]);
  return (
    <a
      class="link-card"
      href={card.url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={text('linkOpen', card.title === '' ? card.host.text : card.title)}
      onClick={(event) => {
        event.preventDefault();
        onLink(card.url);
      }}
      onAuxClick={(event) => {
        event.preventDefault();
        if (event.button === 1) onLink(card.url);
      }}
    >
      <LinkCardView card={card} picture={picture} />
    </a>
  );
}

/** An invite: a sensitive button, which counts only when the person could see it. */
function Invite({ bubble, onAccept, onReworded, watchButton }: BubbleProps) {
  const button = useRef<HTMLButtonElement>(null);
  const sight = useRef<ReturnType<WatchButton>>(undefined);
  const [outcome, setOutcome] = useState<PressVerdict | 'busy' | { readonly failed: string } | null>(null);
  useEffect(() => {
    sight.current = watchButton(button.current!);
    return () => sight.current?.end();
  }, [watchButton]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the outcome is what is reported
  useLayoutEffect(onReworded, [outcome]);
  async function press(event: MouseEvent): Promise<void> {
    const verdict = await sight.current!.judge(event);
    if (verdict !== 'counts') {
      setOutcome(verdict);
      return;
    }
    setOutcome('busy');
    const code = await onAccept(bubble.id);
    setOutcome(code === null ? 'counts' : { failed: code });
  }
  return (
    <span class="invite">
      <span dir="auto">{text('inviteOffer', bubble.name)}</span>
      <button ref={button} type="button" disabled={outcome === 'busy' || outcome === 'counts'} onClick={press}>
        {text('inviteAccept')}
      </button>
      <span role="alert" class="reason">
        {outcome === 'hidden' && text('inviteHidden')}
        {outcome === 'moved' && text('inviteMoved')}
        {typeof outcome === 'object' && outcome !== null && acceptFailureText(outcome.failed)}
      </span>
    </span>
  );
}
