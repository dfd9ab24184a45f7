/**
 * Owns reading what stands on a page: chunks are looked up in the ledger, collected, and read once they are complete.
 * Does not own what a complete message says (incoming.ts).
 * Invariants: what was read once is never decrypted again, it comes from the history; own messages always do; a chunk that
 * is refused changes nothing.
 */
import {
  type ArmourFailureCode,
  type Assembly,
  type AssemblyRecord,
  addChunk,
  type Chunk,
  decodeAssembly,
  decodeChunk,
  EMPTY_ASSEMBLY,
  encodeAssembly,
} from '../armour/index.ts';
import { encodeBase64Url, encodeHex, equalBytes } from '../bytes/index.ts';
import { Failure } from '../failure/index.ts';
import type { WritableRows } from '../store/index.ts';
import { chunkDigest, isKnownChunk, ledgerKey, nameOfEntry, saveLedgerEntry } from './entries.ts';
import { type ConversationFailureCode, refusal, storeDamaged } from './failure.ts';
import { takePayload } from './incoming.ts';
import { ASSEMBLIES, LEDGER, type LedgerEntry } from './message-rows.ts';
import { confirmSeen } from './outbox.ts';
import { type Page, placeOf } from './place.ts';
import type { Reading } from './reading.ts';
import { inSession, type Surroundings } from './surroundings.ts';

/**
 * Reads the spans of armour that `page` shows (as `findArmour` cut them), each for itself and in their order. What is
 * refused is named and changed nothing; NoRoom where the disk is full. Rejects with a store's other Failures; what was read
 * before it stays read.
 */
export async function readSpans(around: Surroundings, page: Page, spans: readonly string[]): Promise<Reading[]> {
  const decoded = spans.map((span) => decodeChunk(span));
  const chunks = decoded.flatMap((each) => (each.ok ? [each.value] : []));
  // One alone is looked up where it is read: a message that has just come is a step less.
  const known = chunks.length > 1 ? await lookUp(around, page, chunks) : new Map<Chunk, Reading>();
  const readings: Reading[] = [];
  for (const each of decoded) {
    if (each.ok) readings.push(known.get(each.value) ?? (await readChunk(around, page, each.value)));
    else readings.push(refused(refusal(ARMOUR_CODES[each.failure.code] ?? 'Damaged'), undefined));
  }
  try {
    await confirmSeen(around, page, readings);
  } catch (error) {
    // What is known to be sent stays in the outbox: it is seen again, at the latest when the list is told anew.
    if (!(error instanceof Failure && error.code === 'StoreFull')) throw error;
  }
  return readings;
}

/**
 * What is known already of the spans of armour that `page` shows, in their order; undefined for what was never read. Nothing
 * is read and nothing changes. Rejects with a store's Failure.
 */
export async function readKnownSpans(
  around: Surroundings,
  page: Page,
  spans: readonly string[],
): Promise<(Reading | undefined)[]> {
  const chunks = spans.map((span) => {
    const decoded = decodeChunk(span);
    return decoded.ok ? decoded.value : undefined;
  });
  const known = await lookUp(
    around,
    page,
    chunks.filter((chunk) => chunk !== undefined),
  );
  return chunks.map((chunk) => chunk && known.get(chunk));
}

/** The chunks that the ledger knows, in one transaction for all of them: a reload shows hundreds. */
async function lookUp(around: Surroundings, page: Page, chunks: readonly Chunk[]): Promise<Map<Chunk, Reading>> {
  const { personaId } = placeOf(page);
  const keys = chunks.map(({ messageId }) => ledgerKey(personaId, messageId));
  const found = await around.store.read((rows) => rows.getMany(LEDGER, keys));
  const readings = new Map<Chunk, Reading>();
  chunks.forEach((chunk, i) => {
    const entry = found[i];
    if (entry !== undefined) readings.set(chunk, readingOf(entry, chunk, page));
  });
  return readings;
}

