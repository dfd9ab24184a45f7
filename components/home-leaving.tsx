/** Owns home's list of what leaves this device. It says what the code does; a change of that changes a sentence here. */
import { text } from '../lib/text/index.ts';

/** The list. */
export function HomeLeaving() {
  const items = [
    [text('homeLeavingSite'), text('homeLeavingSiteBody')],
    [text('homeLeavingOpen'), text('homeLeavingOpenBody')],
    [text('homeLeavingContact'), text('homeLeavingContactBody')],
    [text('homeLeavingLinks'), text('homeLeavingLinksBody')],
    [text('homeLeavingPreviews'), text('homeLeavingPreviewsBody')],
    [text('homeLeavingBackup'), text('homeLeavingBackupBody')],
    [text('homeLeavingMakers'), text('homeLeavingMakersBody')],
  ] as const;
  return (
    <>
      <p class="lead">{text('homeLeavingLead')}</p>
      <section>
        <dl>
          {items.map(([title, body]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{body}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h2>{text('homeStaying')}</h2>
        <p>{text('homeStayingBody')}</p>
      </section>
    </>
  );
}
