/** Owns the spelling of control notices: a message in which exactly one field stands, whose number is the kind. */
import { WireType } from '@bufbuild/protobuf/wire';
import { bytesBetween, bytesOf, type Codec, named } from './codec.ts';
import type { ControlNotice, ReceiptState } from './content.ts';
import { HASH_BYTES } from './hash.ts';
import { MAX_FINGERPRINT_BYTES, MAX_RECEIPT_IDS, MIN_FINGERPRINT_BYTES } from './limits.ts';
import { many, one, optional } from './message.ts';
import { contentPosition } from './resent.ts';
import { encodeVariant, readVariant, type Variant, variant } from './variant.ts';
import { splitFields } from './wire.ts';

type NoticeType = ControlNotice['type'];
type Fields<Type extends NoticeType> = Omit<Extract<ControlNotice, { type: Type }>, 'type'>;

const receiptState: Codec<ReceiptState> = named({ received: 1, read: 2 });

const NOTICES: { readonly [Type in NoticeType]: Variant } = {
  'session-established': variant<Fields<'session-established'>, never>(1, {}, {}),
  'identity-changed': variant<Fields<'identity-changed'>, 'fingerprint'>(
    2,
    { fingerprint: one(1, bytesBetween(MIN_FINGERPRINT_BYTES, MAX_FINGERPRINT_BYTES)) },
    {},
  ),
  'end-session': variant<Fields<'end-session'>, never>(3, {}, {}),
  receipt: variant<Fields<'receipt'>, 'state' | 'ids'>(
    4,
    { state: one(1, receiptState), ids: many(2, bytesOf<'ContentId'>(HASH_BYTES), 1, MAX_RECEIPT_IDS) },
    {},
  ),
  restored: variant<Fields<'restored'>, 'after'>(5, { after: optional(1, contentPosition) }, {}),
};

/** The codec of a notice. Reading throws NewerSchema for a notice that only a newer version has. */
export const controlNotice: Codec<ControlNotice> = {
  wire: WireType.LengthDelimited,
  write: (writer, notice) => void writer.bytes(encodeVariant(NOTICES[notice.type], notice)),
  read(bytes, newer) {
    const { name, fields } = readVariant(NOTICES, splitFields(bytes), newer);
    return { type: name, ...fields } as ControlNotice;
  },
};
