import { describe, expect, it } from 'vitest';
import { identifyCaller, type Sender } from './caller.ts';

const self = { id: 'sotto', origin: 'chrome-extension://sotto' };
const inPage = { id: 'sotto', tab: { id: 7 }, frameId: 3, documentId: 'D', origin: self.origin };
const frame = { ...inPage, url: `${self.origin}/composer.html#ticket` };
const script = {
  id: 'sotto',
  tab: { id: 7 },
  frameId: 0,
  origin: 'https://chat.example',
  url: 'https://chat.example/x',
};
const identify = (sender: Sender) => identifyCaller(sender, self);

describe('a caller', () => {
  it('in a frame of ours inside a page is blank, whatever its address carries', () => {
    expect(identify(frame)).toEqual({
      kind: 'blank',
      page: 'composer',
      tab: 7,
      frame: 3,
      document: 'D',
      origin: self.origin,
      url: frame.url,
    });
    expect(identify({ ...frame, url: `${self.origin}/transcript.html?kind=home` })).toMatchObject({
      kind: 'blank',
      page: 'transcript',
    });
  });

  it('is a content script by the origin the browser gives, with its tab and frame', () => {
    expect(identify(script)).toEqual({
      kind: 'content',
      tab: 7,
      frame: 0,
      origin: 'https://chat.example',
      url: 'https://chat.example/x',
    });
  });

  it('in a frame of a page keeps the origin it inherited', () => {
    expect(identify({ ...script, frameId: 4, url: 'about:blank' })).toMatchObject({ origin: 'https://chat.example' });
  });

  it('is known by its address where the browser gives no origin', () => {
    expect(identify({ ...script, origin: undefined })).toMatchObject({ origin: 'https://chat.example' });
    expect(identify({ ...frame, origin: undefined })).toMatchObject({ kind: 'blank' });
  });

  it.each(['popup', 'home'] as const)('is %s only at the top of a tab or in no tab at all', (kind) => {
    const page = { id: 'sotto', origin: self.origin, url: `${self.origin}/${kind}.html?x=1` };
    expect(identify(page)).toEqual({ kind, origin: self.origin, url: page.url });
    expect(identify({ ...page, tab: { id: 7 }, frameId: 0 })).toMatchObject({ kind, tab: 7, frame: 0 });
    expect(identify({ ...page, tab: { id: 7 }, frameId: 1 })).toBeUndefined();
  });

  it.each<[string, Sender]>([
    ['another extension', { ...frame, id: 'other' }],
    ['a sender without an id', { ...frame, id: undefined }],
    ['a sender without an address', { ...frame, url: undefined }],
    ['a sandboxed frame of ours', { ...frame, origin: 'null' }],
    ['a sandboxed page', { ...script, origin: 'null' }],
    ['our frame address with a foreign origin', { ...frame, origin: 'https://chat.example' }],
    ['our composer page on top of a tab', { ...frame, frameId: 0 }],
    ['our composer page outside a tab', { ...frame, tab: undefined }],
    ['our composer page without a frame id', { ...frame, frameId: undefined }],
    ['our transcript page on top of a tab', { ...frame, frameId: 0, url: `${self.origin}/transcript.html` }],
    ['a page of ours that no one names', { ...frame, url: `${self.origin}/composer.html/x` }],
    ['an origin that only begins like ours', { ...frame, origin: undefined, url: `${self.origin}x/composer.html` }],
    ['a content script without a tab', { ...script, tab: undefined }],
    ['a content script without a frame', { ...script, frameId: undefined }],
    ['a content script in a local file', { ...script, origin: 'file://' }],
    ['an address that is none', { ...script, origin: undefined, url: 'nonsense' }],
    ['an origin that holds a web address inside', { ...script, origin: 'x:https://chat.example' }],
  ])('is refused: %s', (_, sender) => {
    expect(identify(sender)).toBeUndefined();
  });
});
