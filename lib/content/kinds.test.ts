import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, bytesOfLength, encodeUtf8, SecretBytes } from '../bytes/index.ts';
import type { Attachment, Content, LinkPreview, ResentMessage } from './content.ts';
import { decodeContent, encodeContent, neededVersion } from './kinds.ts';
import { CONTENTS, codeThrown, comparable, idOf, textOf, words } from './test-support.ts';
import { CURRENT_VERSION } from './version.ts';
import { splitFields } from './wire.ts';

const decode = (encoded: Uint8Array) => decodeContent(splitFields(encoded), CURRENT_VERSION);
const sent = (content: Content) => codeThrown(() => encodeContent(content));

const PREVIEW: LinkPreview = { url: 'https://a.example/', title: '', description: '' };
const FILE: Attachment = {
  key: SecretBytes.of(new Uint8Array(32)),
  digest: bytesOfLength(new Uint8Array(32), 32),
  size: 0,
  name: '',
  type: 'a/b',
};
const preview = (part: Partial<LinkPreview>): Content =>
  ({ ...textOf('x'), previews: [{ ...PREVIEW, ...part }] }) as Content;
const file = (part: Partial<Attachment>): Content => ({
  kind: 'attachment',
  attachments: [{ ...FILE, ...part }],
  text: '',
});
const reaction = (emoji: string): Content => ({ kind: 'reaction', target: idOf(1), emoji, removed: false });
const picture = (length: number) => preview({ picture: { type: 'image/png', bytes: new Uint8Array(length) } });
const changed = (length: number): Content => ({
  kind: 'control',
  notice: { type: 'identity-changed', fingerprint: new Uint8Array(length) },
});
const receipt = (count: number): Content => ({
  kind: 'control',
  notice: { type: 'receipt', state: 'read', ids: new Array(count).fill(idOf(1)) },
});
const AGAIN: ResentMessage = {
  thread: bytesOfLength(new Uint8Array(16), 16),
  generation: 0,
  sequence: 0,
  sentAt: 0,
  text: '',
};
const again = (messages: readonly ResentMessage[]): Content => ({ kind: 'resent', messages, left: 0 });
const armourOf = (chunks: number): ResentMessage['armour'] & object => ({
  id: bytesOfLength(new Uint8Array(8), 8),
  digests: new Array(chunks).fill(bytesOfLength(new Uint8Array(8), 8)),
});
const lasting = (expiresAfter: number): Content => ({ ...textOf('x'), expiresAfter }) as Content;

describe.each(Object.entries(CONTENTS))('a content of kind %s', (_, contents) => {
  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(contents, (content) => {
        expect(comparable(decode(encodeContent(content)))).toEqual(comparable(content));
      }),
    );
  });

  it('has one spelling: what is decoded is encoded to the same bytes', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const encoded = encodeContent(content);
        expect(encodeContent(decode(encoded) as Content)).toEqual(encoded);
      }),
    );
  });
});

describe('text', () => {
  const HUNDRED_LINES = Array.from({ length: 100 }, (_, i) => `line ${i}\t`).join('\r\n');
  it.each([
    'שלום עולם',
    '\u202eright to left\u202c',
    'e\u0301 is not \u00e9',
    '👩🏽‍🚀🏴󠁧󠁢󠁳󠁣󠁴󠁿🇺🇳',
    '\ufeffmark, \0 null, \u0085, \u2028',
    '  blanks kept  \n',
    'zqE2xAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    HUNDRED_LINES,
    '',
  ])('comes back byte for byte: %j', (text) => {
    expect(decode(encodeContent(textOf(text)))).toEqual(textOf(text));
  });

  it('comes back byte for byte, whatever it is', () => {
    fc.assert(
      fc.property(words, (text) => {
        expect((decode(encodeContent(textOf(text))) as { text: string }).text).toBe(text);
      }),
    );
  });

  it('is refused where it holds half a surrogate pair, anywhere', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 0xd800, max: 0xdfff }), (text, half) => {
        expect(sent(textOf(`${text} ${String.fromCharCode(half)} `))).toBe('TextNotWellFormed');
      }),
      {
        examples: [
          ['', 0xd800],
          ['', 0xdfff],
        ],
      },
    );
    expect(sent(textOf('\udc00\ud800'))).toBe('TextNotWellFormed');
  });

  it('is as long as 65 536 bytes of UTF-8', () => {
    expect(sent(textOf('a'.repeat(65_536)))).toBe('no failure');
    expect(sent(textOf('a'.repeat(65_537)))).toBe('TextTooLong');
    expect(sent(textOf('🙂'.repeat(16_384)))).toBe('no failure');
    expect(sent(textOf(`${'🙂'.repeat(16_384)}a`))).toBe('TextTooLong');
  });

  it('that a person typed is refused as theirs to mend', () => {
    for (const text of ['\ud800', 'a'.repeat(65_537)]) {
      expect(() => encodeContent(textOf(text))).toThrow(expect.objectContaining({ retry: 'user' }));
    }
  });
});

