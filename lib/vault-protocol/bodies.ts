/**
 * Owns the shape of every request body and of every answer that is not a refusal, endpoint by endpoint
 * (docs/vault-protocol.md, "Endpoints"). Used with `encodeBody` and `decodeBody`.
 */
import {
  LEAST_WORK_BITS,
  MOST_RECORD_BYTES,
  MOST_SEGMENT_BYTES,
  MOST_TRIES,
  MOST_WORK_BITS,
  PROTOCOL_VERSION,
} from './limits.ts';
import { head, sealedPart } from './sealed.ts';
import { bytes, bytesUpTo, choice, element, integer, nullable, object, secret, type ValueOf } from './shape.ts';
import {
  BLOB_KEY_LENGTH,
  ELEMENT_LENGTH,
  INVITE_TOKEN_LENGTH,
  LINEAGE_LENGTH,
  MANIFEST_HASH_LENGTH,
  MOST_CHALLENGE_LENGTH,
  UNLOCK_TAG_LENGTH,
  UNLOCK_TOKEN_LENGTH,
  VAULT_IDENTITY_KEY_LENGTH,
  WORK_SOLUTION_LENGTH,
} from './words.ts';

const blinded = element<'BlindedElement'>(ELEMENT_LENGTH);
const evaluated = element<'EvaluatedElement'>(ELEMENT_LENGTH);
const unlock = secret<'UnlockToken'>(UNLOCK_TOKEN_LENGTH);
const unlockTag = bytes<'UnlockTag'>(UNLOCK_TAG_LENGTH);
const challenge = bytesUpTo<'WorkChallenge'>(MOST_CHALLENGE_LENGTH);
const tries = integer(1, MOST_TRIES);
const left = integer(0, MOST_TRIES);
const blobKey = nullable(bytes<'BlobKey'>(BLOB_KEY_LENGTH));

/** Work that a vault asks for: `bits` zero bits, until `expires` (milliseconds since 1970). */
export const workOffer = object({ challenge, bits: integer(LEAST_WORK_BITS, MOST_WORK_BITS), expires: integer() });
export type WorkOffer = ValueOf<typeof workOffer>;

/** GET /v1/info. `work` is null where none is asked for. Limits are in bytes and tries; `time` is in milliseconds. */
export const infoAnswer = object({
  protocol: choice(PROTOCOL_VERSION),
  identityKey: element<'VaultIdentityKey'>(VAULT_IDENTITY_KEY_LENGTH),
  custody: object({
    mode: choice('wrapped', 'resident', 'split', 'hmac', 'software'),
    grade: choice('enforced', 'unenforced', 'software'),
  }),
  limits: object({
    tries,
    triesMost: tries,
    recordBytes: integer(1, MOST_RECORD_BYTES),
    segmentBytes: integer(1, MOST_SEGMENT_BYTES),
    quotaBytes: integer(1),
  }),
  enrolment: object({ work: nullable(workOffer), token: choice('none', 'optional', 'required') }),
  lineage: bytes<'Lineage'>(LINEAGE_LENGTH),
  time: integer(),
});
export type InfoAnswer = ValueOf<typeof infoAnswer>;

/** POST /v1/records/:id */
export const enrolRequest = object({
  blinded,
  work: nullable(object({ challenge, solution: bytes<'WorkSolution'>(WORK_SOLUTION_LENGTH) })),
  token: nullable(secret<'InviteToken'>(INVITE_TOKEN_LENGTH)),
});
export type EnrolRequest = ValueOf<typeof enrolRequest>;

/** What enrol and renew answer: `expires` (milliseconds) is when the pending generation is forgotten. */
export const pendingAnswer = object({ evaluated, expires: integer() });
export type PendingAnswer = ValueOf<typeof pendingAnswer>;

/**
 * POST /v1/records/:id/finish. `evaluated` is the answer that it finishes: another pending generation is left alone.
 * `tries` is the owner's choice; `blobKey` admits that writer to the vault's blob store.
 */
export const finishRequest = object({ evaluated, sealed: sealedPart, unlockTag, tries, blobKey });
export type FinishRequest = ValueOf<typeof finishRequest>;

/** What finish and renew/finish answer. */
export const finishAnswer = object({ left });
export type FinishAnswer = ValueOf<typeof finishAnswer>;

/** POST /v1/records/:id/evaluate */
export const evaluateRequest = object({ blinded });
export type EvaluateRequest = ValueOf<typeof evaluateRequest>;

/** `left` after this try; `nextAt` (milliseconds) is when another element is answered, null for at once. */
export const evaluateAnswer = object({ evaluated, left, nextAt: nullable(integer()), sealed: sealedPart });
export type EvaluateAnswer = ValueOf<typeof evaluateAnswer>;

/** POST /v1/records/:id/unlock, and DELETE /v1/records/:id */
export const unlockRequest = object({ unlock });
export type UnlockRequest = ValueOf<typeof unlockRequest>;
export const unlockAnswer = object({ left, head: nullable(head) });
export type UnlockAnswer = ValueOf<typeof unlockAnswer>;

/** POST /v1/records/:id/renew */
export const renewRequest = object({ unlock, blinded });
export type RenewRequest = ValueOf<typeof renewRequest>;

/** POST /v1/records/:id/renew/finish. `unlock` is still the old generation's; `unlockTag` is the new one's. */
export const renewFinishRequest = object({ unlock, evaluated, sealed: sealedPart, unlockTag, tries, blobKey });
export type RenewFinishRequest = ValueOf<typeof renewFinishRequest>;

/** PUT /v1/records/:id/head */
export const headRequest = object({
  unlock,
  version: integer(1),
  hash: bytes<'ManifestHash'>(MANIFEST_HASH_LENGTH),
});
export type HeadRequest = ValueOf<typeof headRequest>;

/** What PUT of a head, and of a blob named `manifest`, answer: the version that is kept now. */
export const versionAnswer = object({ version: integer(1) });
export type VersionAnswer = ValueOf<typeof versionAnswer>;

/** What DELETE of a record, and PUT and DELETE of any other blob, answer: nothing. */
export const emptyAnswer = object({});
