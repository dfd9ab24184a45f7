/**
 * Owns what stands inside the armour: one byte that says what it is, and what is needed to find the keys for it.
 *
 *     invite          1 ‖ invite (invite-format.ts)
 *     first message   2 ‖ invite id 16 ‖ tag 8 ‖ PreKeySignalMessage
 *     message         3 ‖ tag 8 ‖ SignalMessage
 *
 * Nothing here is authenticated: the tag only leads to keys, and these decide.
 */
import { ByteReader, ByteWriter, bytesOfLength } from '../bytes/index.ts';
import type { CiphertextMessage } from '../signal/index.ts';
import type { InviteId, MessageTag } from './conversation-row.ts';
import { refusal } from './failure.ts';

const KIND = { invite: 1, first: 2, message: 3 } as const;
const TAG_BYTES = 8;
const INVITE_ID_BYTES = 16;

/** What armour carries. */
export type Payload =
  | { readonly kind: 'invite'; readonly invite: Uint8Array }
  | { readonly kind: 'first'; readonly inviteId: InviteId; readonly tag: MessageTag; readonly message: Uint8Array }
  | { readonly kind: 'message'; readonly tag: MessageTag; readonly message: Uint8Array };

/** The bytes of an invite. */
export function encodeInvitePayload(invite: Uint8Array): Uint8Array {
  return new ByteWriter(invite.length + 1).uint8(KIND.invite).raw(invite).finish();
}

/** The bytes of a message. `opening`: the invite by which its session was begun, for a first message. */
export function encodeMessagePayload(tag: MessageTag, message: CiphertextMessage, opening: InviteId): Uint8Array {
  const writer = new ByteWriter(message.bytes.length + 32);
  if (message.type === 'preKey') writer.uint8(KIND.first).raw(opening);
  else writer.uint8(KIND.message);
  return writer.raw(tag).raw(message.bytes).finish();
}

/** The payload of a complete message. Throws Damaged, or UpdateNeeded for what only a newer Sotto can know. */
export function parsePayload(bytes: Uint8Array): Payload {
  const reader = new ByteReader(bytes, () => refusal('Damaged'));
  const kind = reader.uint8();
  if (kind === KIND.invite) return { kind: 'invite', invite: reader.take(reader.remaining) };
  if (kind > KIND.message) throw refusal('UpdateNeeded');
  if (kind === 0) throw refusal('Damaged');
  const tagOf = () => bytesOfLength<'MessageTag'>(reader.take(TAG_BYTES), TAG_BYTES);
  if (kind === KIND.message) return { kind: 'message', tag: tagOf(), message: reader.take(reader.remaining) };
  const inviteId = bytesOfLength<'InviteId'>(reader.take(INVITE_ID_BYTES), INVITE_ID_BYTES);
  return { kind: 'first', inviteId, tag: tagOf(), message: reader.take(reader.remaining) };
}
