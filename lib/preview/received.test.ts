import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkReceived, decodePreview, encodePreview, type Preview, showOwn } from './index.ts';
import { webp } from './test-support.ts';

const URL = 'https://a.org/b';
const TEXT = `look: ${URL}!`;
const picture = (bytes = webp(300, 200), type = 'image/webp') => ({ type, bytes });
const claim = (more: object = {}) => ({ url: URL, title: 'T', description: 'D', ...more });
const full: Preview = {
  url: URL,
  title: 'T',
  description: 'D',
  siteName: 'S',
  picture: { type: 'image/webp', width: 300, height: 200, bytes: webp(300, 200) },
};

describe('a received preview', () => {
  const shown = (claimed: Parameters<typeof checkReceived>[1], text = TEXT) => {
    const outcome = checkReceived(text, claimed);
    return outcome.ok ? outcome.value : outcome.failure.code;
  };

  it('is shown with the host of its address, whatever it calls itself', () => {
    expect(shown(claim({ siteName: 'Your bank' }))).toEqual({
      url: URL,
      title: 'T',
      description: 'D',
      siteName: 'Your bank',
      host: { text: 'a.org', mark: 'plain', port: '', secure: true },
    });
    expect(shown(claim())).toMatchObject({ siteName: '' });
  });

  it('is not shown unless its address is the very link of the text', () => {
    expect(shown(claim(), 'no link')).toBe('NotInText');
    expect(shown(claim(), `https://first.org/ ${URL}`)).toBe('NotInText');
    expect(shown(claim({ url: 'https://a.org/B' }))).toBe('NotInText');
    expect(shown(claim({ url: 'HTTPS://a.org/b' }))).toBe('NotInText');
    expect(shown(claim({ url: 'javascript:x' }), 'javascript:x')).toBe('NotInText');
    expect(shown(claim({ url: 'https://xn--80ak6aa92e.com/' }), 'https://аррӏе.com')).toMatchObject({
      host: { text: 'xn--80ak6aa92e.com', mark: 'look-alike' },
    });
  });

  it('is cleaned and cut, whatever its sender did', () => {
    const value = shown(claim({ title: '\u202e a\n\nb ', description: 'x'.repeat(2000), siteName: 'y'.repeat(300) }));
    expect(value).toMatchObject({ title: 'a b' });
    expect((value as Preview).description).toBe(`${'x'.repeat(1021)}…`);
    expect((value as Preview).siteName).toBe(`${'y'.repeat(253)}…`);
  });

  it.each([
    ['a bare WebP', picture(), true],
    ['one of 400 pixels', picture(webp(400, 400)), true],
    ['a wider one', picture(webp(401, 1)), false],
    ['a higher one', picture(webp(1, 401)), false],
    ['one of 24 KiB', picture(webp(9, 9, 24_576 - 30)), true],
    ['a byte more', picture(webp(9, 9, 24_576 - 29)), false],
    ['one that is called otherwise', picture(webp(9, 9), 'image/png'), false],
    ['an extended one', picture(Uint8Array.from(webp(9, 9), (byte, at) => (at === 15 ? 0x58 : byte))), false],
    ['no picture', picture(new Uint8Array(40)), false],
    [
      'a PNG',
      picture(
        Uint8Array.from(Buffer.from(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01${' '.repeat(9)}`, 'latin1')),
      ),
      false,
    ],
  ])('keeps its words with %s, and the picture only if we could have made it', (_, given, kept) => {
    const value = shown(claim({ picture: given }));
    expect(value).toMatchObject({ title: 'T' });
    expect('picture' in (value as Preview)).toBe(kept);
  });

  it('of our own is shown the same way', () => {
    expect(showOwn(full)).toEqual({ ...full, host: { text: 'a.org', mark: 'plain', port: '', secure: true } });
  });
});

describe('the package of a preview', () => {
  const { picture: _, ...plain } = full;

  it('is version 1, its texts, and its picture', () => {
    const bytes = encodePreview(plain);
    const text = (value: string) => [0, 0, 0, value.length, ...Buffer.from(value)];
    expect([...bytes]).toEqual([1, ...text(URL), ...text('T'), ...text('D'), ...text('S'), 0]);
    const tail = [1, 1, 1, 44, 0, 200, 0, 0, 0, 30, ...webp(300, 200)];
    expect([...encodePreview(full)]).toEqual([...bytes.slice(0, -1), ...tail]);
  });

  it('comes back as it was', () => {
    for (const preview of [plain, full])
      expect(decodePreview(encodePreview(preview))).toEqual({ ok: true, value: preview });
  });

  it('is refused where a bit is missing or too many', () => {
    const bytes = encodePreview(full);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodePreview(bytes.subarray(0, length)).ok).toBe(false);
    }
    const longer = decodePreview(Uint8Array.from([...bytes, 0]));
    expect(!longer.ok && longer.failure.code).toBe('Malformed');
  });

  it.each([
    ['another version', 0, 2],
    ['an unknown kind of picture', 31, 2],
    ['another width than the picture has', 33, 45],
    ['another height than the picture has', 35, 201],
  ])('is refused with %s', (_name, at, value) => {
    const bytes = encodePreview(full);
    const before = bytes[at];
    bytes[at] = value;
    expect(before).not.toBe(value);
    const outcome = decodePreview(bytes);
    expect(!outcome.ok && outcome.failure.code).toBe('Malformed');
  });

  it.each([
    ['an address that is not serialised', { url: 'https://a.org' }],
    ['an address that is none', { url: 'a.org' }],
    ['a title that is not clean', { title: 'a\u202eb' }],
    ['a title over its bound', { title: 'x'.repeat(513) }],
    ['a description over its bound', { description: 'x'.repeat(1025) }],
    ['a name over its bound', { siteName: 'x'.repeat(257) }],
    [
      'a picture over its bound',
      { picture: { type: 'image/webp' as const, width: 401, height: 1, bytes: webp(401, 1) } },
    ],
    ['a picture that says another size', { picture: { ...full.picture!, width: 299 } }],
  ])('is not made of %s', (_name, part) => {
    expect(() => encodePreview({ ...full, ...part })).toThrow(RangeError);
  });

  it('holds texts up to their bounds', () => {
    const preview = { ...full, title: 'x'.repeat(512), description: 'y'.repeat(1024), siteName: 'z'.repeat(256) };
    expect(decodePreview(encodePreview(preview))).toEqual({ ok: true, value: preview });
    const longest = { ...full, url: `https://a.org/${'x'.repeat(2048 - 14)}` };
    expect(decodePreview(encodePreview(longest))).toEqual({ ok: true, value: longest });
  });

  it('is a preview or Malformed, whatever the bytes', () => {
    const valid = encodePreview(full);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }), (changes) => {
        const bytes = valid.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const outcome = decodePreview(bytes);
        if (outcome.ok) expect(encodePreview(outcome.value)).toEqual(bytes);
        else expect(outcome.failure.code).toBe('Malformed');
      }),
      { numRuns: 1000 },
    );
  });
});
