import { describe, expect, it } from 'vitest';
import { charsetOf, pageDecoder } from './charset.ts';
import { HeadReader, type PageHead } from './head.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads `bytes` in pieces of `size`, as far as the reader wants them. */
function read(bytes: Uint8Array, contentType: string | null = 'text/html; charset=utf-8', size = 7): PageHead {
  const reader = new HeadReader(contentType);
  for (let at = 0; at < bytes.length; at += size) {
    if (reader.write(bytes.subarray(at, at + size)) === 'enough') break;
  }
  return reader.finish();
}
const head = (html: string): PageHead => read(utf8(html));

describe('the head of a page', () => {
  it('says what Open Graph says, before Twitter and HTML', () => {
    const og = '<meta property="og:title" content="O"><meta property="og:description" content="OD">';
    const twitter = '<meta name="twitter:title" content="T"><meta name="twitter:description" content="TD">';
    const html = '<title>H</title><meta name="description" content="HD">';
    expect(head(html + twitter + og)).toEqual({ title: 'O', description: 'OD' });
    expect(head(html + twitter)).toEqual({ title: 'T', description: 'TD' });
    expect(head(html)).toEqual({ title: 'H', description: 'HD' });
    expect(head('')).toEqual({});
  });

  it('names its site and its picture, the safer address first', () => {
    expect(head('<meta name=application-name content=App>').siteName).toBe('App');
    expect(head('<meta name=application-name content=App><meta property=og:site_name content=Og>').siteName).toBe('Og');
    const places = [
      '<link rel=image_src href=6>',
      '<meta name=twitter:image:src content=5>',
      '<meta name=twitter:image content=4>',
      '<meta property=og:image content=3>',
      '<meta property=og:image:url content=2>',
      '<meta property=og:image:secure_url content=1>',
    ];
    for (let count = 1; count <= places.length; count++) {
      expect(head(places.slice(0, count).join('')).picture).toBe(String(7 - count));
    }
  });

  it('is read in any order, case and spelling of attributes', () => {
    expect(head('<META CONTENT=\'a "b"\' Property=" OG:Title ">').title).toBe('a "b"');
    expect(head('<meta name="og:title" content="by name"/>').title).toBe('by name');
    expect(head('<meta property="og:title" name="description" content="x">')).toEqual({ title: 'x' });
    expect(head('<meta property=og:title content=a content=b>').title).toBe('a');
    expect(head('<LINK REL=" Image_SRC " HREF=x>').picture).toBe('x');
    expect(head('<link rel=icon href=x>')).toEqual({});
  });

  it('takes the first that says something', () => {
    const twice =
      '<meta property=og:title content="  "><meta property=og:title content=A><meta property=og:title content=B>';
    expect(head(`${twice}<title> </title><title>C</title>`).title).toBe('A');
    expect(head('<title> </title><title>C</title><title>D</title>').title).toBe('C');
  });

  it('has its entities decoded, and only these', () => {
    expect(head('<title>A &amp; B &lt;i&gt; &#x41;&#66; &eacute; &nope; &amp</title>').title).toBe(
      'A & B <i> AB é &nope; &',
    );
    expect(head('<meta property=og:title content="&quot;x&quot; &copy=1 a&b">').title).toBe('"x" &copy=1 a&b');
    expect(head('<meta property=og:image content="/p?a=1&amp;b=2&c=3">').picture).toBe('/p?a=1&b=2&c=3');
  });

  it('keeps tags in titles as the text that they are there', () => {
    expect(head('<title>a <b>c</b> </titl> d</title>').title).toBe('a <b>c</b> </titl> d');
  });

  it('finds nothing in scripts, styles and comments', () => {
    const hidden = '<meta property=og:title content=no>';
    for (const html of [`<script>"${hidden}"</script>`, `<style>${hidden}</style>`, `<!-- ${hidden} -->`]) {
      expect(head(html)).toEqual({});
      expect(head(`${html}<title>yes</title>`).title).toBe('yes');
    }
  });

  it.each(['</head>', '<body>', '<body class="x">', '</HEAD >'])('ends with %s', (end) => {
    const reader = new HeadReader('text/html; charset=utf-8');
    const html = `${' '.repeat(1024)}<title>A</title>${end}<meta property=og:title content=B>`;
    expect(reader.write(utf8(html))).toBe('enough');
    expect(reader.write(utf8('<meta property=og:title content=C>'))).toBe('enough');
    expect(reader.finish()).toEqual({ title: 'A' });
  });

  it('goes on through everything else, and through a page without tags of its own', () => {
    expect(head('<html><head><div><p></div><link><title>A</title>').title).toBe('A');
    expect(head('just text <title>A</title>').title).toBe('A');
  });

  it('that was cut off in its title has what there is of it', () => {
    expect(head('<head><title>Half a ti').title).toBe('Half a ti');
    expect(head('<head><meta property="og:title" content="cut')).toEqual({});
  });

  it('is the same however it is cut into pieces', () => {
    const html =
      '<!doctype html><html><head><title>Ä &amp; &eacute;x</title><meta property="og:description" content="ü &lt; 漢">' +
      '<script>if (a < b) c("</title>")</script><meta name="twitter:image" content=\'/x?y=1&amp;z\'></head><body>';
    const whole = read(utf8(html), null, html.length * 2);
    expect(whole).toEqual({ title: 'Ä & éx', description: 'ü < 漢', picture: '/x?y=1&z' });
    for (let size = 1; size < 40; size++) {
      expect(read(utf8(' '.repeat(1024) + html), null, size)).toEqual(whole);
      expect(read(utf8(html), null, size)).toEqual(whole);
    }
  });

  it('keeps 8192 units of a value, and 64 attributes of a tag', () => {
    expect(head(`<title>${'a'.repeat(9000)}</title>`).title!.length).toBe(8192);
    expect(head(`<meta property=og:title content="${'a'.repeat(9000)}">`).title!.length).toBe(8192);
    const many = (count: number): string => Array.from({ length: count }, (_, index) => `a${index}=1`).join(' ');
    expect(head(`<meta ${many(62)} property=og:title content=x>`).title).toBe('x');
    expect(head(`<meta ${many(63)} property=og:title content=x>`)).toEqual({});
  });
});

