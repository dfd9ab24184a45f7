/**
 * Owns what the popup and home ask about the backup. Nobody else may: a page that could would learn that there is one.
 * Does not own the answers (backup-desk.ts).
 */
import {
  type Contract,
  flag,
  integer,
  listOf,
  method,
  nothing,
  oneOf,
  pushedEvent,
  record,
  text,
} from '../rpc/index.ts';

/** One vault, as it was last heard. */
export interface BackupVault {
  readonly url: string;
  /** `enforced`, `unenforced`, `software`, or empty where it was not heard yet. */
  readonly grade: string;
  /** Tries at the PIN that it has left; -1 where it did not say. */
  readonly left: number;
  /** A vault's problem (lib/backup), or empty. */
  readonly problem: string;
}

/** How far a restore is. Numbers of segments. */
export interface BackupRestore {
  readonly done: number;
  readonly total: number;
  readonly missing: number;
  readonly altered: number;
  readonly newer: number;
  /** Accounts for which this browser had an identity of its own already: it was kept. */
  readonly conflicts: number;
  /** Whether the host gave an older state than the vaults know of. */
  readonly older: boolean;
  readonly finished: boolean;
}

/** How far taking in a file is, and what came of it. Numbers of pieces, and of what was not here before. */
export interface BackupOpened {
  readonly done: number;
  readonly total: number;
  readonly contacts: number;
  readonly messages: number;
  /** Messages that were here already. */
  readonly known: number;
  /** Accounts for which this browser had an identity of its own already: it was kept. */
  readonly conflicts: number;
  readonly damaged: number;
  readonly newer: number;
  readonly finished: boolean;
  /** Why it stopped for now, as a code, or empty. */
  readonly failure: string;
}

/** What popup and home show of the backup. Times are milliseconds since 1970, 0 for never. */
export interface BackupState {
  /** unfinished: an enrolment that some vault has not finished. */
  readonly phase: 'off' | 'unfinished' | 'on';
  /** What is being done now: `enrol`, `pin`, `off`, `restore`, `save`, `open`, or empty. */
  readonly work: string;
  /** The vaults that were chosen last, before the PIN. */
  readonly choice: { readonly urls: readonly string[]; readonly threshold: number } | null;
  readonly vaults: readonly BackupVault[];
  readonly threshold: number;
  readonly savedAt: number;
  /** Records that wait to be uploaded. */
  readonly waiting: number;
  /** Why the last upload failed, or empty. */
  readonly failure: string;
  /** Whether it is time to ask whether the PIN is still known. */
  readonly remind: boolean;
  readonly cardSeen: boolean;
  /** Whether this browser knows the recovery code: one that was restored by PIN does not. */
  readonly knowsCode: boolean;
  readonly restore: BackupRestore | null;
  /** Entries that were read for a file that is being made, or null. */
  readonly saving: { readonly done: number; readonly total: number } | null;
  /** What a file brought, until the person has seen it, or null. */
  readonly opened: BackupOpened | null;
  /** The hosts of a backup that the browser's synchronised storage names, while there is none here. */
  readonly synced: readonly string[];
}

/** What came of a wish: empty `code` where it was done. */
export interface BackupAnswer {
  readonly code: string;
  /** Tries left at least; -1 where it says nothing of them. */
  readonly left: number;
  /** When the next try is taken, or 0 for at once. */
  readonly nextAt: number;
  /** Which rule a PIN breaks, or empty. */
  readonly why: string;
  /** The place of the letter that is wrong, or -1. */
  readonly at: number;
}

/** A backup that was found. */
export interface BackupFound extends BackupAnswer {
  /** Where it lies: to be handed back with the PIN or the code. */
  readonly address: string;
  /** Its hosts, for the browser's question. */
  readonly hosts: readonly string[];
}

/** The recovery card. All but the addresses is secret. */
export interface BackupCard extends BackupAnswer {
  /** 30 letters in groups of five. */
  readonly cardCode: string;
  readonly locator: string;
  readonly vaults: string;
  readonly vaultUrls: readonly string[];
  readonly qr: string;
}

/** A vault as it presents itself before it is chosen. */
export interface BackupInspection extends BackupAnswer {
  readonly url: string;
  readonly grade: string;
  readonly tries: number;
}

/** What opens an export file. */
export type BackupFileOpener = 'passphrase' | 'code';

/** A file that was made, and waits to be fetched. */
export interface BackupFileMade extends BackupAnswer {
  /** In bytes. */
  readonly size: number;
  /** 30 letters in groups of five: secret, and told this once. Empty where a passphrase opens it. */
  readonly fileCode: string;
  readonly contacts: number;
  readonly messages: number;
}

/** A file as its head shows it. */
export interface BackupFileSeen extends BackupAnswer {
  readonly opener: BackupFileOpener | '';
  /** In how many bytes at most it is to be handed over at a time. */
  readonly part: number;
}

/** A part of a file, in bytes: as base64url it has to fit into a message. */
export const FILE_PART_BYTES = 180_000;

