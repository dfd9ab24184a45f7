/**
 * Owns all the sessions with one peer device, as one value of bytes: the current one and at most 40 before it, the newest
 * first. Sessions in it stay encoded until one of them is needed.
 *
 * Encoding: version 1 (1 byte) | number of sessions, at least 1 (4) | each: length (4), bytes. Numbers are big-endian.
 * Source: the Sesame specification, section 3.2, with the limits of Signal's library.
 */
import { ByteReader, ByteWriter, SecretBytes } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import { MAX_ARCHIVED_STATES } from '../limits.ts';
import { type SessionState, wipeSessionState } from './session-state.ts';
import { decodeSessionState, encodeSessionState, type SessionStateBytes } from './session-state-codec.ts';

const ENCODING_VERSION = 1;
const HEADER_LENGTH = 5;
const PREFIX_LENGTH = 4;
/** What a state may grow by in one message without its buffer being made anew. */
const ROOM_TO_GROW = 256;
/** A state that has just begun: chains, and the KEM ciphertext that an initiator repeats. */
const FIRST_STATE_LENGTH = 2560;

/** The bytes of a session record: key material, to be sealed before it is stored. */
export type SessionRecord = SecretBytes<'SessionRecord'>;

/** The sessions of a record, encoded: the current one, then the archived ones from the newest. */
export type Sessions = readonly SessionStateBytes[];

/** The sessions in `record`; none where there is no record yet. Throws InvalidState for bytes we did not write. */
export function decodeSessionRecord(record: SessionRecord | undefined): Sessions {
  if (record === undefined) return [];
  const reader = new ByteReader(record.reveal(), () => refusal('InvalidState'));
  if (reader.uint8() !== ENCODING_VERSION) throw refusal('InvalidState');
  const sessions = reader.list(1 + MAX_ARCHIVED_STATES, () => SecretBytes.of<'SessionState'>(reader.viewPrefixed()));
  reader.end();
  if (sessions.length === 0) throw refusal('InvalidState');
  return sessions;
}

/** The record whose current session is `current`, with `archived` behind it. The state is wiped: it is in the record. */
export function encodeSessionRecord(current: SessionState, archived: Sessions, currentLength?: number): SessionRecord {
  const behind = archived.reduce((length, session) => length + PREFIX_LENGTH + session.length, 0);
  const writer = new ByteWriter(HEADER_LENGTH + behind + (currentLength ?? FIRST_STATE_LENGTH) + ROOM_TO_GROW);
  writer.uint8(ENCODING_VERSION).uint32(1 + archived.length);
  writer.prefixedBy(() => encodeSessionState(writer, current));
  for (const session of archived) writer.prefixed(session.reveal());
  wipeSessionState(current);
  return SecretBytes.of(writer.finish());
}

/**
 * What stands behind a new current session: the one that was current, whose prekey is no longer repeated, then the others.
 * `without` names one that is taken out, since it becomes current. The oldest of more than 40 is dropped.
 */
export function archiveSessions(sessions: Sessions, without?: SessionStateBytes): Sessions {
  const [current, ...archived] = sessions;
  if (current === undefined) return [];
  const kept = archived.filter((session) => session !== without);
  return [withoutPending(current), ...kept].slice(0, MAX_ARCHIVED_STATES);
}

function withoutPending(bytes: SessionStateBytes): SessionStateBytes {
  const state = decodeSessionState(bytes);
  state.pending = undefined;
  const writer = new ByteWriter(bytes.length);
  encodeSessionState(writer, state);
  wipeSessionState(state);
  return SecretBytes.of(writer.finish());
}