describe('the encoding of a page', () => {
  it.each([
    ['a mark of UTF-8, whatever else is said', [0xef, 0xbb, 0xbf, 0x61], 'text/html; charset=utf-16le', 'utf-8'],
    ['a mark of UTF-16', [0xff, 0xfe, 0x61, 0], 'text/html; charset=utf-8', 'utf-16le'],
    ['a mark of UTF-16, the other way round', [0xfe, 0xff, 0, 0x61], null, 'utf-16be'],
    ['what the server says', [0x61], 'text/html; charset="Shift_JIS"', 'shift_jis'],
    ['windows-1252, where the bytes are not UTF-8', [0xe9, 0x61], null, 'windows-1252'],
    ['UTF-8, where they are', [0xc3, 0xa9], null, 'utf-8'],
    ['UTF-8, where they are but for a letter that is cut', [0x61, 0xe2, 0x82], null, 'utf-8'],
    ['the guess, where nobody knows the label', [0xe9, 0x61], 'text/html; charset=klingon', 'windows-1252'],
    [
      'the guess, where the label is one of the replaced',
      [0xe9, 0x61],
      'text/html; charset=hz-gb-2312',
      'windows-1252',
    ],
  ] as const)('is %s', (_, bytes, contentType, encoding) => {
    expect(pageDecoder(Uint8Array.from(bytes), contentType).encoding).toBe(encoding);
  });

  it.each([
    ['<meta charset=koi8-r>', 'koi8-r'],
    ['<meta charset=" KOI8-R ">', 'koi8-r'],
    ['<meta http-equiv=Content-Type content="text/html; charset=koi8-r">', 'koi8-r'],
    ['<meta content="text/html; charset=koi8-r">', 'utf-8'],
    ['<meta charset=utf-16le>', 'utf-8'],
    ['<!-- <meta charset=koi8-r> -->', 'utf-8'],
    ['<link charset=koi8-r>', 'utf-8'],
    ['<meta charset=koi8-r><meta charset=big5>', 'koi8-r'],
  ])('is what the page says of itself in %s', (html, encoding) => {
    expect(pageDecoder(utf8(html), null).encoding).toBe(encoding);
  });

  it('is looked for in the first 1024 bytes', () => {
    const tag = '<meta charset=koi8-r><title>';
    const text = Uint8Array.of(0xf0, 0xd2, 0xc9);
    const at = (blanks: number): string | undefined =>
      read(Uint8Array.from([...utf8(' '.repeat(blanks) + tag), ...text]), null, 2048).title;
    expect(at(1024 - 21)).toBe('При');
    expect(at(1024 - 20)).not.toBe('При');
  });

  it.each([
    ['text/html;charset=utf-8', 'utf-8'],
    ['text/html; Charset = "x y"', 'x y'],
    ["text/html; charset='x'", 'x'],
    ['text/html; charset=a;b', 'a'],
    ['text/html', undefined],
    ['', undefined],
    [`${' '.repeat(256)}charset=a`, undefined],
  ])('of %j is %s', (value, label) => {
    expect(charsetOf(value)).toBe(label);
  });
});
