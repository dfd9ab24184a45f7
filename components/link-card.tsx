/**
 * Owns the look of a link's preview: picture, title, description, and the host as the address has it.
 * Does not own what stands around it (a bubble, the composer), nor opening the link.
 *
 * Invariant: the only picture is one that came over the port, as bytes; nothing here makes the browser ask the network.
 */
import type { LinkCard, LinkHost } from '../lib/frames/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';

interface LinkCardProps {
  readonly card: LinkCard;
  /** WebP in base64; empty where there is none, or not yet. */
  readonly picture: string;
}

/** The inside of a card. Its place for a picture is there before the picture is, so that nothing moves. */
export function LinkCardView({ card, picture }: LinkCardProps) {
  const { title, description, siteName, host } = card;
  return (
    <>
      {card.picture !== null && (
        <span class="thumb">
          {picture !== '' && <img src={`data:image/webp;base64,${picture}`} alt="" draggable={false} />}
        </span>
      )}
      <span class="about">
        {siteName !== '' && (
          <bdi class="site-name" dir="auto">
            {siteName}
          </bdi>
        )}
        {title !== '' && (
          <bdi class="title" dir="auto">
            {title}
          </bdi>
        )}
        {description !== '' && (
          <bdi class="description" dir="auto">
            {description}
          </bdi>
        )}
        <LinkHostView host={host} />
      </span>
    </>
  );
}

const WARNINGS: Readonly<Partial<Record<LinkHost['mark'], TextKey>>> = {
  'mixed-scripts': 'linkMixedScripts',
  'look-alike': 'linkLookAlike',
  literal: 'linkLiteral',
};

/** The host. One that is too long is cut at its beginning: whose it is stands at its end. */
export function LinkHostView({ host }: { readonly host: LinkHost }) {
  const warning = WARNINGS[host.mark];
  return (
    <span class="host">
      <span class="from">
        <bdi dir="ltr">{host.port === '' ? host.text : `${host.text}:${host.port}`}</bdi>
      </span>
      {warning !== undefined && <span class="warning">{text(warning)}</span>}
      {!host.secure && <span class="insecure">{text('linkInsecure')}</span>}
    </span>
  );
}
