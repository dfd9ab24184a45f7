/** Owns the spelling of what is sent again after a restore. Does not own who may ask for it, nor how much of it is sent. */
import { encodeUtf8 } from '../bytes/index.ts';
import { bytesOf, text, uint32 } from './codec.ts';
import type { ContentPosition, ResentArmour, ResentMessage } from './content.ts';
import { refusal } from './failure.ts';
import { MAX_RESENT, MAX_RESENT_BYTES, MAX_RESENT_CHUNKS } from './limits.ts';
import { MAX_GENERATION, MAX_SEQUENCE } from './link-bounds.ts';
import { type Field, many, nested, one, optional, type Shape } from './message.ts';

const INVITE_ID_BYTES = 16;
const ARMOUR_ID_BYTES = 8;
const DIGEST_BYTES = 8;
/** 2^32 - 1 seconds: the year 2106. */
const MAX_SECONDS = 0xffffffff;

const POSITION: Shape<ContentPosition> = {
  thread: one(1, bytesOf<'InviteId'>(INVITE_ID_BYTES)),
  generation: one(2, uint32(0, MAX_GENERATION)),
  sequence: one(3, uint32(0, MAX_SEQUENCE)),
};

/** The codec of a position. */
export const contentPosition = nested<ContentPosition>(POSITION);

const armour = nested<ResentArmour>({
  id: one(1, bytesOf<'ArmourMessageId'>(ARMOUR_ID_BYTES)),
  digests: many(2, bytesOf<'ChunkDigest'>(DIGEST_BYTES), 1, MAX_RESENT_CHUNKS),
});

const resentMessage = nested<ResentMessage>({
  ...POSITION,
  sentAt: one(4, uint32(0, MAX_SECONDS)),
  text: one(5, text(MAX_RESENT_BYTES)),
  armour: optional(6, armour),
});

const several = many(1, resentMessage, 0, MAX_RESENT);

/** The field of all texts that are sent again: field 1, at most 50, at most 32 KiB of text together. */
export const resentMessages: Field<readonly ResentMessage[]> = {
  number: several.number,
  write(writer, messages = []) {
    several.write(writer, messages);
    if (textBytes(messages) > MAX_RESENT_BYTES) throw new RangeError('more text than is sent again');
  },
  read(found, newer) {
    const messages = several.read(found, newer) ?? [];
    if (textBytes(messages) > MAX_RESENT_BYTES) throw refusal('Malformed');
    return messages;
  },
};

function textBytes(messages: readonly ResentMessage[]): number {
  return messages.reduce((sum, message) => sum + encodeUtf8(message.text).length, 0);
}
