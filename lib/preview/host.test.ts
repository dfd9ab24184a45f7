import { describe, expect, it } from 'vitest';
import { describeHost } from './index.ts';

const shown = (address: string): [string, string] => {
  const { text, mark } = describeHost(new URL(address).href);
  return [text, mark];
};

describe('a host', () => {
  it.each([
    ['https://example.com/', 'example.com', 'plain'],
    ['https://a-b.c_d.org/', 'a-b.c_d.org', 'plain'],
    ['https://пример.рф/', 'пример.рф', 'foreign'],
    ['https://москва.com/', 'москва.com', 'foreign'],
    ['https://сора.рф/', 'сора.рф', 'foreign'],
    ['https://münchen.de/', 'münchen.de', 'foreign'],
    ['https://日本語.jp/', '日本語.jp', 'foreign'],
    ['https://スーパーabc.jp/', 'スーパーabc.jp', 'foreign'],
    ['https://ㄅㄆ漢.tw/', 'ㄅㄆ漢.tw', 'foreign'],
    ['https://한국漢.kr/', '한국漢.kr', 'foreign'],
    ['https://ελλάδα.gr/', 'ελλάδα.gr', 'foreign'],
    ['https://भारत.in/', 'भारत.in', 'foreign'],
    ['https://1.2.3.4/', '1.2.3.4', 'literal'],
    ['https://[2606::1]/', '[2606::1]', 'literal'],
  ])('%s is shown as %s: %s', (address, text, mark) => {
    expect(shown(address)).toEqual([text, mark]);
  });

  it.each([
    ['https://аррӏе.com/', 'look-alike'],
    ['https://pаypal.com/', 'look-alike'],
    ['https://сора.com/', 'look-alike'],
    ['https://сорa.рф/', 'look-alike'],
    ['https://ışık.com/', 'look-alike'],
    ['https://ɡoogle.com/', 'look-alike'],
    ['https://i̇nstagram.com/', 'look-alike'],
    ['https://google·com.example.com/', 'look-alike'],
    ['https://google一com.example.com/', 'look-alike'],
    ['https://g00gle۰.com/', 'look-alike'],
    ['https://οοοο.com/', 'look-alike'],
    ['https://xn--a.com/', 'look-alike'],
    ['https://wikipжdia.org/', 'mixed-scripts'],
    ['https://aअ.com/', 'mixed-scripts'],
    ['https://жλ.com/', 'mixed-scripts'],
  ])('%s is shown in ASCII, since it is a %s', (address, mark) => {
    const { text, mark: found } = describeHost(new URL(address).href);
    expect(found).toBe(mark);
    expect(text).toBe(new URL(address).hostname);
    expect(text).toMatch(/^[!-~]+$/);
  });

  it('is as bad as its worst label', () => {
    expect(shown('https://пример.аррӏе.com/')[1]).toBe('look-alike');
    expect(shown('https://wikipжdia.аррӏе.com/')[1]).toBe('look-alike');
    expect(shown('https://wikipжdia.пример.com/')[1]).toBe('mixed-scripts');
  });

  it('is read from the address, whatever stands before or behind it', () => {
    expect(shown('https://paypal.com@evil.org/')[0]).toBe('evil.org');
    expect(shown('https://evil.org/https://paypal.com/')[0]).toBe('evil.org');
  });

  it('says its port and whether it is secure', () => {
    expect(describeHost('http://a.org:8080/')).toEqual({ text: 'a.org', mark: 'plain', port: '8080', secure: false });
    expect(describeHost('https://a.org/')).toEqual({ text: 'a.org', mark: 'plain', port: '', secure: true });
  });
});