async function readChunk(around: Surroundings, page: Page, chunk: Chunk): Promise<Reading> {
  try {
    return await inSession(around, placeOf(page).conversationId, () =>
      around.store.transact((rows) => takeChunk(rows, around, page, chunk)),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'StoreFull') return refused(refusal('NoRoom', error), chunk);
    if (error.code.startsWith('Store')) throw error;
    return refused(error, chunk);
  }
}

async function takeChunk(rows: WritableRows, around: Surroundings, page: Page, chunk: Chunk): Promise<Reading> {
  const { personaId, conversationId } = placeOf(page);
  const [known, record] = await Promise.all([
    rows.get(LEDGER, ledgerKey(personaId, chunk.messageId)),
    rows.get(ASSEMBLIES, conversationId),
  ]);
  if (known !== undefined) return readingOf(known, chunk, page);
  const assembly = record === undefined ? EMPTY_ASSEMBLY : requireAssembly(record);
  const sender = encodeBase64Url(conversationId);
  const { state, outcome } = addChunk(assembly, sender, chunk, around.now());
  if (outcome.kind === 'conflict') throw refusal('Damaged');
  const changed = outcome.kind !== 'duplicate';
  if (changed && state.incomplete.length > 0) await saveAssembly(rows, page, encodeAssembly(state));
  else if (changed && record !== undefined) await rows.delete(ASSEMBLIES, conversationId);
  if (outcome.kind !== 'complete') {
    return { kind: 'waiting', have: outcome.have, of: outcome.of, part: partOf(chunk) };
  }
  const taken = await takePayload(rows, around, page, outcome.bytes);
  if ('refused' in taken) {
    // Only the decision is kept. The chunks wait as before, so that the message is read once the person has decided.
    if (record !== undefined) await saveAssembly(rows, page, record);
    return refused(refusal(taken.refused), chunk);
  }
  const entry: LedgerEntry = {
    historyId: taken.id,
    conversationId,
    own: false,
    digests: slicesOf(assembly, sender, chunk).map(chunkDigest),
  };
  await saveLedgerEntry(rows, personaId, chunk.messageId, entry);
  return readingOf(entry, chunk, page);
}

function saveAssembly(rows: WritableRows, page: Page, record: AssemblyRecord): Promise<void> {
  const { conversationId } = placeOf(page);
  return rows.put(ASSEMBLIES, conversationId, conversationId, record);
}

function readingOf(entry: LedgerEntry, chunk: Chunk, page: Page): Reading {
  if (!equalBytes(entry.conversationId, placeOf(page).conversationId)) {
    return refused(refusal('OtherConversation'), chunk);
  }
  if (!isKnownChunk(entry, chunk)) return refused(refusal('Damaged'), undefined);
  return { kind: 'entry', entry: nameOfEntry(entry.historyId), own: entry.own, part: partOf(chunk) };
}

function refused({ code, retry }: Failure, chunk: Chunk | undefined): Reading {
  return { kind: 'refused', code: code as ConversationFailureCode, retry, part: chunk && partOf(chunk) };
}

function partOf({ messageId, index, count }: Chunk): NonNullable<Reading['part']> {
  return { message: encodeHex(messageId), index, count };
}

/** The payloads of a message that `last` completes. */
function slicesOf({ incomplete }: Assembly, sender: string, last: Chunk): Uint8Array[] {
  const set = incomplete.find((each) => each.sender === sender && equalBytes(each.messageId, last.messageId));
  return Array.from({ length: last.count }, (_, index) => set?.slices[index] ?? last.payload);
}

function requireAssembly(record: Uint8Array): Assembly {
  const decoded = decodeAssembly(record);
  if (!decoded.ok) throw storeDamaged(decoded.failure);
  return decoded.value;
}

const ARMOUR_CODES: Partial<Record<ArmourFailureCode, ConversationFailureCode>> = {
  NotArmour: 'NotArmour',
  Truncated: 'Incomplete',
  UnknownVersion: 'UpdateNeeded',
};
