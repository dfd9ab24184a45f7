/** Owns picking sites: the well-known ones by their names, any other by its address. The browser asks, in the press. */
import { useState } from 'preact/hooks';
import { type TextKey, text } from '../lib/text/index.ts';
import type { HomeEvents } from './home-events.ts';
import { WELL_KNOWN_SITES } from './home-well-known.ts';
import { hostOfPattern, readSiteAddress } from './site-address.ts';

interface HomeSitesProps {
  readonly sites: readonly string[];
  readonly events: HomeEvents;
}

/** The choice. */
export function HomeSites({ sites, events }: HomeSitesProps) {
  const [problem, setProblem] = useState<TextKey | null>(null);
  const grant = (patterns: readonly string[]): Promise<boolean> => {
    const asked = events.onGrant(patterns);
    void asked.then((granted) => setProblem(granted ? null : 'homeSiteRefused'));
    return asked;
  };
  return (
    <>
      <ul class="sites">
        {WELL_KNOWN_SITES.map(({ name, patterns }) => {
          const allowed = patterns.every((pattern) => sites.includes(pattern));
          return (
            <li key={name}>
              <span>{name}</span>
              {allowed ? (
                <span class="good">{text('homeSiteAllowed')}</span>
              ) : (
                <button
                  type="button"
                  class="plain"
                  aria-label={text('homeSiteAllowOn', name)}
                  onClick={() => void grant(patterns)}
                >
                  {text('homeSiteAllow')}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <AddressForm grant={grant} tell={setProblem} />
      <p role="status" class="alarm">
        {problem !== null && text(problem)}
      </p>
      <p class="quiet">{text('homePickTried')}</p>
    </>
  );
}

interface AddressFormProps {
  readonly grant: (patterns: readonly string[]) => Promise<boolean>;
  readonly tell: (problem: TextKey | null) => void;
}

function AddressForm({ grant, tell }: AddressFormProps) {
  const [typed, setTyped] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    const read = readSiteAddress(typed);
    if ('problem' in read) {
      tell(read.problem === 'wrong' ? 'homeAddressWrong' : 'homeAddressInsecure');
      return;
    }
    void grant([read.pattern]).then((granted) => granted && setTyped(''));
  };
  return (
    <form class="line" onSubmit={submit}>
      <label>
        {text('homeAddress')}
        <input
          type="text"
          inputMode="url"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          dir="ltr"
          placeholder={text('homeAddressExample')}
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={typed.trim() === ''}>
        {text('homeSiteAllow')}
      </button>
    </form>
  );
}

/** The sites that were granted, each to be taken back. */
export function GrantedSites({ sites, events }: HomeSitesProps) {
  if (sites.length === 0) return <p class="quiet">{text('homeSitesNone')}</p>;
  return (
    <ul class="granted">
      {sites.map((pattern) => (
        <li key={pattern}>
          <bdi>{hostOfPattern(pattern)}</bdi>
          <button
            type="button"
            class="plain"
            aria-label={text('homeSiteBackFrom', hostOfPattern(pattern))}
            onClick={() => void events.onTakeBack([pattern])}
          >
            {text('homeSiteBack')}
          </button>
        </li>
      ))}
    </ul>
  );
}
