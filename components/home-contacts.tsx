/** Owns home's list of contacts. */
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
export function HomeContacts({ state: { contacts }, events }: HomePartProps) {
  if (contacts.length === 0) return <p class="empty">{text('homeContactsNone')}</p>;
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
            {contact.state !== 'inviting' && contact.state !== 'invited' && (
              // Another key has another number: what is shown of the one before must go.
              <HomeContactSafety key={contact.state} contact={contact} events={events} />
            )}
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
