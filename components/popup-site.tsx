/** Owns the popup's part about the site of this tab: on or off, and how well it works. */
import type { PopupSite } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import { healthReasons } from './popup-text.ts';

interface PopupSiteViewProps {
  readonly site: PopupSite | null;
  readonly onSite: (on: boolean) => void;
}

/** The site. */
export function PopupSiteView({ site, onSite }: PopupSiteViewProps) {
  if (site === null) {
    return (
      <section>
        <h2>{text('popupSite')}</h2>
        <p>{text('popupSiteNone')}</p>
      </section>
    );
  }
  const { granted, health } = site;
  return (
    <section>
      <h2>{text('popupSite')}</h2>
      <p class="site">
        <bdi>{new URL(site.origin).host}</bdi>
        <span class={granted ? (health?.state ?? 'quiet') : 'quiet'}>{siteWord(site)}</span>
      </p>
      {granted && healthReasons(site).map((reason) => <p key={reason}>{reason}</p>)}
      {!granted && <p>{text('popupSiteOffer')}</p>}
      <button type="button" class={granted ? 'plain' : ''} onClick={() => onSite(!granted)}>
        {text(granted ? 'popupSiteOff' : 'popupSiteOn')}
      </button>
    </section>
  );
}

function siteWord({ granted, health }: PopupSite): string {
  if (!granted) return text('popupSiteIsOff');
  if (health === null) return text('popupSiteReload');
  return text(
    ({ healthy: 'popupSiteHealthy', degraded: 'popupSiteDegraded', unsupported: 'popupSiteUnsupported' } as const)[
      health.state
    ],
  );
}
