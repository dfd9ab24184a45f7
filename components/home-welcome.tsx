/** Owns home's welcome: what Sotto does, where it may, the person's own mark, and the PIN. */
import { text } from '../lib/text/index.ts';
import { BackupPanel } from './backup-panel.tsx';
import type { HomePartProps } from './home-events.ts';
import { HomeMark } from './home-mark.tsx';
import { HomeSites } from './home-sites.tsx';

/** The steps. */
export function HomeWelcome({ state, sites, events, backup, backupEvents }: HomePartProps) {
  return (
    <>
      <p class="lead">{text('homeWelcomeLead')}</p>
      <ol class="steps">
        <li>
          <section>
            <h2>{text('homeDoesTitle')}</h2>
            <p>{text('homeDoesChat')}</p>
            <p>{text('homeDoesStart')}</p>
            <p>{text('homeDoesLimits')}</p>
            <p class="quiet">{text('popupSignalNote')}</p>
          </section>
          <HomeMark state={state} events={events} />
        </li>
        <li>
          <section>
            <h2>{text('homePickTitle')}</h2>
            <p>{text('homePickWhy')}</p>
            <p>{text('homePickHonest')}</p>
            <HomeSites sites={sites} events={events} />
          </section>
        </li>
        {state.trouble === null && backup !== null && (
          <li>
            <section>
              <h2>{text('homePinTitle')}</h2>
              <p>{text('homePinWhy')}</p>
              <BackupPanel state={backup} events={backupEvents} />
            </section>
          </li>
        )}
      </ol>
      <p>{text('homeReady')}</p>
    </>
  );
}
