/** Owns what popup and home let a person do about the backup: calls of the background, and the browser's own question. */
import type {
  BackupAnswer,
  BackupCard,
  BackupFound,
  BackupInspection,
  BackupState,
  backupContract,
} from '../lib/relay/index.ts';
import type { Call } from '../lib/rpc/index.ts';

/** How a person says where their backup lies. */
export interface BackupFinding {
  readonly where: 'synced' | 'typed' | 'card';
  readonly locator: string;
  readonly letters: string;
  readonly urls: readonly string[];
  readonly card: string;
}

/** Events out. Those that ask the browser must be called in the person's press. */
export interface BackupEvents {
  /** Asks for the vaults' hosts, and what they are; null where the person or the browser said no. */
  readonly onChoose: (urls: readonly string[], threshold: number) => Promise<readonly BackupInspection[] | null>;
  /** What vaults are that may be asked already; null where they may not. */
  readonly onInspect: (urls: readonly string[]) => Promise<readonly BackupInspection[] | null>;
  readonly onEnrol: (pin: string) => Promise<BackupAnswer>;
  readonly onGoOn: () => Promise<BackupAnswer>;
  readonly onUndo: () => Promise<BackupAnswer>;
  readonly onChangePin: (pin: string) => Promise<BackupAnswer>;
  readonly onCheckPin: (pin: string) => Promise<BackupAnswer>;
  readonly onLater: () => Promise<BackupAnswer>;
  readonly onCard: () => Promise<BackupCard>;
  readonly onNewCode: () => Promise<BackupCard>;
  readonly onSave: () => Promise<BackupAnswer>;
  readonly onOff: () => Promise<BackupAnswer>;
  readonly onFind: (finding: BackupFinding) => Promise<BackupFound | null>;
  /** Asks for `hosts` first. */
  readonly onRestore: (
    found: Pick<BackupFound, 'address' | 'hosts'>,
    secret: 'pin' | 'code' | 'card',
    typed: string,
  ) => Promise<BackupAnswer>;
  /** Prints the card; from the popup, which can't, it opens the tab that can. */
  readonly onPrint: () => void;
  readonly printsElsewhere: boolean;
  /** The modules of a QR code for `content`, row by row. */
  readonly drawQr: (content: string) => readonly (readonly boolean[])[];
}

/** The background, as these pages ask and hear it about the backup. */
export interface BackupCalls {
  readonly call: Call<typeof backupContract>;
  on(event: 'backup.changed', listener: (state: BackupState) => void): void;
}

/** What these events stand on. */
export interface BackupWiring {
  readonly background: BackupCalls;
  /** The browser's question about hosts, and whether it was answered already. */
  readonly permissions: Record<'request' | 'contains', (what: { origins: string[] }) => Promise<boolean>>;
  /** Notes that hosts are asked for because a vault is there. */
  readonly noteHosts: (patterns: readonly string[]) => Promise<void>;
  /** A fresh state to show. */
  readonly show: (state: BackupState) => void;
  readonly print: () => void;
  readonly printsElsewhere?: boolean;
  readonly drawQr: BackupEvents['drawQr'];
}

/** A vault may take its time over a first enrolment: work is to be done before. */
const PATIENCE_MS = 120_000;
const FAILED: BackupAnswer = { code: 'Internal', left: -1, nextAt: 0, why: '', at: -1 };
const NO_CARD: BackupCard = { ...FAILED, cardCode: '', locator: '', vaults: '', vaultUrls: [], qr: '' };

/** The events over `wiring`, whose `show` is told of the state from now on. */
export function backupEvents(wiring: BackupWiring): BackupEvents {
  const { background, permissions, noteHosts, show, print, printsElsewhere = false, drawQr } = wiring;
  const { call } = background;
  /** A question that the browser can't ask is one that was answered with no. */
  const request = (patterns: readonly string[]): Promise<boolean> => {
    // Not awaited: the browser's question needs the press.
    void noteHosts(patterns).catch(() => undefined);
    return permissions.request({ origins: [...patterns] }).catch(() => false);
  };
  background.on('backup.changed', show);
  call('backup.state', {}).then(show, () => undefined);
  const shown = async <Value>(work: Promise<Value>, failed: Value): Promise<Value> => {
    const value = await work.catch(() => failed);
    await call('backup.state', {}).then(show, () => undefined);
    return value;
  };
  const ask = (urls: readonly string[]) => call('backup.inspect', { urls: [...urls] }, PATIENCE_MS).catch(() => null);
  return {
    onChoose: async (urls, threshold) => {
      // Both before anything is awaited: the browser's question needs the press, and may close the popup.
      const remembered = call('backup.choose', { urls: [...urls], threshold }).catch(() => FAILED);
      const granted = request(patternsOf(urls));
      await remembered;
      return (await granted) ? ask(urls) : null;
    },
    onInspect: async (urls) => ((await permissions.contains({ origins: patternsOf(urls) })) ? ask(urls) : null),
    onEnrol: (pin) => shown(call('backup.enrol', { pin }, PATIENCE_MS), FAILED),
    onGoOn: () => shown(call('backup.goOn', {}, PATIENCE_MS), FAILED),
    onUndo: () => shown(call('backup.undo', {}, PATIENCE_MS), FAILED),
    onChangePin: (pin) => shown(call('backup.changePin', { pin }, PATIENCE_MS), FAILED),
    onCheckPin: (pin) => shown(call('backup.checkPin', { pin }, PATIENCE_MS), FAILED),
    onLater: () => shown(call('backup.later', {}), FAILED),
    onCard: () => shown(call('backup.card', {}), NO_CARD),
    onNewCode: () => shown(call('backup.newCode', {}, PATIENCE_MS), NO_CARD),
    onSave: () => shown(call('backup.save', {}, PATIENCE_MS), FAILED),
    onOff: () => shown(call('backup.off', { sure: true }, PATIENCE_MS), FAILED),
    onFind: async (finding) => {
      const granted = finding.urls.length === 0 || (await request(patternsOf(finding.urls)));
      if (!granted) return null;
      const none = { ...FAILED, address: '', hosts: [] };
      return call('backup.find', { ...finding, urls: [...finding.urls] }, PATIENCE_MS).catch(() => none);
    },
    onRestore: async ({ address, hosts }, secret, typed) => {
      if (!(await request(patternsOf(hosts)))) return { ...FAILED, code: 'HostRefused' };
      return shown(call('backup.restore', { address, secret, typed }, PATIENCE_MS), FAILED);
    },
    onPrint: print,
    printsElsewhere,
    drawQr,
  };
}

/** What the browser is asked for: a pattern has no port, since it grants hosts. What is no address asks for nothing. */
function patternsOf(urls: readonly string[]): string[] {
  const patterns = urls.flatMap((url) => {
    if (!URL.canParse(url)) return [];
    const { protocol, hostname } = new URL(url);
    return [`${protocol}//${hostname}/*`];
  });
  return [...new Set(patterns)];
}
