/**
 * Owns what the composer shows of the link in its box, above it: the question, the card, or why there is none; and telling the
 * background what stands in the box.
 * Does not own looking anything up.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LinkHost, LinkState } from '../lib/frames/index.ts';
import { text } from '../lib/text/index.ts';
import { LinkCardView, LinkHostView } from './link-card.tsx';
import { previewFailureText } from './preview-failure.ts';

/** Events out, and hearing what becomes of a link. The same object for as long as the composer lives. */
export interface LinkEvents {
  readonly look: (words: string) => void;
  readonly answerLink: (url: string, yes: boolean) => void;
  readonly removeLink: (url: string) => void;
  readonly holdLink: (words: string) => void;
  readonly openPopup: () => Promise<boolean>;
  /** `null`: something may have been missed. */
  readonly onLink: (listener: (link: LinkState | null) => void) => void;
}

/** A link is looked at when typing rests for this long: not each of the addresses that it is while it is being typed. */
const LOOK_MS = 250;
const NONE: LinkState = { state: 'none' };

/** The link in the box whose words `words` gives. */
export function useLink(links: LinkEvents, words: () => string) {
  const [link, setLink] = useState<LinkState>(NONE);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hadLink = useRef(false);
  const removed = useRef<string | null>(null);
  function look(): void {
    const typed = words();
    const hasLink = /https?:/i.test(typed);
    // Words without a link are nobody's business but the draft's.
    if (!hasLink) removed.current = null;
    if (hasLink || hadLink.current) links.look(typed);
    hadLink.current = hasLink;
  }
  function soon(): void {
    clearTimeout(timer.current);
    timer.current = setTimeout(look, LOOK_MS);
  }
  /** The box is empty. */
  function clear(): void {
    clearTimeout(timer.current);
    hadLink.current = false;
    setLink(NONE);
  }
  /** The words leave the box, perhaps to wait for others: what goes with them is the background's affair. */
  function hold(sent: string): void {
    if (hadLink.current) links.holdLink(sent);
  }
  function remove(url: string): void {
    removed.current = url;
    links.removeLink(url);
    setLink(NONE);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: one composer hears of one background
  useEffect(() => {
    links.onLink((next) => {
      if (next === null) look();
      // A background that is new has forgotten what was taken away.
      else if (next.state !== 'none' && next.url === removed.current) links.removeLink(next.url);
      else if (next.state === 'none' || words() !== '') setLink(next);
    });
    look();
    return () => clearTimeout(timer.current);
  }, []);
  return { link, soon, clear, hold, remove };
}

interface ComposerLinkProps {
  readonly link: LinkState;
  readonly onAnswer: (url: string, yes: boolean) => void;
  readonly onRemove: (url: string) => void;
  readonly onOpenPopup: () => void;
}

/** What is shown of it. */
export function ComposerLink({ link, onAnswer, onRemove, onOpenPopup }: ComposerLinkProps) {
  return (
    <div class="link-area" aria-live="polite">
      {link.state !== 'none' && (
        <div class={`link ${link.state}`}>
          {link.state === 'ready' && <LinkCardView card={link.card} picture={link.picture} />}
          {link.state === 'building' && <Words sentence={text('linkBuilding')} host={link.host} />}
          {link.state === 'failed' && <Words sentence={previewFailureText(link.code)} host={link.host} />}
          {link.state === 'permit' && (
            <>
              <Words sentence={text('linkPermit')} host={link.host} />
              <button type="button" class="choice" onClick={onOpenPopup}>
                {text('linkOpenPopup')}
              </button>
            </>
          )}
          {link.state === 'ask' && (
            <>
              <Words sentence={text('linkAsk')} host={link.host} />
              <span class="choices">
                <button type="button" class="choice" onClick={() => onAnswer(link.url, true)}>
                  {text('linkYes')}
                </button>
                <button type="button" class="choice quiet-choice" onClick={() => onAnswer(link.url, false)}>
                  {text('linkNo')}
                </button>
              </span>
            </>
          )}
          {link.state !== 'ask' && (
            <button
              type="button"
              class="remove"
              aria-label={text(link.state === 'building' ? 'linkCancel' : 'linkRemove')}
              title={text(link.state === 'building' ? 'linkCancel' : 'linkRemove')}
              onClick={() => onRemove(link.url)}
            >
              <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
                <path d="M5 5l10 10M15 5L5 15" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
              </svg>
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Words({ sentence, host }: { readonly sentence: string; readonly host: LinkHost }) {
  return (
    <span class="about">
      <span class="sentence">{sentence}</span>
      <LinkHostView host={host} />
    </span>
  );
}
