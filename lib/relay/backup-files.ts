/**
 * Owns the way without any vault: making an encrypted file of everything, and taking one in. A file travels between home and
 * here in parts, since a message has a largest size; here it is in memory, until it is fetched or opened, and nowhere else.
 * Does not own the file's format (lib/backup), nor what is gathered and what becomes of it (lib/conversation).
 */
import {
  type ExportSecret,
  inspectExport,
  makeExportCode,
  makeRootKey,
  openExport,
  parseExportCode,
  printExportCode,
  requireExportSecret,
  sealExport,
} from '../backup/index.ts';
import { decodeBase64Url, encodeBase64Url } from '../bytes/index.ts';
import {
  gatherRecords,
  getSingle,
  IMPORT,
  putSingle,
  RESTORE,
  stageImport,
  takeStaged,
} from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import { rpcFailure } from '../rpc/index.ts';
import { DONE } from './backup-answer.ts';
import {
  type BackupFileMade,
  type BackupFileOpener,
  type BackupFileSeen,
  type BackupOpened,
  FILE_PART_BYTES,
} from './backup-contract.ts';
import type { BackupShelf } from './backup-shelf.ts';

/** Makes files and takes them in, one at a time. */
export class BackupFiles {
  readonly #shelf: () => Promise<BackupShelf>;
  readonly #tell: () => void;
  /** What was read for the file that is being made. */
  saving: { readonly done: number; readonly total: number } | null = null;
  #made: Uint8Array | undefined;
  #fed: { readonly bytes: Uint8Array; readonly at: number } | undefined;
  #taking: Promise<boolean> | undefined;
  #trouble = '';

  /** `tell` is called when something is to be shown anew. */
  constructor(shelf: () => Promise<BackupShelf>, tell: () => void) {
    this.#shelf = shelf;
    this.#tell = tell;
  }

  /** Makes a file of everything. Throws PinTooShort, ExportTooLarge. */
  async make({ around }: BackupShelf, opener: BackupFileOpener, typed: string): Promise<BackupFileMade> {
    const code = opener === 'code' ? makeExportCode(around.random) : undefined;
    const secret: ExportSecret = code ? { kind: 'code', code } : { kind: 'passphrase', passphrase: typed };
    requireExportSecret(secret);
    const root = makeRootKey(around.random);
    try {
      const { records, contacts, messages } = await gatherRecords(around, root, (done, total) => {
        this.saving = { done, total };
        this.#tell();
      });
      this.#made = sealExport({ root, records }, secret, around.random);
      const fileCode = code === undefined ? '' : printExportCode(code);
      return { ...DONE, size: this.#made.length, fileCode, contacts, messages };
    } finally {
      this.saving = null;
    }
  }

  /** The part of the file that begins at `at`; with the last one it is forgotten here. */
  part(at: number): { readonly bytes: string } {
    if (this.#made === undefined || at >= this.#made.length) throw rpcFailure('BadRequest');
    const bytes = encodeBase64Url(this.#made.subarray(at, at + FILE_PART_BYTES));
    if (at + FILE_PART_BYTES >= this.#made.length) this.#made = undefined;
    return { bytes };
  }

  /** What a file is opened by. Throws ExportNotOne, ExportTooLarge, ExportDamaged, UpdateNeeded. */
  look(head: string, size: number): BackupFileSeen {
    return { ...DONE, opener: inspectExport(requireBytes(head), size), part: FILE_PART_BYTES };
  }

  /** Takes the next part of a file of `size` bytes; the first one begins it anew. */
  feed(at: number, size: number, part: string): void {
    if (at === 0) this.#fed = { bytes: new Uint8Array(size), at: 0 };
    const bytes = requireBytes(part);
    const fed = this.#fed;
    if (fed?.at !== at || fed.bytes.length !== size || at + bytes.length > size) throw rpcFailure('BadRequest');
    fed.bytes.set(bytes, at);
    this.#fed = { bytes: fed.bytes, at: at + bytes.length };
  }

  /**
   * Opens what was fed and keeps all of it, to be taken in by `goOn`. Throws as `openExport`, as the letters of a code, and
   * BackupBusy while a restore or another file is taken in.
   */
  async open({ around }: BackupShelf, opener: BackupFileOpener, typed: string): Promise<void> {
    const fed = this.#fed;
    if (fed === undefined || fed.at !== fed.bytes.length) throw rpcFailure('BadRequest');
    this.#fed = undefined;
    const secret: ExportSecret =
      opener === 'code' ? { kind: 'code', code: parseExportCode(typed) } : { kind: 'passphrase', passphrase: typed };
    const content = openExport(fed.bytes, secret);
    const restore = await around.store.read((rows) => getSingle(rows, RESTORE));
    if (restore?.finished === false || !(await stageImport(around, content))) throw new Failure('BackupBusy', 'later');
    this.#trouble = '';
  }

  /** Takes in what is staged; whoever asks meanwhile waits for the same. Rejects as the store does: it is gone on with later. Gives whether anything was left to take. */
  goOn(): Promise<boolean> {
    this.#taking ??= this.#take().finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  /** The person has seen what a file brought. What is still being taken in goes on. */
  seen({ around }: BackupShelf): Promise<void> {
    return around.store.transact(async (rows) => {
      if ((await getSingle(rows, IMPORT))?.finished === true) await putSingle(rows, IMPORT, undefined);
    });
  }

  /** Whether something is being taken in now. */
  get isTaking(): boolean {
    return this.#taking !== undefined;
  }

  /** What a file brought, or null where there is nothing to tell. */
  async opened({ around }: BackupShelf): Promise<BackupOpened | null> {
    const progress = await around.store.read((rows) => getSingle(rows, IMPORT));
    if (progress === undefined) return null;
    const { root: _, ...shown } = progress;
    return { ...shown, failure: this.#trouble };
  }

  async #take(): Promise<boolean> {
    const { around } = await this.#shelf();
    try {
      const isMore = await takeStaged(around, this.#tell);
      this.#trouble = '';
      return isMore;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#trouble = error.code;
      throw error;
    } finally {
      this.#tell();
    }
  }
}

function requireBytes(encoded: string): Uint8Array {
  const bytes = decodeBase64Url(encoded);
  if (bytes === undefined) throw rpcFailure('BadRequest');
  return bytes;
}
