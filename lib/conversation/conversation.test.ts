import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { LINES, Pair, textsOf } from './test-installation.ts';

beforeAll(cryptoReady);

describe('two people', () => {
  it.each([
    ['one roomy text', undefined],
    ['lines of IRC', LINES],
  ])('pair with one click each and read each other, in %s', async (_, text) => {
    const pair = await Pair.paired(text);
    await pair.say('alice', 'hello bob');
    await pair.settle();
    await pair.say('bob', 'hello alice 🎉\nsecond line');
    await pair.settle();
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: hello bob', 'them: hello alice 🎉\nsecond line']);
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: hello bob', 'me: hello alice 🎉\nsecond line']);
  });
});
