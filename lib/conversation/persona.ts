/**
 * Owns the life of a persona: made on first use, its prekeys renewed by age and forgotten when nobody can use them.
 * Does not own one-time prekeys: each stands with the invite that it was made for.
 */
import { concatBytes } from '../bytes/index.ts';
import type { RandomSource } from '../crypto/index.ts';
import {
  forgetBaseKeys,
  generateKemPreKey,
  generateKeyPair,
  generateSignedPreKey,
  type IdentityKeyPair,
} from '../signal/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { queuePersona } from './backup-queue.ts';
import { getSingle, RESTORE } from './backup-rows.ts';
import { refusal } from './failure.ts';
import { PERSONAS, type Persona } from './persona-row.ts';
import { type Page, type PersonaId, placeOf } from './place.ts';
import type { Surroundings } from './surroundings.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A signed and a last-resort prekey are published for a week: what a thief of one can open stays small. */
const PREKEY_AGE_MS = 7 * DAY_MS;
/** An invite lives for a week and a day of grace, and may be made on the last day of a prekey: 15 days cover it. */
const PREKEY_KEPT_MS = 15 * DAY_MS;
/** Registration ids are 1 to 16380 in Signal. */
const MOST_REGISTRATION_ID = 16_380;

/** The persona of `page`, made or renewed if need be, as it is kept now. */
export async function preparePersona(
  rows: WritableRows,
  { random, now }: Pick<Surroundings, 'random' | 'now'>,
  page: Page,
): Promise<Persona> {
  const { personaId } = placeOf(page);
  const found = await rows.get(PERSONAS, personaId);
  // The identity that is still to come must not find another one in its place.
  if (found === undefined && (await getSingle(rows, RESTORE))?.finished === false) throw refusal('RestoreUnfinished');
  const persona = renewPreKeys(found ?? makePersona(page, random), now(), random);
  if (persona !== found) await savePersona(rows, personaId, persona);
  if (found === undefined) await queuePersona(rows, personaId, persona, random);
  return persona;
}

/** The persona of an id that something kept names. Throws SessionLost where it is gone. */
export async function findPersona(rows: Rows, personaId: PersonaId): Promise<Persona> {
  const persona = await rows.get(PERSONAS, personaId);
  if (persona === undefined) throw refusal('SessionLost');
  return persona;
}

/** Keeps `persona`. */
export function savePersona(rows: WritableRows, personaId: PersonaId, persona: Persona): Promise<void> {
  return rows.put(PERSONAS, personaId, personaId, persona);
}

function makePersona({ site, account }: Page, random: RandomSource): Persona {
  const draw = random(2);
  return {
    site,
    account,
    identity: generateKeyPair(random),
    registrationId: 1 + (((draw[0]! << 8) | draw[1]!) % MOST_REGISTRATION_ID),
    signedPreKeys: [],
    kemPreKeys: [],
    nextPreKeyId: 1,
    baseKeyMemory: undefined,
  };
}

/** The same value where nothing is due. */
function renewPreKeys(persona: Persona, now: number, random: RandomSource): Persona {
  const newest = persona.signedPreKeys[0];
  // A clock that went back must not keep an old prekey for ever.
  if (newest !== undefined && Math.abs(now - newest.madeAt) < PREKEY_AGE_MS) return persona;
  const alive = ({ madeAt }: { madeAt: number }) => Math.abs(now - madeAt) < PREKEY_KEPT_MS;
  const { identity, nextPreKeyId } = persona;
  const gone = persona.kemPreKeys.filter((each) => !alive(each));
  return {
    ...persona,
    signedPreKeys: [
      { ...makeSigned(nextPreKeyId, identity, random), madeAt: now },
      ...persona.signedPreKeys.filter(alive),
    ].slice(0, MOST_KEPT),
    kemPreKeys: [
      { ...generateKemPreKey(nextPreKeyId + 1, identity, random), madeAt: now },
      ...persona.kemPreKeys.filter(alive),
    ].slice(0, MOST_KEPT),
    nextPreKeyId: nextPreKeyId + 2,
    baseKeyMemory: gone.reduce((memory, { id }) => memory && forgetBaseKeys(memory, id), persona.baseKeyMemory),
  };
}

/** Only a clock that jumps about makes more than four. */
const MOST_KEPT = 8;

const makeSigned = (id: number, identity: IdentityKeyPair, random: RandomSource) =>
  generateSignedPreKey(id, identity, random);

/** The key of what belongs to a persona: its id and `name` behind it. */
export function personaKey(personaId: PersonaId, name: Uint8Array): Uint8Array {
  return concatBytes(personaId, name);
}
