import { describe, expect, it } from 'vitest';
import { bytesOfLength, decodeHex, encodeHex, SecretBytes } from '../bytes/index.ts';
import type { Content, LinkPreview } from './content.ts';
import { bindContext } from './context.ts';
import { openContent } from './open.ts';
import { EMPTY_RECEIVED_CHAIN } from './received-chain.ts';
import { sealContent } from './seal.ts';
import { beginSentChain } from './sent-chain.ts';
import { comparable, idOf, sha256, unwrap } from './test-support.ts';
import vectors from './vectors/content-v1.json' with { type: 'json' };

const sender = decodeHex(vectors.sender)!;
const preview: LinkPreview = {
  url: 'https://example.org/a?b=c',
  title: 'Títle',
  description: '',
  picture: { type: 'image/webp', bytes: Uint8Array.of(0x52, 0x49) },
};
const attachment = {
  key: SecretBytes.of<'AttachmentKey'>(new Uint8Array(32).fill(8)),
  digest: bytesOfLength<'AttachmentDigest'>(new Uint8Array(32).fill(9), 32),
  size: 300,
  name: 'photo 🏔.png',
  type: 'image/png',
};
const position = { thread: bytesOfLength<'InviteId'>(new Uint8Array(16).fill(6), 16), generation: 0, sequence: 300 };
const digest = bytesOfLength<'ChunkDigest'>(new Uint8Array(8).fill(3), 8);
const armour = { id: bytesOfLength<'ArmourMessageId'>(new Uint8Array(8).fill(4), 8), digests: [digest, digest] };
const CONTENTS: readonly Content[] = [
  { kind: 'text', text: 'Hello, שלום 👋🏽', reply: idOf(7), previews: [preview], expiresAfter: 3600 },
  { kind: 'reaction', target: idOf(7), emoji: '👍', removed: true },
  { kind: 'edit', target: idOf(7), text: 'new', previews: [preview, preview] },
  { kind: 'unsend', target: idOf(7) },
  { kind: 'timer', seconds: 604_800 },
  { kind: 'attachment', attachments: [attachment], text: '', reply: idOf(7), expiresAfter: 60 },
  { kind: 'control', notice: { type: 'session-established' } },
  { kind: 'control', notice: { type: 'identity-changed', fingerprint: sender } },
  { kind: 'control', notice: { type: 'end-session' } },
  { kind: 'control', notice: { type: 'receipt', state: 'read', ids: [idOf(7), idOf(9)] } },
  { kind: 'text', text: preview.url, previews: [{ ...preview, siteName: 'Das Bühnenblatt' }] },
  { kind: 'control', notice: { type: 'restored', after: position } },
  { kind: 'control', notice: { type: 'restored' } },
  {
    kind: 'resent',
    messages: [
      { ...position, sentAt: 1_795_000_000, text: 'said before', armour },
      { ...position, sentAt: 0, text: '' },
    ],
    left: 3,
  },
];

describe('the format of versions 1.0 and 1.1, as docs/content.md and a second implementation have it', () => {
  const context = bindContext({ site: vectors.site, conversation: vectors.conversation, sender }, sha256);

  it('binds the place alike', () => {
    expect(encodeHex(context.hash)).toBe(vectors.context);
    expect(encodeHex(context.marks)).toBe(vectors.marks);
    expect(vectors.cases.length).toBe(CONTENTS.length);
  });

  it('spells every kind alike, byte by byte, as one chain', () => {
    let chain = beginSentChain(vectors.generation);
    for (const [i, content] of CONTENTS.entries()) {
      const sealed = unwrap(sealContent(content, context, chain, sha256));
      expect([i, encodeHex(sealed.plaintext)]).toEqual([i, vectors.cases[i]?.plaintext]);
      expect(encodeHex(sealed.id)).toBe(vectors.cases[i]?.id);
      chain = sealed.chain;
    }
    expect(chain.sequence).toBe(CONTENTS.length);
  });

  it('reads every kind back', () => {
    let chain = EMPTY_RECEIVED_CHAIN;
    for (const [i, { plaintext, id, sequence }] of vectors.cases.entries()) {
      const opened = unwrap(openContent(decodeHex(plaintext)!, context, chain, sha256));
      expect(comparable(opened.content)).toEqual(comparable(CONTENTS[i]));
      expect([encodeHex(opened.id), opened.sequence, opened.gap, opened.generation]).toEqual([id, sequence, 0, 5]);
      chain = opened.chain;
    }
  });
});
