/** Owns the recovery card as it is shown and printed. */
import type { BackupCard } from '../lib/relay/index.ts';
import { text } from '../lib/text/index.ts';
import { hostOf } from './backup-enrol.tsx';
import type { BackupEvents } from './backup-events.ts';
import { QrPicture } from './qr-picture.tsx';

interface BackupCardViewProps {
  readonly card: BackupCard;
  readonly events: Pick<BackupEvents, 'drawQr' | 'onPrint' | 'printsElsewhere'>;
  readonly onClose: () => void;
}

/** The card. */
export function BackupCardView({ card, events, onClose }: BackupCardViewProps) {
  const lines = [
    [text('backupCardCode'), card.cardCode],
    [text('backupCardLocator'), card.locator],
    [text('backupCardVaults'), card.vaults],
  ] as const;
  return (
    <div class="card">
      <h3>{text('backupCardTitle')}</h3>
      <p>{text('backupCardWhy')}</p>
      <dl>
        {lines.map(([name, letters]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="letters" dir="ltr">
              {letters}
            </dd>
          </div>
        ))}
        <div>
          <dt>{text('backupCardHosts')}</dt>
          <dd dir="ltr">{card.vaultUrls.map(hostOf).join(' ')}</dd>
        </div>
      </dl>
      <QrPicture modules={events.drawQr(card.qr)} label={text('backupCardQr')} />
      <p class="buttons">
        <button type="button" onClick={events.onPrint}>
          {text(events.printsElsewhere ? 'backupCardOpen' : 'backupCardPrint')}
        </button>
        <button type="button" class="plain" onClick={onClose}>
          {text('backupCardAway')}
        </button>
      </p>
    </div>
  );
}
