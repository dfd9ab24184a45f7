/**
 * Owns the answers about the backup, and when something is done for it: after a moment of rest, when a day is over, when
 * the worker comes back. One thing at a time.
 * Does not own what is done (backup-enrolment.ts, backup-upkeep.ts, backup-restore.ts, backup-files.ts).
 */
import { isUploadDue } from '../backup/index.ts';
import {
  CARD_CODE,
  CHOICE,
  ENROLMENT,
  getSingle,
  IMPORT,
  LIVE,
  LOG,
  NOTES,
  QUEUE_HEAD,
  RESTORE,
  type Surroundings,
} from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { Handlers } from '../rpc/index.ts';
import { answered, DONE, refused } from './backup-answer.ts';
import type { BackupAnswer, BackupState, backupContract } from './backup-contract.ts';
import {
  cardOf,
  changePin,
  enrolHere,
  goOn,
  inspectVaults,
  liveAddress,
  newCode,
  turnOff,
  undo,
  warmUp,
} from './backup-enrolment.ts';
import { BackupFiles } from './backup-files.ts';
import { addressOf, findBackup, Restorer } from './backup-restore.ts';
import { type BackupNet, BackupShelf, remindAt } from './backup-shelf.ts';
import { noteTried, tidy } from './backup-tidying.ts';
import { hearVaults, upload } from './backup-upkeep.ts';

/** Where the address of the backup is, so that another browser of the same person finds it. Not secret. */
export interface AddressKeeper {
  /** Empty where there is none. */
  load(): Promise<string>;
  save(address: string): Promise<void>;
}

/** What the desk stands on. */
export interface BackupParts extends BackupNet {
  readonly around: () => Promise<Surroundings>;
  readonly synced: AddressKeeper;
  /** Popup and home may show something else now. */
  readonly tell: (state: BackupState) => void;
  /** Has `due` called at `at` (milliseconds since 1970), in place of what was asked for before. */
  readonly wake: (at: number) => void;
  /** Everything is there: what stands on pages can be read now. */
  readonly restored: () => void;
}

/** What was written is uploaded when nothing more was for so long; lib/backup, `isUploadDue`. */
const REST_MS = 30_000;
/** Many things are kept at once; a worker lives longer than this. */
const LOOK_MS = 2000;
/** After a failure that names no time of its own. */
const AGAIN_MS = 10 * 60_000;

type FileMethod = Extract<keyof (typeof backupContract)['methods'], `backup.file${string}`>;

