/**
 * Owns the bytes of an invite and what it is bound to. Byte by byte in docs/conversation.md.
 *
 *     1 (version) ‖ invite id 16 ‖ generation 4 ‖ expires at 8 ‖ site mark 16 ‖ inviter's name mark ‖ invitee's name mark
 *     ‖ length 4 ‖ prekey bundle ‖ signature 64
 *
 * A name mark is 0, or 1 and 16 bytes. The signature is the identity key's, over everything before it.
 * Invariant: what is bound is bound by the inviter's identity key, so that nobody else can move an invite.
 */
import { ByteReader, ByteWriter, bytesOfLength, concatBytes, encodeUtf8, equalBytes } from '../bytes/index.ts';
import { type RandomSource, signXEdDsa, verifyXEdDsa, XEDDSA_SIGNATURE_LENGTH } from '../crypto/index.ts';
import { attempt } from '../failure/index.ts';
import {
  encodePreKeyBundle,
  type IdentityKeyPair,
  type PreKeyBundle,
  parsePreKeyBundle,
  verifyPreKeyBundle,
} from '../signal/index.ts';
import type { InviteId } from './conversation-row.ts';
import { digest, utf16 } from './digest.ts';
import { refusal } from './failure.ts';
import type { Page } from './place.ts';

const VERSION = 1;
const INVITE_ID_BYTES = 16;
const MARK_BYTES = 16;
/** Longer than any bundle: what is read before the signature was checked has a bound. */
const MOST_BUNDLE_BYTES = 4096;
const SIGNED_LABEL = encodeUtf8('sotto invite 1\0');

/** What an invite says. */
export interface InviteWords {
  readonly inviteId: InviteId;
  readonly generation: number;
  /** Milliseconds since 1970, by the inviter's clock. */
  readonly expiresAt: number;
  readonly bundle: PreKeyBundle;
}

/** An invite and what it is bound to. */
export interface ParsedInvite extends InviteWords {
  readonly siteMark: Uint8Array;
  /** Undefined where the inviter's page did not show the name. */
  readonly inviterMark: Uint8Array | undefined;
  readonly inviteeMark: Uint8Array | undefined;
}

/** The bytes of an invite that `page`'s own account makes for the person it talks to there. */
export function encodeInvite(
  { inviteId, generation, expiresAt, bundle }: InviteWords,
  page: Page,
  identity: IdentityKeyPair,
  random: RandomSource,
): Uint8Array {
  const writer = new ByteWriter(2048).uint8(VERSION).raw(inviteId).uint32(generation).uint53(expiresAt);
  writer.raw(markOf('site', inviteId, page.site));
  for (const name of [page.account, page.peer]) {
    writer.optional(name, (known) => writer.raw(markOf('name', inviteId, known)));
  }
  const body = writer.prefixed(encodePreKeyBundle(bundle)).finish();
  const signature = signXEdDsa(identity.privateKey, concatBytes(SIGNED_LABEL, body), random(XEDDSA_SIGNATURE_LENGTH));
  return concatBytes(body, signature);
}

/** The invite of its bytes, signed by the identity key in its bundle. Throws Damaged or UpdateNeeded. */
export function parseInvite(bytes: Uint8Array): ParsedInvite {
  const damaged = () => refusal('Damaged');
  if (bytes.length === 0 || bytes[0] === 0) throw damaged();
  if (bytes[0]! > VERSION) throw refusal('UpdateNeeded');
  if (bytes.length < XEDDSA_SIGNATURE_LENGTH) throw damaged();
  const body = bytes.subarray(0, -XEDDSA_SIGNATURE_LENGTH);
  const reader = new ByteReader(body.subarray(1), damaged);
  const mark = () => reader.take(MARK_BYTES);
  const inviteId = bytesOfLength<'InviteId'>(reader.take(INVITE_ID_BYTES), INVITE_ID_BYTES);
  const generation = reader.uint32();
  const expiresAt = reader.uint53();
  const marks = { siteMark: mark(), inviterMark: reader.optional(mark), inviteeMark: reader.optional(mark) };
  const encoded = reader.takePrefixed(MOST_BUNDLE_BYTES);
  reader.end();
  const bundle = attempt(() => {
    const parsed = parsePreKeyBundle(encoded);
    verifyPreKeyBundle(parsed);
    return parsed;
  });
  if (!bundle.ok) throw refusal(bundle.failure.code === 'UnknownVersion' ? 'UpdateNeeded' : 'Damaged');
  const signature = bytes.subarray(-XEDDSA_SIGNATURE_LENGTH);
  if (!verifyXEdDsa(bundle.value.identityKey, concatBytes(SIGNED_LABEL, body), signature)) throw damaged();
  return { inviteId, generation, expiresAt, bundle: bundle.value, ...marks };
}

/**
 * Throws InviteForOtherSite or InviteForOtherConversation where `page` is not where `invite` was made for. The inviter is
 * whom this page calls the other person, and the invitee is whom it calls the person here: each is compared where both
 * pages show it.
 */
export function requireInvitePlace({ inviteId, siteMark, inviterMark, inviteeMark }: ParsedInvite, page: Page): void {
  if (!equalBytes(siteMark, markOf('site', inviteId, page.site))) throw refusal('InviteForOtherSite');
  const differs = (mark: Uint8Array | undefined, name: string | undefined) =>
    mark !== undefined && name !== undefined && !equalBytes(mark, markOf('name', inviteId, name));
  if (differs(inviterMark, page.peer) || differs(inviteeMark, page.account))
    throw refusal('InviteForOtherConversation');
}

/** Bound to the invite, so that a mark says nothing about other invites. */
function markOf(what: 'site' | 'name', inviteId: InviteId, value: string): Uint8Array {
  return digest(`sotto invite ${what}`, inviteId, utf16(value)).slice(0, MARK_BYTES);
}