const MAX_URL = 200;
const MAX_PIN = 256;
const MAX_CARD = 8192;
/** As many as a backup may have. */
const MAX_VAULTS = 16;
/** As large as a file may be; lib/backup, MOST_EXPORT_BYTES. */
const MAX_FILE = 64 * 1024 * 1024;
const MAX_PART = Math.ceil((FILE_PART_BYTES * 4) / 3);
const fromHome = { carries: 'plaintext', callers: ['home'] } as const;
const opener = oneOf('passphrase', 'code');
const ours = { carries: 'plaintext', callers: ['popup', 'home'] } as const;
const urls = listOf(text(MAX_URL, 1), MAX_VAULTS);
const pin = text(MAX_PIN);

/** The calls about the backup. */
export const backupContract = {
  methods: {
    'backup.state': method<Record<never, never>, BackupState>({ ...ours, parse: nothing }),
    /** Remembers the vaults that are about to be asked: the browser's question closes the popup. */
    'backup.choose': method<{ urls: string[]; threshold: number }, BackupAnswer>({
      ...ours,
      parse: record({ urls, threshold: integer(1, MAX_VAULTS) }),
    }),
    'backup.inspect': method<{ urls: string[] }, BackupInspection[]>({ ...ours, parse: record({ urls }) }),
    /** At the vaults that were chosen. */
    'backup.enrol': method<{ pin: string }, BackupAnswer>({ ...ours, parse: record({ pin }) }),
    /** Goes on with an enrolment, or takes it back. */
    'backup.goOn': method<Record<never, never>, BackupAnswer>({ ...ours, parse: nothing }),
    'backup.undo': method<Record<never, never>, BackupAnswer>({ ...ours, parse: nothing }),
    'backup.changePin': method<{ pin: string }, BackupAnswer>({ ...ours, parse: record({ pin }) }),
    /** Tries the PIN at the vaults: a wrong one costs a try, a right one fills them up again. */
    'backup.checkPin': method<{ pin: string }, BackupAnswer>({ ...ours, parse: record({ pin }) }),
    'backup.later': method<Record<never, never>, BackupAnswer>({ ...ours, parse: nothing }),
    'backup.card': method<Record<never, never>, BackupCard>({ ...ours, parse: nothing }),
    'backup.newCode': method<Record<never, never>, BackupCard>({ ...ours, parse: nothing }),
    'backup.save': method<Record<never, never>, BackupAnswer>({ ...ours, parse: nothing }),
    'backup.off': method<{ sure: boolean }, BackupAnswer>({ ...ours, parse: record({ sure: flag }) }),
    'backup.find': method<
      { where: 'synced' | 'typed' | 'card'; locator: string; letters: string; urls: string[]; card: string },
      BackupFound
    >({
      ...ours,
      parse: record({
        where: oneOf('synced', 'typed', 'card'),
        locator: text(128),
        letters: text(128),
        urls,
        card: text(MAX_CARD),
      }),
    }),
    /** `secret`: what `typed` is; with `card` it is the text of the card's QR code. */
    'backup.restore': method<{ address: string; secret: 'pin' | 'code' | 'card'; typed: string }, BackupAnswer>({
      ...ours,
      parse: record({ address: text(MAX_CARD), secret: oneOf('pin', 'code', 'card'), typed: text(MAX_CARD) }),
    }),
    /** Makes a file of everything; it is fetched by its parts. */
    'backup.fileSave': method<{ opener: BackupFileOpener; typed: string }, BackupFileMade>({
      ...fromHome,
      parse: record({ opener, typed: text(MAX_CARD) }),
    }),
    'backup.filePart': method<{ at: number }, { readonly bytes: string }>({
      ...fromHome,
      parse: record({ at: integer(0, MAX_FILE) }),
    }),
    /** What a file is opened by; `head` is how it begins. */
    'backup.fileLook': method<{ head: string; size: number }, BackupFileSeen>({
      ...fromHome,
      parse: record({ head: text(MAX_CARD), size: integer(0, Number.MAX_SAFE_INTEGER) }),
    }),
    /** The next part of a file that is to be opened. */
    'backup.fileFeed': method<{ at: number; size: number; bytes: string }, null>({
      ...fromHome,
      parse: record({ at: integer(0, MAX_FILE), size: integer(1, MAX_FILE), bytes: text(MAX_PART, 1) }),
    }),
    'backup.fileOpen': method<{ opener: BackupFileOpener; typed: string }, BackupAnswer>({
      ...fromHome,
      parse: record({ opener, typed: text(MAX_CARD) }),
    }),
    /** The person has seen what a file brought. */
    'backup.fileSeen': method<Record<never, never>, BackupAnswer>({ ...fromHome, parse: nothing }),
  },
  events: {
    'backup.changed': pushedEvent<BackupState>({ carries: 'plaintext', listeners: ['popup', 'home'] }),
  },
} satisfies Contract;
