/** Wiring of home: the background, the browser's question about a site, and which part the address names. */
import { render } from 'preact';
import { encodeQR } from 'qr';
import { backupEvents } from '../../components/backup-events.ts';
import type { HomeEvents } from '../../components/home-events.ts';
import { type HomeProgress, HomeView, homePart, homeTitle } from '../../components/home-view.tsx';
import { previewEvents } from '../../components/preview-events.ts';
import type { ScanEvents } from '../../components/scan-events.ts';
import { browser } from '../../lib/browser.ts';
import { Failure } from '../../lib/failure/index.ts';
import {
  noteSites,
  noteVaultHosts,
  PREVIEW_GRANT,
  readGrantedSites,
  SITES_KEY,
  unnoteSites,
} from '../../lib/grants/index.ts';
import type {
  BackupState,
  backupContract,
  homeContract,
  PreviewSettingsView,
  previewContract,
} from '../../lib/relay/index.ts';
import { connectPort, onDoorbell, RpcClient } from '../../lib/rpc/index.ts';
import { applyPageLanguage } from '../../lib/text/index.ts';
import { backupFiles } from './backup-files.ts';

/** In modules (ISO/IEC 18004, 9.1). */
const QUIET_ZONE = 4;
/** The first slice of a long conversation reads the order of all of it, in milliseconds at the very most. */
const HISTORY_MS = 60_000;

const client = new RpcClient<typeof homeContract>(connectPort);
let progress: HomeProgress = 'asking';
let sites: readonly string[] = [];
let backup: BackupState | null = null;
const backups = new RpcClient<typeof backupContract>(connectPort);
let previews: PreviewSettingsView | null = null;

const events: HomeEvents = {
  onTryAgain: () => void ask(),
  onGrant: async (patterns) => {
    const granted = await request(patterns);
    if (granted) await noteSites(browser, patterns);
    return granted;
  },
  onTakeBack: async (patterns) => {
    const gone = await browser.permissions.remove({ origins: [...patterns] }).catch(() => false);
    await unnoteSites(browser, patterns);
    return gone;
  },
  onReadSafety: (conversation) => client.call('home.safety', { conversation }),
  onVerify: (conversation, digits, verified) => done(client.call('home.verify', { conversation, digits, verified })),
  onAcceptKey: (conversation) => done(client.call('home.acceptKey', { conversation })),
  onRefuseKey: (conversation) => done(client.call('home.refuseKey', { conversation })),
  onReadHistory: (query) => client.call('home.history', query, HISTORY_MS),
  onForget: (conversation, line) => done(client.call('home.forget', { conversation, line })),
  onForgetContact: (conversation) => done(client.call('home.forgetContact', { conversation })),
  onCopy: (words) => navigator.clipboard.writeText(words),
  onMark: (colour, sign) => done(client.call('home.setMark', { colour, sign })),
  onErase: () => done(client.call('home.erase', {}, HISTORY_MS)),
  drawQr: (content) => encodeQR(content, 'raw', { ecc: 'medium', border: QUIET_ZONE }),
};

const onBackup = backupEvents({
  background: backups,
  permissions: browser.permissions,
  noteHosts: (patterns) => noteVaultHosts(browser, patterns),
  show: showBackup,
  print: () => print(),
  drawQr: events.drawQr,
});

const onFiles = backupFiles(backups.call);

const onScan: ScanEvents = {
  // Finding codes takes as much script as home itself: it comes when somebody scans.
  onLook: (wish) =>
    import('./code-camera.ts')
      .then(({ lookForCode }) => lookForCode(wish))
      .catch(() => ({ code: 'CameraFailed', words: '' })),
  onPicture: (file, wanted) =>
    import('./code-picture.ts')
      .then(({ readPicture }) => readPicture(file, wanted))
      .catch(() => ({ code: 'PictureBroken', words: '' })),
};

const onPreviews = previewEvents({
  call: new RpcClient<typeof previewContract>(connectPort).call,
  // The browser's types know no optional webRequest.
  grant: (on) => browser.permissions[on ? 'request' : 'remove'](PREVIEW_GRANT as never),
  chats: () => [],
  show: (settings) => {
    previews = settings;
    show();
  },
});

/** Must be called in the person's press: the browser asks them. */
function request(patterns: readonly string[]): Promise<boolean> {
  return browser.permissions.request({ origins: [...patterns] }).catch(() => false);
}

function showBackup(state: BackupState): void {
  const came = arrived(state) && !(backup !== null && arrived(backup));
  backup = state;
  show();
  // Contacts that were not here before.
  if (came) void ask();
}

/** Whether a restore or a file has brought all that it had. */
function arrived({ restore, opened }: BackupState): boolean {
  return restore?.finished === true || opened?.finished === true;
}

function show(): void {
  const named = homePart(location.hash.slice(1));
  // Who has allowed no site has not been welcomed yet.
  const part = named ?? (sites.length === 0 ? 'welcome' : 'contacts');
  document.title = homeTitle(part);
  render(
    <HomeView
      progress={progress}
      part={part}
      sites={sites}
      events={events}
      backup={backup}
      backupEvents={onBackup}
      fileEvents={onFiles}
      scanEvents={onScan}
      previews={previews}
      previewEvents={onPreviews}
    />,
    document.body,
  );
}

/** Null and a fresh state, or the code of why not. */
async function done(call: Promise<null>): Promise<string | null> {
  try {
    await call;
    await ask();
    return null;
  } catch (error) {
    await ask();
    return error instanceof Failure ? error.code : 'Internal';
  }
}

async function ask(): Promise<void> {
  progress = await client.call('home.open', {}).catch(() => 'silent' as const);
  show();
  await onPreviews.read();
}

async function readSites(): Promise<void> {
  sites = await readGrantedSites(browser);
  show();
}

applyPageLanguage(document.documentElement);
addEventListener('hashchange', show);
browser.permissions.onAdded.addListener(() => void readSites());
browser.permissions.onRemoved.addListener(() => void readSites());
browser.storage.local.onChanged.addListener((changes) => {
  if (SITES_KEY in changes) void readSites();
});
onDoorbell(() => void ask());
// Who comes back to the tab may have talked, or decided, elsewhere meanwhile.
addEventListener('focus', () => void ask());
void readSites().then(ask);
