import { describe, expect, it } from 'vitest';
import { engineOf, insertionOrder } from './insertion-order.ts';

describe('insertionOrder', () => {
  it('begins with exec in Firefox and in fields, and with a paste in rich boxes of Chromium', () => {
    const execFirst = ['exec', 'paste', 'beforeinput', 'setter'];
    expect(insertionOrder('firefox', false)).toEqual(execFirst);
    expect(insertionOrder('firefox', true)).toEqual(execFirst);
    expect(insertionOrder('chromium', true)).toEqual(execFirst);
    expect(insertionOrder('chromium', false)).toEqual(['paste', 'exec', 'beforeinput', 'setter']);
  });
});

describe('engineOf', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'firefox'],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
      'chromium',
    ],
  ])('%s is %s', (userAgent, engine) => {
    expect(engineOf(userAgent)).toBe(engine);
  });
});