describe('the bounds of what is sent', () => {
  const a = (length: number) => 'a'.repeat(length);
  it.each<[string, (size: number) => Content, number, number, string]>([
    ['previews', (n) => ({ ...textOf('x'), previews: new Array(n).fill(PREVIEW) }) as Content, 0, 4, 'RangeError'],
    ['an address', (n) => preview({ url: `https://${a(n - 8)}` }), 9, 2048, 'TextTooLong'],
    ['a title', (n) => preview({ title: a(n) }), 0, 512, 'TextTooLong'],
    ['a description', (n) => preview({ description: a(n) }), 0, 1024, 'TextTooLong'],
    ['a site name', (n) => preview({ siteName: a(n) }), 0, 256, 'TextTooLong'],
    ['a picture', picture, 1, 32_768, 'RangeError'],
    ['an emoji', (n) => reaction(a(n)), 0, 64, 'TextTooLong'],
    [
      'attachments',
      (n) => ({ kind: 'attachment', attachments: new Array(n).fill(FILE), text: '' }),
      1,
      8,
      'RangeError',
    ],
    ['a file size', (n) => file({ size: n }), 0, 0xffffffff, 'RangeError'],
    ['a file name', (n) => file({ name: a(n) }), 0, 255, 'TextTooLong'],
    ['a media type', (n) => file({ type: `${a(n)}/${a(n)}` }), 1, 127, 'RangeError'],
    ['a caption', (n) => ({ kind: 'attachment', attachments: [FILE], text: a(n) }), 0, 65_536, 'TextTooLong'],
    ['an edit', (n) => ({ kind: 'edit', target: idOf(1), text: a(n), previews: [] }), 0, 65_536, 'TextTooLong'],
    ['a timer', (n) => ({ kind: 'timer', seconds: n }), 0, 31_536_000, 'RangeError'],
    ['an expiry', lasting, 1, 31_536_000, 'RangeError'],
    ['a fingerprint', changed, 16, 64, 'RangeError'],
    ['a receipt', receipt, 1, 64, 'RangeError'],
    ['what is sent again', (n) => again(new Array(n).fill(AGAIN)), 0, 50, 'RangeError'],
    ['a text that is sent again', (n) => again([{ ...AGAIN, text: a(n) }]), 0, 32_768, 'TextTooLong'],
    ['its armour', (n) => again([{ ...AGAIN, armour: armourOf(n) }]), 1, 64, 'RangeError'],
  ])('%s', (_, content, least, most, code) => {
    for (const size of [least, most]) {
      expect(comparable(decode(encodeContent(content(size))))).toEqual(comparable(content(size)));
    }
    expect(sent(content(most + 1))).toBe(code);
    if (least > 0) expect(sent(content(least - 1))).toBe('RangeError');
  });

  it('all texts that are sent again together', () => {
    const each = { ...AGAIN, text: 'é'.repeat(8192) };
    expect(sent(again([each, each]))).toBe('no failure');
    expect(sent(again([each, each, { ...AGAIN, text: 'a' }]))).toBe('RangeError');
  });

  it.each(['javascript:alert(1)', 'http://', 'ftp://a/', 'https://a b/', 'https://é/', ' https://a/', 'https://a/\n'])(
    'no preview is of %j',
    (url) => {
      expect(sent(preview({ url }))).toBe('RangeError');
    },
  );

  it.each(['', 'image', 'image/', '/png', 'IMAGE/png', 'image/png; q=1', 'image/png\n', 'image/p/ng'])(
    'no attachment is of type %j',
    (type) => {
      expect(sent(file({ type }))).toBe('RangeError');
    },
  );

  it('takes plain http for a preview, as the web has it', () => {
    expect(sent(preview({ url: 'http://a.example/~b' }))).toBe('no failure');
  });

  it('does not take an id, a digest or a timer of another form', () => {
    const short = encodeUtf8('short') as Bytes<'ContentId'>;
    expect(sent({ kind: 'unsend', target: short })).toBe('RangeError');
    expect(sent({ kind: 'timer', seconds: 1.5 })).toBe('RangeError');
    expect(sent({ kind: 'timer' } as unknown as Content)).toBe('TypeError');
  });
});

it('a decoded content does not change when the plaintext is wiped', () => {
  const content: Content = { kind: 'edit', target: idOf(3), text: 'words', previews: [PREVIEW] };
  const encoded = encodeContent(content);
  const decoded = decode(encoded);
  encoded.fill(0);
  expect(comparable(decoded)).toEqual(comparable(content));
  const full = encodeContent(file({ key: SecretBytes.of(new Uint8Array(32).fill(9)) }));
  const opened = decode(full);
  full.fill(0);
  expect(JSON.stringify(comparable(opened))).toContain(`secret ${'09'.repeat(32)}`);
});

describe('the version that a reader needs', () => {
  it('is 1.1 for what came with it, and 1.0 for all else', () => {
    const needed = (content: Content) => neededVersion(content).minor;
    expect(needed({ kind: 'control', notice: { type: 'restored' } })).toBe(1);
    expect(needed(again([]))).toBe(1);
    expect([textOf('x'), receipt(1), lasting(5), reaction('x')].map(needed)).toEqual([0, 0, 0, 0]);
    expect(neededVersion(textOf('x')).major).toBe(1);
  });
});

it('an attachment key does not print', () => {
  const opened = decode(encodeContent(file({ key: SecretBytes.of(new Uint8Array(32).fill(9)) })));
  expect(JSON.stringify(opened)).toContain('[redacted]');
});
