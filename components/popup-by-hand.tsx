/** Owns encrypting and decrypting by hand, for sites where Sotto can't do it by itself. */
import { useState } from 'preact/hooks';
import type { PopupChat } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';

interface PopupByHandProps {
  /** Those with a session. */
  readonly chats: readonly PopupChat[];
  readonly onEncrypt: (conversation: string, words: string) => Promise<readonly string[]>;
  readonly onDecrypt: (conversation: string, armour: string) => Promise<string>;
}

/** The two boxes. */
export function PopupByHand({ chats, onEncrypt, onDecrypt }: PopupByHandProps) {
  const [conversation, setConversation] = useState(chats[0]!.conversation);
  const [words, setWords] = useState('');
  const [result, setResult] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  function run(work: Promise<string>): void {
    setFailed(false);
    work.then(setResult, () => {
      setResult(null);
      setFailed(true);
    });
  }
  return (
    <section>
      <details>
        <summary>{text('popupByHand')}</summary>
        {chats.length > 1 && (
          <select
            aria-label={text('popupByHandWith')}
            value={conversation}
            onChange={({ currentTarget }) => setConversation(currentTarget.value)}
          >
            {chats.map(({ conversation: value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
        <textarea
          rows={3}
          dir="auto"
          aria-label={text('popupByHandText')}
          placeholder={text('popupByHandText')}
          value={words}
          onInput={({ currentTarget }) => setWords(currentTarget.value)}
        />
        <p class="buttons">
          <button
            type="button"
            disabled={words.trim() === ''}
            onClick={() => run(onEncrypt(conversation, words).then((texts) => texts.join('\n\n')))}
          >
            {text('popupEncrypt')}
          </button>
          <button
            type="button"
            class="plain"
            disabled={words.trim() === ''}
            onClick={() => run(onDecrypt(conversation, words))}
          >
            {text('popupDecrypt')}
          </button>
        </p>
        {result !== null && (
          <textarea rows={4} dir="auto" readonly aria-label={text('popupByHandResult')} value={result} />
        )}
        {failed && (
          <p class="alarm" role="alert">
            {text('popupByHandFailed')}
          </p>
        )}
      </details>
    </section>
  );
}
