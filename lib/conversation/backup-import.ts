/**
 * Owns taking in what a file brought: all of it is staged in one step, sealed like everything else, and taken from there piece
 * by piece; so a browser that is closed in the middle goes on where it stopped, without the file.
 * Does not own opening the file (lib/backup, export-file.ts), nor what a record becomes (backup-take.ts).
 *
 * Invariants: nothing of a file is kept that did not open whole. What is here already stays as it is. Where there is a backup,
 * what came is queued for it. When all is taken, nothing of the staged pieces is left, nor the file's key.
 */
import { BackupFailure, type BackupRecord, decodeRecord, type ExportContent, type RootKey } from '../backup/index.ts';
import { ByteReader, type Bytes, ByteWriter, concatBytes, encodeUtf8 } from '../bytes/index.ts';
import { type RowTable, row, type Store, type WritableRows } from '../store/index.ts';
import { BACKUP_GROUP, getSingle, IMPORT, type ImportProgress, putSingle } from './backup-rows.ts';
import { type Taken, takeRecords } from './backup-take.ts';
import { storeDamaged } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

/** Records of one piece: some hundred milliseconds of a transaction at the most, in which nobody else can write. */
const PIECE_RECORDS = 128;
/** In bytes: the same for long ones. */
const PIECE_BYTES = 256 * 1024;

const PIECES: RowTable<Bytes<'Piece'>> = { name: 'backup', version: 1, codec: row.bytes<'Piece'>() };

/**
 * Stages all of a file, in place of what was staged before and taken, and takes the first piece: identities and contacts, so that
 * no other identity is made in their place meanwhile. False where another file is still being taken.
 */
export function stageImport(
  { store, random }: Pick<Surroundings, 'store' | 'random'>,
  { root, records }: ExportContent,
): Promise<boolean> {
  const pieces = piecesOf(records.toReversed());
  return store.transact(async (rows) => {
    if ((await getSingle(rows, IMPORT))?.finished === false) return false;
    for (const [number, piece] of pieces.entries()) await rows.put(PIECES, pieceKey(number), BACKUP_GROUP, piece);
    await putSingle(rows, IMPORT, { ...NOTHING_YET, root, total: pieces.length, finished: pieces.length === 0 });
    await takePiece(rows, 0, random);
    return true;
  });
}

/** Takes the rest of what is staged. `tell` hears of each piece. Gives whether there was any. Rejects as the store does. */
export async function takeStaged(
  { store, random }: Pick<Surroundings, 'store' | 'random'>,
  tell: () => void,
): Promise<boolean> {
  const begun = await progressOf(store);
  if (begun === undefined || begun.finished) return false;
  for (let number = begun.done; number < begun.total; number++) {
    await store.transact((rows) => takePiece(rows, number, random));
    tell();
  }
  return true;
}

function progressOf(store: Store): Promise<ImportProgress | undefined> {
  return store.read((rows) => getSingle(rows, IMPORT));
}

async function takePiece(rows: WritableRows, number: number, random: Surroundings['random']): Promise<void> {
  const progress = await getSingle(rows, IMPORT);
  // Everything was erased meanwhile, or another step was faster.
  if (progress === undefined || progress.done !== number || progress.finished || progress.root === undefined) return;
  const piece = await rows.get(PIECES, pieceKey(number));
  if (piece === undefined) throw storeDamaged();
  const { records, newer, damaged } = readPiece(piece);
  const taken = await takeRecords(rows, progress.root as RootKey, records, random);
  await rows.delete(PIECES, pieceKey(number));
  const done = number + 1;
  const finished = done === progress.total;
  await putSingle(rows, IMPORT, {
    ...counted(progress, taken),
    done,
    newer: progress.newer + newer,
    damaged: progress.damaged + taken.damaged + damaged,
    root: finished ? undefined : progress.root,
    finished,
  });
}

function counted(progress: ImportProgress, { contacts, messages, conflicts, known }: Taken): ImportProgress {
  return {
    ...progress,
    contacts: progress.contacts + contacts,
    messages: progress.messages + messages,
    conflicts: progress.conflicts + conflicts,
    known: progress.known + known,
  };
}

const NOTHING_YET: Omit<ImportProgress, 'root' | 'total' | 'finished'> = {
  done: 0,
  contacts: 0,
  messages: 0,
  known: 0,
  conflicts: 0,
  damaged: 0,
  newer: 0,
};

function readPiece(piece: Uint8Array): {
  readonly records: readonly BackupRecord[];
  readonly newer: number;
  readonly damaged: number;
} {
  const reader = new ByteReader(piece, () => storeDamaged());
  const encoded = reader.list(PIECE_RECORDS, () => reader.takePrefixed());
  const records: BackupRecord[] = [];
  let newer = 0;
  let damaged = 0;
  for (const bytes of encoded) {
    try {
      records.push(decodeRecord(bytes));
    } catch (error) {
      if (!(error instanceof BackupFailure)) throw error;
      // One that this version does not know does not take the others with it.
      if (error.code === 'UpdateNeeded') newer++;
      else damaged++;
    }
  }
  return { records, newer, damaged };
}

function piecesOf(records: readonly Uint8Array[]): Bytes<'Piece'>[] {
  const pieces: Bytes<'Piece'>[] = [];
  let piece: Uint8Array[] = [];
  let size = 0;
  const close = (): void => {
    const writer = new ByteWriter(size + 4);
    pieces.push(writer.list(piece, (record) => writer.prefixed(record)).finish() as Uint8Array as Bytes<'Piece'>);
    piece = [];
    size = 0;
  };
  for (const record of records) {
    if (piece.length === PIECE_RECORDS || (piece.length > 0 && size + record.length > PIECE_BYTES)) close();
    piece.push(record);
    size += 4 + record.length;
  }
  if (piece.length > 0) close();
  return pieces;
}

function pieceKey(number: number): Uint8Array {
  return concatBytes(encodeUtf8('piece'), new ByteWriter(8).uint53(number).finish());
}
