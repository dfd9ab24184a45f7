/** Owns what the tests of this room share: a real SHA-256, places, arbitrary contents, and comparing decoded ones. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type Bytes, bytesOfLength, encodeHex, encodeUtf8, SecretBytes } from '../bytes/index.ts';
import type { Outcome } from '../failure/index.ts';
import type { Attachment, Content, ControlNotice, LinkPreview, PictureType, ResentMessage } from './content.ts';
import { bindContext } from './context.ts';
import { type ChainTag, type ContentId, chainTag, type Hash } from './hash.ts';
import { sealContent } from './seal.ts';
import { beginSentChain } from './sent-chain.ts';

export const sha256: Hash = (data) => new Uint8Array(createHash('sha256').update(data).digest());

/** Alice's messages to Bob in the conversation that the tests are about. */
export const PLACE = { site: 'https://chat.example', conversation: 'room-1', sender: new Uint8Array(32).fill(1) };
export const CONTEXT = bindContext(PLACE, sha256);

/** 32 bytes of `value` as an id. */
export function idOf(value: number): ContentId {
  return bytesOfLength(new Uint8Array(32).fill(value), 32);
}

/** 16 bytes of `value` as the tag of a content. */
export function tagOf(value: number): ChainTag {
  return chainTag(idOf(value));
}

export function textOf(text: string): Content {
  return { kind: 'text', text, previews: [] };
}

/** The value of an outcome that must be good. */
export function unwrap<Value>(outcome: Outcome<Value, string>): Value {
  if (!outcome.ok) throw outcome.failure;
  return outcome.value;
}

/** The code of an outcome that must be a refusal. */
export function codeOf(outcome: Outcome<unknown, string>): string {
  return outcome.ok ? 'no failure' : outcome.failure.code;
}

/** What a room's operation gives or the code it refuses with, where the operation throws. */
export function codeThrown(operation: () => unknown): string {
  try {
    operation();
    return 'no failure';
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
}

/** A sealed content as the first of a new chain. */
export function seal(content: Content, chain = beginSentChain(), context = CONTEXT) {
  return unwrap(sealContent(content, context, chain, sha256));
}

/** The same value with secrets and byte arrays as hex, so that equality sees into them. */
export function comparable(value: unknown): unknown {
  if (value instanceof SecretBytes) return `secret ${encodeHex(value.reveal())}`;
  if (value instanceof Uint8Array) return encodeHex(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, comparable(part)]));
}

function bytes<Name extends string>(length: number): fc.Arbitrary<Bytes<Name>> {
  return fc.uint8Array({ minLength: length, maxLength: length }).map((raw) => bytesOfLength<Name>(raw, length));
}

const id = bytes<'ContentId'>(32);
/** Any well-formed text: every script, joined emoji, controls, direction marks; the encoder's limit is not reached. */
export const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('', '\0', '\ufeffmark', '\u202eevil', 'a\r\nb\n\n', 'e\u0301', '👩🏽‍🚀'),
);
const brief = (most: number) => words.filter((text) => encodeUtf8(text).length <= most);
const seconds = fc.integer({ min: 1, max: 31_536_000 });

const preview: fc.Arbitrary<LinkPreview> = fc.record(
  {
    url: fc.webUrl({ withQueryParameters: true }).map((url) => new URL(url).href),
    title: brief(512),
    description: brief(1024),
    siteName: brief(256),
    picture: fc.record({
      type: fc.constantFrom<PictureType>('image/png', 'image/jpeg', 'image/webp'),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
    }),
  },
  { requiredKeys: ['url', 'title', 'description'] },
);

const attachment: fc.Arbitrary<Attachment> = fc.record({
  key: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((raw) => SecretBytes.of<'AttachmentKey'>(raw)),
  digest: bytes<'AttachmentDigest'>(32),
  size: fc.nat(0xffffffff),
  name: brief(255),
  type: fc.constantFrom('image/png', 'application/vnd.oasis.opendocument.text', 'a/b'),
});

const position = {
  thread: bytes<'InviteId'>(16),
  generation: fc.nat(0xffffffff),
  sequence: fc.nat(0xfffffffe),
};

const notice: fc.Arbitrary<ControlNotice> = fc.oneof(
  fc.constant<ControlNotice>({ type: 'session-established' }),
  fc.constant<ControlNotice>({ type: 'end-session' }),
  fc.record({
    type: fc.constant('identity-changed' as const),
    fingerprint: fc.uint8Array({ minLength: 16, maxLength: 64 }),
  }),
  fc.record({
    type: fc.constant('receipt' as const),
    state: fc.constantFrom('received' as const, 'read' as const),
    ids: fc.array(id, { minLength: 1, maxLength: 64 }),
  }),
  fc.record({ type: fc.constant('restored' as const), after: fc.record(position) }, { requiredKeys: ['type'] }),
);

const resent: fc.Arbitrary<ResentMessage> = fc.record(
  {
    ...position,
    sentAt: fc.nat(0xffffffff),
    text: brief(4096),
    armour: fc.record({
      id: bytes<'ArmourMessageId'>(8),
      digests: fc.array(bytes<'ChunkDigest'>(8), { minLength: 1, maxLength: 64 }),
    }),
  },
  { requiredKeys: ['thread', 'generation', 'sequence', 'sentAt', 'text'] },
);

const previews = fc.array(preview, { maxLength: 4 });

/** Contents of each kind. */
export const CONTENTS: { readonly [Kind in Content['kind']]: fc.Arbitrary<Content> } = {
  text: fc.record(
    { kind: fc.constant('text' as const), text: words, previews, reply: id, expiresAfter: seconds },
    { requiredKeys: ['kind', 'text', 'previews'] },
  ),
  reaction: fc.record({
    kind: fc.constant('reaction' as const),
    target: id,
    emoji: brief(64),
    removed: fc.boolean(),
  }),
  edit: fc.record({ kind: fc.constant('edit' as const), target: id, text: words, previews }),
  unsend: fc.record({ kind: fc.constant('unsend' as const), target: id }),
  timer: fc.record({ kind: fc.constant('timer' as const), seconds: fc.nat(31_536_000) }),
  attachment: fc.record(
    {
      kind: fc.constant('attachment' as const),
      attachments: fc.array(attachment, { minLength: 1, maxLength: 8 }),
      text: words,
      reply: id,
      expiresAfter: seconds,
    },
    { requiredKeys: ['kind', 'attachments', 'text'] },
  ),
  control: fc.record({ kind: fc.constant('control' as const), notice }),
  resent: fc.record({
    kind: fc.constant('resent' as const),
    messages: fc.array(resent, { maxLength: 5 }),
    left: fc.nat(0xffffffff),
  }),
};

export const anyContent: fc.Arbitrary<Content> = fc.oneof(...Object.values(CONTENTS));
