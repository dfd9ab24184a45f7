/**
 * Owns refusals: the codes of both kinds of endpoints, the status of each and the fields it carries.
 * A refusal with another status, with a field that is not its own or without one that is, is malformed.
 */
import { workOffer } from './bodies.ts';
import { malformed } from './failure.ts';
import { MOST_TRIES } from './limits.ts';
import { choice, decodeBody, encodeBody, integer, object, type Shape, type ValueOf } from './shape.ts';

const left = integer(0, MOST_TRIES);
const nextAt = integer();

function refusal<const Code extends string, const F extends { readonly [name: string]: Shape<unknown> }>(
  status: number,
  code: Code,
  fields: F,
) {
  return { status, shape: object({ code: choice(code), ...fields }) };
}

const refusals = {
  BadRequest: refusal(400, 'BadRequest', {}),
  WrongUnlock: refusal(401, 'WrongUnlock', {}),
  /** With the work to do. */
  WorkRequired: refusal(402, 'WorkRequired', { work: workOffer }),
  TokenRequired: refusal(402, 'TokenRequired', {}),
  RecordExists: refusal(409, 'RecordExists', {}),
  NotPending: refusal(409, 'NotPending', {}),
  HeadBehind: refusal(409, 'HeadBehind', {}),
  /** Destroyed, deleted, or never there: nobody is told which. */
  Gone: refusal(410, 'Gone', {}),
  TooLarge: refusal(413, 'TooLarge', {}),
  /** At `left` 0 `nextAt` is when the record will be destroyed. */
  TooSoon: refusal(425, 'TooSoon', { left, nextAt }),
  TooMany: refusal(429, 'TooMany', { nextAt }),
  HsmUnavailable: refusal(503, 'HsmUnavailable', {}),
  Busy: refusal(503, 'Busy', {}),
  /** Blobs alone, from here on. `time` is the host's, in milliseconds. */
  ClockSkew: refusal(409, 'ClockSkew', { time: integer() }),
  NonceUsed: refusal(409, 'NonceUsed', {}),
  NotYours: refusal(403, 'NotYours', {}),
  NoBlob: refusal(404, 'NoBlob', {}),
  BlobExists: refusal(409, 'BlobExists', {}),
  /** `version` is the one that is kept; 0 where there is no manifest yet. */
  ManifestMoved: refusal(412, 'ManifestMoved', { version: integer() }),
  /** In bytes. */
  QuotaFull: refusal(507, 'QuotaFull', { used: integer(), quota: integer() }),
} as const;

export type RefusalCode = keyof typeof refusals;

/** A refusal as both sides handle it: its code and that code's fields. */
export type Refusal = { readonly [Code in RefusalCode]: ValueOf<(typeof refusals)[Code]['shape']> }[RefusalCode];

/** Status and body of a refusal. */
export function encodeRefusal(value: Refusal): { status: number; body: Uint8Array } {
  const { status, shape } = refusals[value.code];
  return { status, body: encodeBody(shape as Shape<Refusal>, value) };
}

/** Reads the body of an answer whose status is no success. Throws `MalformedBody`. */
export function decodeRefusal(status: number, body: Uint8Array): Refusal {
  return decodeBody({ read: (json) => readRefusal(status, json), write: () => null }, body);
}

function readRefusal(status: number, json: unknown): Refusal {
  if (typeof json !== 'object' || json === null || !('code' in json)) throw malformed();
  const { code } = json;
  if (typeof code !== 'string' || !Object.hasOwn(refusals, code)) throw malformed();
  const found = refusals[code as RefusalCode];
  if (found.status !== status) throw malformed();
  return (found.shape as Shape<Refusal>).read(json);
}
