/**
 * Owns all the sessions with one peer device, as one value of bytes: the current one and at most 40 before it, the newest
 * first. Sessions in it stay encoded until one of them is needed.
 *
 * Encoding: version 1 (1 byte) | flag (1) and, where set, the current session (length, 4; bytes) | number of archived
 * sessions (4) | each (length, 4; bytes).
 * Source: the Sesame specification, section 3.2, with the limits of Signal's library.
 */
import { ByteReader, ByteWriter, SecretBytes } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import { MAX_ARCHIVED_STATES } from '../limits.ts';
import { decodeSessionState, encodeSessionState, type SessionStateBytes } from './session-state-codec.ts';

const ENCODING_VERSION = 1;

/** The bytes of a session record: key material, to be sealed before it is stored. */
export type SessionRecord = SecretBytes<'SessionRecord'>;

/** A record taken apart. A value: operations make a new one. */
export interface Sessions {
  readonly current: SessionStateBytes | undefined;
  /** The newest first. */
  readonly archived: readonly SessionStateBytes[];
}

/** The sessions in `record`; none where there is no record yet. Throws InvalidState for bytes we did not write. */
export function decodeSessionRecord(record: SessionRecord | undefined): Sessions {
  if (record === undefined) return { current: undefined, archived: [] };
  const reader = new ByteReader(record.reveal(), () => refusal('InvalidState'));
  if (reader.uint8() !== ENCODING_VERSION) throw refusal('InvalidState');
  const session = (): SessionStateBytes => SecretBytes.of(reader.takePrefixed());
  const current = reader.optional(session);
  const archived = reader.list(MAX_ARCHIVED_STATES, session);
  reader.end();
  return { current, archived };
}

/** The bytes of `sessions`. */
export function encodeSessionRecord(sessions: Sessions): SessionRecord {
  const all = [sessions.current, ...sessions.archived];
  const writer = new ByteWriter(all.reduce((length, session) => length + 4 + (session?.length ?? 0), 16));
  const write = (session: SessionStateBytes): void => {
    writer.prefixed(session.reveal());
  };
  writer.uint8(ENCODING_VERSION).optional(sessions.current, write).list(sessions.archived, write);
  return SecretBytes.of(writer.finish());
}

/**
 * Makes `next` the current session and archives the one before it, whose prekey is no longer repeated; the oldest of
 * more than 40 archived sessions is dropped. `archived` is what stays behind: without `next` where it stood there.
 */
export function succeedWith(next: SessionStateBytes, sessions: Sessions, archived = sessions.archived): Sessions {
  if (sessions.current === undefined) return { current: next, archived };
  const previous = decodeSessionState(sessions.current);
  previous.pending = undefined;
  return { current: next, archived: [encodeSessionState(previous), ...archived].slice(0, MAX_ARCHIVED_STATES) };
}
