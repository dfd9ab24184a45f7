/**
 * Owns the words of a bubble: line breaks as they were typed, and addresses as links.
 * A link is never followed by the frame itself: the press is an event out.
 */

interface TranscriptTextProps {
  readonly words: string;
  readonly onLink: (address: string) => void;
}

/** An address up to white space or a bracket; what ends a sentence is not part of it. */
const ADDRESS = /https?:\/\/[^\s<>"]+/g;
const SENTENCE_END = /[.,;:!?'")\]}]+$/;

/** One stretch of words, with its address where it is a link. */
export interface Stretch {
  readonly words: string;
  readonly address?: string;
}

/** Divides `words` into plain stretches and links. */
export function findLinks(words: string): Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const match of words.matchAll(ADDRESS)) {
    const address = match[0].replace(SENTENCE_END, '');
    if (!URL.canParse(address)) continue;
    if (match.index > end) stretches.push({ words: words.slice(end, match.index) });
    stretches.push({ words: address, address });
    end = match.index + address.length;
  }
  if (end < words.length) stretches.push({ words: words.slice(end) });
  return stretches;
}

/** The words. */
export function TranscriptText({ words, onLink }: TranscriptTextProps) {
  return (
    <span class="words">
      {findLinks(words).map(({ words: part, address }, place) =>
        address === undefined ? (
          part
        ) : (
          <a
            // biome-ignore lint/suspicious/noArrayIndexKey: the words of a bubble do not change
            key={place}
            href={address}
            target="_blank"
            rel="noopener noreferrer"
            onClick={(event) => {
              event.preventDefault();
              onLink(address);
            }}
            onAuxClick={(event) => {
              event.preventDefault();
              if (event.button === 1) onLink(address);
            }}
          >
            {part}
          </a>
        ),
      )}
    </span>
  );
}
