/** Wiring of the popup: which tab it stands over, the background, and the browser's question about a site. */

import { render } from 'preact';
import { encodeQR } from 'qr';
import { backupEvents } from '../../components/backup-events.ts';
import { type PopupProgress, PopupView } from '../../components/popup-view.tsx';
import { previewEvents } from '../../components/preview-events.ts';
import { browser } from '../../lib/browser.ts';
import { Failure } from '../../lib/failure/index.ts';
import { noteSites, noteVaultHosts, PREVIEW_GRANT, unnoteSites } from '../../lib/grants/index.ts';
import type {
  BackupState,
  backupContract,
  PreviewSettingsView,
  popupContract,
  previewContract,
} from '../../lib/relay/index.ts';
import { connectPort, onDoorbell, RpcClient } from '../../lib/rpc/index.ts';
import { applyPageLanguage } from '../../lib/text/index.ts';

/** In modules (ISO/IEC 18004, 9.1). */
const QUIET_ZONE = 4;

const client = new RpcClient<typeof popupContract>(connectPort);
const backups = new RpcClient<typeof backupContract>(connectPort);
let progress: PopupProgress = 'asking';
let backup: BackupState | null = null;
let previews: PreviewSettingsView | null = null;

const onPreviews = previewEvents({
  call: new RpcClient<typeof previewContract>(connectPort).call,
  // The browser's types know no optional webRequest.
  grant: (on) => browser.permissions[on ? 'request' : 'remove'](PREVIEW_GRANT as never),
  chats: () => (typeof progress === 'object' ? progress.chats.map(({ conversation }) => conversation) : []),
  show: (settings) => {
    previews = settings;
    show(progress);
  },
});

const drawQr = (content: string) => encodeQR(content, 'raw', { ecc: 'medium', border: QUIET_ZONE });
const onBackup = backupEvents({
  background: backups,
  permissions: browser.permissions,
  noteHosts: (patterns) => noteVaultHosts(browser, patterns),
  show: showBackup,
  print: () => void browser.tabs.create({ url: browser.runtime.getURL('/home.html#backup') }),
  printsElsewhere: true,
  drawQr,
});

function showBackup(state: BackupState): void {
  backup = state;
  show(progress);
}

function show(next: PopupProgress): void {
  progress = next;
  render(
    <PopupView
      progress={progress}
      backup={backup}
      backupEvents={onBackup}
      previews={previews}
      previewEvents={onPreviews}
      onTryAgain={ask}
      onHome={openHome}
      onSite={switchSite}
      onVerify={(conversation, verified) => done(client.call('popup.verify', { conversation, verified }))}
      onAcceptInvite={(conversation, invite) => done(client.call('popup.acceptInvite', { conversation, invite }))}
      onAcceptKey={(conversation) => done(client.call('popup.acceptKey', { conversation }))}
      onRefuseKey={(conversation) => done(client.call('popup.refuseKey', { conversation }))}
      onAcceptName={(conversation, name) => done(client.call('popup.acceptName', { conversation, name }))}
      onEncrypt={(conversation, text) => client.call('popup.encrypt', { conversation, text })}
      onDecrypt={(conversation, text) => client.call('popup.decrypt', { conversation, text })}
      drawQr={drawQr}
    />,
    document.body,
  );
}

/** Null and a fresh state, or the code of why not. */
async function done(call: Promise<null>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return error instanceof Failure ? error.code : 'Internal';
  } finally {
    // What was refused may stand otherwise now, too: an invite may tell of a changed key.
    await ask();
  }
}

/** Home is our options page: the browser turns to the tab that shows it, where there is one. */
function openHome(): void {
  browser.runtime.openOptionsPage().then(close, close);
}

/** The browser asks the person, and closes the popup for it in Chrome: the background hears of the answer. */
function switchSite(on: boolean): void {
  if (typeof progress !== 'object' || progress.site === null) return;
  const origins = [progress.site.pattern];
  const answered = on ? browser.permissions.request({ origins }) : browser.permissions.remove({ origins });
  const note = async (granted: boolean): Promise<void> => {
    if (!on) await unnoteSites(browser, origins);
    else if (granted) await noteSites(browser, origins);
  };
  answered.then(note).then(ask, ask);
}

async function ask(): Promise<void> {
  try {
    const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
    show(await client.call('popup.open', { tab: tab?.id ?? -1, address: tab?.url ?? '' }));
    await onPreviews.read();
  } catch {
    show('silent');
  }
}

applyPageLanguage(document.documentElement);
show('asking');
onDoorbell(() => void ask());
void ask();
