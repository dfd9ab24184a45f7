/**
 * Owns gathering everything there is as records of a backup, in steps that let other work in between.
 * Does not own the file (lib/backup, export-file.ts), nor what a record holds (backup-records.ts).
 *
 * Order: of each conversation what was said, the oldest first; then contacts, then identities. So whoever takes them from the
 * end meets identities and contacts first, as in a restore.
 */
import { type EncodedRecord, encodeRecord, type RootKey } from '../backup/index.ts';
import { recordsOf } from './backup-queue.ts';
import { contactRecord, personaRecord } from './backup-records.ts';
import { ALL_CONVERSATIONS, CONVERSATIONS } from './conversation-row.ts';
import { HISTORY } from './message-rows.ts';
import { PERSONAS } from './persona-row.ts';
import type { Surroundings } from './surroundings.ts';

/** Entries of one transaction. */
const STEP = 256;

/** What was gathered. */
export interface Gathered {
  readonly records: readonly EncodedRecord[];
  readonly contacts: number;
  /** Entries of the history that a person wrote or read: what the two extensions say to each other is not counted. */
  readonly messages: number;
}

/**
 * All records, private identity keys sealed under `root`. `tell` hears how many entries of how many were read. What is
 * written meanwhile may be left out. Rejects as the store does.
 */
export async function gatherRecords(
  { store, random }: Pick<Surroundings, 'store' | 'random'>,
  root: RootKey,
  tell: (done: number, total: number) => void,
): Promise<Gathered> {
  const named = await store.read(async (rows) => {
    const conversations = await rows.list(CONVERSATIONS, ALL_CONVERSATIONS);
    const found = [];
    for (const { id } of conversations) found.push(await rows.names(HISTORY, id));
    return found;
  });
  const total = named.reduce((sum, names) => sum + names.length, 0);
  const records: EncodedRecord[] = [];
  let done = 0;
  let messages = 0;
  for (const names of named) {
    const told: { readonly order: number; readonly records: readonly EncodedRecord[] }[] = [];
    for (let at = 0; at < names.length; at += STEP) {
      const step = names.slice(at, at + STEP);
      const found = await store.read(async (rows) => {
        const entries = (await rows.getNamed(HISTORY, step)).filter((entry) => entry !== undefined);
        return { entries, groups: await recordsOf(rows, entries) };
      });
      for (const [place, entry] of found.entries.entries()) {
        if (entry.kind === 'text') messages++;
        told.push({ order: entry.order, records: found.groups[place]!.map(encodeRecord) });
      }
      done += step.length;
      tell(done, total);
    }
    told.sort((one, other) => one.order - other.order);
    for (const { records: own } of told) records.push(...own);
  }
  const { people, own } = await store.read(async (rows) => {
    const conversations = await rows.list(CONVERSATIONS, ALL_CONVERSATIONS);
    const ids = new Map(conversations.map(({ personaId }) => [personaId.join(), personaId]));
    const personas = [];
    for (const id of ids.values()) {
      const persona = await rows.get(PERSONAS, id);
      if (persona !== undefined) personas.push(personaRecord(id, persona, root, random));
    }
    return { people: conversations.map(contactRecord), own: personas };
  });
  records.push(...people.map(encodeRecord), ...own.map(encodeRecord));
  return { records, contacts: people.length, messages };
}
