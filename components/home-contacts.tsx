/** Owns home's list of contacts. */
import { useState } from 'preact/hooks';
import type { HomeContact } from '../lib/relay/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';
import type { HomePartProps } from './home-events.ts';
import { HomeContactSafety, KeyDecision } from './home-safety.tsx';

const STATES: Readonly<Record<Exclude<HomeContact['state'], 'private'>, TextKey>> = {
  inviting: 'homeStateInviting',
  invited: 'homeStateInvited',
  keyChanged: 'homeStateKeyChanged',
  ended: 'homeStateEnded',
};

/** The list. */
export function HomeContacts({ state: { contacts }, events, scanEvents }: HomePartProps) {
  if (contacts.length === 0) return <p class="empty">{text('homeContactsNone')}</p>;
  const known = contacts.filter(({ state }) => state !== 'inviting' && state !== 'invited');
  return (
    <ul class="contacts">
      {contacts.map((contact) => (
        <li key={contact.conversation}>
          <section>
            <div class="contact">
              <h2>
                <bdi>{contact.name}</bdi>
              </h2>
              <bdi class="quiet">{contact.site}</bdi>
              <ContactWords contact={contact} />
            </div>
            {contact.state === 'keyChanged' && <KeyDecision contact={contact} events={events} />}
            {known.includes(contact) && (
              // Another key has another number: what is shown of the one before must go.
              <HomeContactSafety
                key={contact.state}
                contact={contact}
                others={known.filter((other) => other !== contact)}
                events={events}
                scanEvents={scanEvents}
              />
            )}
            <ForgetContact contact={contact} events={events} />
          </section>
        </li>
      ))}
    </ul>
  );
}

function ContactWords({ contact: { state, verified } }: { readonly contact: HomeContact }) {
  const word = state === 'private' ? null : text(STATES[state]);
  const knowsKey = state === 'private' || state === 'ended';
  return (
    <p class="words">
      {word !== null && <span class={state === 'keyChanged' ? 'alarm' : 'quiet'}>{word}</span>}
      {knowsKey && (
        <span class={verified ? 'good' : 'quiet'}>{text(verified ? 'composerVerified' : 'composerUnverified')}</span>
      )}
    </p>
  );
}

function ForgetContact({ contact, events }: Pick<HomePartProps, 'events'> & { readonly contact: HomeContact }) {
  const [stage, setStage] = useState<'calm' | 'working' | 'failed'>('calm');
  const forget = (): void => {
    setStage('working');
    // Where it worked, the contact is no longer in the list.
    void events.onForgetContact(contact.conversation).then((code) => setStage(code === null ? 'calm' : 'failed'));
  };
  return (
    <details class="forget">
      <summary>{text('homeForgetContact')}</summary>
      <p>{text('homeForgetContactBody', contact.name)}</p>
      <button type="button" class="danger" disabled={stage === 'working'} onClick={forget}>
        {text('homeForgetContactGo')}
      </button>
      <p class="alarm" role="alert">
        {stage === 'failed' && text('homeFailed')}
      </p>
    </details>
  );
}
