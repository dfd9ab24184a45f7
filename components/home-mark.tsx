/** Owns picking the person's own mark: a colour and a sign. */
import { useState } from 'preact/hooks';
import { type TextKey, text } from '../lib/text/index.ts';
import { MARK_COLOURS, TrustMark } from './composer-mark.tsx';
import type { HomePartProps } from './home-events.ts';

const COLOUR_NAMES: Readonly<Record<string, TextKey>> = {
  teal: 'homeColourTeal',
  blue: 'homeColourBlue',
  violet: 'homeColourViolet',
  plum: 'homeColourPlum',
  rust: 'homeColourRust',
  red: 'homeColourRed',
  green: 'homeColourGreen',
  slate: 'homeColourSlate',
};

/** The choice. What is picked is kept at once. */
export function HomeMark({ state, events }: Pick<HomePartProps, 'state' | 'events'>) {
  const { mark, choices } = state;
  const [failed, setFailed] = useState(false);
  const pick = (colour: string, sign: string): void => {
    void events.onMark(colour, sign).then((code) => setFailed(code !== null));
  };
  return (
    <section class="mark-choice">
      <h2>
        {text('homeMarkTitle')} <TrustMark {...mark} />
      </h2>
      <p>{text('homeMarkWhy')}</p>
      <fieldset class="picks">
        <legend>{text('homeMarkColour')}</legend>
        {choices.colours.map((colour) => (
          <label key={colour} title={text(COLOUR_NAMES[colour] ?? 'homeColourSlate')}>
            <input
              type="radio"
              name="colour"
              checked={colour === mark.colour}
              aria-label={text(COLOUR_NAMES[colour] ?? 'homeColourSlate')}
              onChange={() => pick(colour, mark.sign)}
            />
            <span style={{ background: MARK_COLOURS[colour as keyof typeof MARK_COLOURS] }} />
          </label>
        ))}
      </fieldset>
      <fieldset class="picks">
        <legend>{text('homeMarkSign')}</legend>
        {choices.signs.map((sign) => (
          <label key={sign}>
            <input
              type="radio"
              name="sign"
              checked={sign === mark.sign}
              aria-label={sign}
              onChange={() => pick(mark.colour, sign)}
            />
            <span aria-hidden="true">{sign}</span>
          </label>
        ))}
      </fieldset>
      {failed && (
        <p class="alarm" role="alert">
          {text('homeFailed')}
        </p>
      )}
    </section>
  );
}