/** The desk. */
export class BackupDesk {
  readonly #parts: BackupParts;
  #shelf: BackupShelf | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;
  #restorer: Restorer | undefined;
  readonly #files: BackupFiles;
  #work = '';
  #uploading: Promise<void> | undefined;
  #tidying: Promise<void> | undefined;
  #takingIn: Promise<void> | undefined;
  #lastAt = 0;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    this.#files = new BackupFiles(
      () => this.#open(),
      () => void this.#tell(),
    );
  }

  /** The answers. */
  handlers(): Handlers<typeof backupContract> {
    const { synced } = this.#parts;
    return {
      'backup.state': () => this.state(),
      'backup.choose': (choice) => this.#answer(async (shelf) => shelf.put(CHOICE, choice)),
      'backup.inspect': async ({ urls }) => inspectVaults(await this.#open(), urls),
      'backup.enrol': ({ pin }) =>
        this.#do('enrol', async (shelf) => {
          const address = await enrolHere(shelf, pin);
          await synced.save(address).catch(() => undefined);
        }),
      'backup.goOn': () => this.#do('enrol', async (shelf) => synced.save(await goOn(shelf))),
      'backup.undo': () => this.#do('off', undo, false),
      'backup.changePin': ({ pin }) => this.#do('pin', (shelf) => changePin(shelf, pin)),
      'backup.checkPin': ({ pin }) =>
        this.#do('check', async (shelf) => {
          await (await this.#restoring()).tryPin(await liveAddress(shelf), pin);
          await this.#reminded(shelf);
          await hearVaults(shelf);
        }),
      'backup.later': () => this.#answer((shelf) => this.#reminded(shelf)),
      'backup.card': async () => {
        const shelf = await this.#open();
        await shelf.note(() => ({ cardSeen: true }));
        return answered(NO_CARD, () => cardOf(shelf));
      },
      'backup.newCode': async () => {
        const shelf = await this.#open();
        return answered(NO_CARD, () => newCode(shelf));
      },
      'backup.save': () => this.#answer(() => this.#upload()),
      'backup.off': () =>
        this.#do(
          'off',
          async (shelf) => {
            await turnOff(shelf);
            await synced.save('').catch(() => undefined);
          },
          false,
        ),
      'backup.find': async (finding) => {
        const shelf = await this.#open();
        return answered({ address: '', hosts: [] }, async () => findBackup(shelf, finding, await synced.load()));
      },
      'backup.restore': ({ address, secret, typed }) =>
        this.#do('restore', async (shelf) => {
          if ((await shelf.get(LIVE)) !== undefined) throw new Failure('RecordExists', 'user');
          await (await this.#restoring()).begin(address, secret, typed);
          await synced.save(address === '' ? await liveAddress(shelf) : address).catch(() => undefined);
          void this.#takeIn();
        }),
      ...this.#fileHandlers(),
    };
  }

  #fileHandlers(): Pick<Handlers<typeof backupContract>, FileMethod> {
    const files = this.#files;
    return {
      'backup.fileSave': async ({ opener, typed }) => {
        const none = { ...DONE, size: 0, fileCode: '', contacts: 0, messages: 0 };
        let made = none;
        const answer = await this.#do(
          'save',
          async (shelf) => {
            made = await files.make(shelf, opener, typed);
          },
          false,
        );
        return { ...made, ...answer };
      },
      'backup.filePart': ({ at }) => files.part(at),
      'backup.fileLook': ({ head, size }) => answered({ opener: '', part: 0 }, async () => files.look(head, size)),
      'backup.fileFeed': ({ at, size, bytes }) => {
        files.feed(at, size, bytes);
        return null;
      },
      'backup.fileOpen': async ({ opener, typed }) => {
        const answer = await this.#do('open', (shelf) => files.open(shelf, opener, typed), false);
        if (answer.code === '') void this.#takeFile(true);
        return answer;
      },
      'backup.fileSeen': () => this.#answer((shelf) => files.seen(shelf)),
    };
  }

  /** What popup and home show. */
  async state(): Promise<BackupState> {
    const shelf = await this.#open();
    const { around } = shelf;
    const kept = await around.store.read(async (rows) => ({
      live: await getSingle(rows, LIVE),
      notes: await getSingle(rows, NOTES),
      pending: await getSingle(rows, ENROLMENT),
      head: await getSingle(rows, QUEUE_HEAD),
      choice: await getSingle(rows, CHOICE),
      restore: await getSingle(rows, RESTORE),
      code: await getSingle(rows, CARD_CODE),
    }));
    const { live, notes, pending, head, choice, restore, code } = kept;
    return {
      phase: pending !== undefined && this.#work === '' ? 'unfinished' : live === undefined ? 'off' : 'on',
      work: this.#work,
      choice: choice ?? null,
      vaults: (notes?.vaults ?? []).map(({ url, grade, left, problem }) => ({
        url,
        grade,
        left: left ?? -1,
        problem,
      })),
      threshold: live?.address.threshold ?? 0,
      savedAt: notes?.savedAt ?? 0,
      waiting: head === undefined ? 0 : head.next - head.first,
      failure: notes?.failure ?? '',
      remind: live !== undefined && notes !== undefined && notes.remindAt <= around.now(),
      cardSeen: notes?.cardSeen ?? false,
      knowsCode: code !== undefined,
      saving: this.#files.saving,
      opened: await this.#files.opened(shelf),
      restore: restore === undefined ? null : { ...restore, done: restore.done.length },
      synced: live === undefined ? await this.#syncedHosts() : [],
    };
  }

  /** Something was kept. What of it waits is uploaded after a moment of rest. */
  noticed(): void {
    this.#lastAt = Date.now();
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      this.due().catch(() => undefined);
    }, LOOK_MS);
  }

  /** Does what is due: to be called when the worker begins, and when it is woken. */
  async due(): Promise<void> {
    const shelf = await this.#open();
    if ((await shelf.get(IMPORT))?.finished === false) void this.#takeFile(false);
    if ((await shelf.get(LIVE)) === undefined || this.#work !== '') return;
    if ((await shelf.get(RESTORE))?.finished === false) await this.#takeIn();
    const state = await shelf.get(LOG);
    const bytes = (await shelf.get(QUEUE_HEAD))?.bytes ?? 0;
    const now = shelf.around.now();
    if (isUploadDue({ bytes, lastAt: this.#lastAt }, state, now)) {
      await this.#upload().then(
        () => this.#tidy(),
        () => undefined,
      );
    } else if (bytes === 0) await this.#tidy();
    else if (bytes > 0) this.#parts.wake(Math.max(state?.retryAt ?? 0, this.#lastAt + REST_MS));
  }

  /** Uploads now; whoever asks meanwhile waits for the same. Rejects with what the backup refuses. */
  #upload(): Promise<void> {
    this.#uploading ??= this.#uploadOnce().finally(() => {
      this.#uploading = undefined;
    });
    return this.#uploading;
  }

  async #uploadOnce(): Promise<void> {
    const shelf = await this.#open();
    // It stops where it sees that this is wanted.
    await this.#tidying?.catch(() => undefined);
    try {
      await upload(shelf);
    } catch (error) {
      const { code, nextAt } = refused(error);
      await shelf.note(() => ({ failure: code }));
      this.#parts.wake(nextAt > 0 ? nextAt : shelf.around.now() + AGAIN_MS);
      throw error;
    } finally {
      await this.#tell();
    }
  }

  /** Begins epochs and compacts the log where that is due, unless something else is to be done. */
  #tidy(): Promise<void> {
    this.#tidying ??= this.#tidyOnce().finally(() => {
      this.#tidying = undefined;
    });
    return this.#tidying;
  }

  async #tidyOnce(): Promise<void> {
    const shelf = await this.#open();
    try {
      await tidy(shelf, () => this.#work === '' && this.#uploading === undefined);
    } catch (error) {
      const { code } = refused(error);
      if (code !== 'Interrupted' && code !== 'HostUnreachable') await noteTried(shelf);
    }
  }

  /** Takes in the rest of a restore; a host that is away is asked again later. */
  #takeIn(): Promise<void> {
    this.#takingIn ??= this.#takeInOnce().finally(() => {
      this.#takingIn = undefined;
    });
    return this.#takingIn;
  }

  async #takeInOnce(): Promise<void> {
    try {
      // Once: a page that is loaded anew while somebody writes in it costs words.
      if (await (await this.#restoring()).run(() => void this.#tell())) this.#parts.restored();
    } catch (error) {
      const { code } = refused(error);
      const shelf = await this.#open();
      await shelf.note(() => ({ failure: code }));
      this.#parts.wake(shelf.around.now() + REST_MS);
    }
    await this.#tell();
  }

  /** Takes in what a file brought; where there is no room now, or the worker ends, it is gone on with later. */
  async #takeFile(isNew: boolean): Promise<void> {
    const isUnderWay = this.#files.isTaking;
    try {
      const isMore = await this.#files.goOn();
      // Once: whoever came first has the pages loaded anew.
      if (isNew || (isMore && !isUnderWay)) this.#parts.restored();
    } catch (error) {
      refused(error);
      this.#parts.wake(Date.now() + AGAIN_MS);
    }
  }

  /** Does `work` and nothing else meanwhile; then, where there is a backup, brings it up to date behind the answer. */
  async #do(name: string, work: (shelf: BackupShelf) => Promise<void>, after = true): Promise<BackupAnswer> {
    if (this.#work !== '') return { ...DONE, code: 'BackupBusy' };
    this.#work = name;
    try {
      const shelf = await this.#open();
      await this.#uploading?.catch(() => undefined);
      await this.#tidying?.catch(() => undefined);
      await this.#tell();
      await work(shelf);
      if (after) {
        void this.#upload()
          .then(() => warmUp(shelf))
          .then(() => this.#tidy())
          .catch(() => undefined)
          .then(() => this.#tell());
      }
      return DONE;
    } catch (error) {
      return refused(error);
    } finally {
      this.#work = '';
      await this.#tell();
    }
  }

  async #answer(work: (shelf: BackupShelf) => Promise<void>): Promise<BackupAnswer> {
    try {
      await work(await this.#open());
      await this.#tell();
      return DONE;
    } catch (error) {
      return refused(error);
    }
  }

  async #open(): Promise<BackupShelf> {
    const around = await this.#parts.around();
    // Everything may have been erased and begun anew.
    if (this.#shelf?.around !== around) {
      this.#shelf = new BackupShelf(around, this.#parts);
      this.#restorer = new Restorer(this.#shelf);
    }
    return this.#shelf;
  }

  async #restoring(): Promise<Restorer> {
    await this.#open();
    return this.#restorer!;
  }

  async #tell(): Promise<void> {
    // Where the store is closed under our feet, whoever looks is told so when they ask.
    await this.state().then(this.#parts.tell, () => undefined);
  }

  async #reminded(shelf: BackupShelf): Promise<void> {
    const now = shelf.around.now();
    await shelf.note(({ reminders }) => ({ reminders: reminders + 1, remindAt: remindAt(reminders + 1, now) }));
  }

  async #syncedHosts(): Promise<string[]> {
    try {
      const encoded = await this.#parts.synced.load();
      if (encoded === '') return [];
      const { vaults, blobHost } = addressOf(encoded);
      return [...new Set([...vaults.map(({ url }) => url), blobHost])];
    } catch {
      return []; // what another version or somebody else put there is no offer
    }
  }
}

const NO_CARD = { cardCode: '', locator: '', vaults: '', vaultUrls: [], qr: '' };
