import { describe, expect, it } from 'vitest';
import { builderOn, LINK, networkOf, page } from './test-support.ts';

describe('what is remembered', () => {
  it('is a preview that was made, for ten minutes, by link, room and proxy', async () => {
    let now = 0;
    const network = networkOf({ [LINK]: page('<title>T</title>') });
    const builder = builderOn(network, { now: () => now });
    const wish = { url: LINK, rooms: [] };
    const first = await builder.build(wish);
    now = 599_999;
    expect(await builder.build(wish)).toEqual(first);
    expect(network.asked.length).toBe(1);
    now = 600_000;
    await builder.build(wish);
    expect(network.asked.length).toBe(2);
    await builder.build({ ...wish, rooms: [600] });
    expect(network.asked.length).toBe(3);
    builder.forget();
    await builder.build(wish);
    expect(network.asked.length).toBe(4);
  });

  it('is no failure, and sixteen previews at most', async () => {
    const urls = Array.from({ length: 17 }, (_, index) => `https://a.org/${index}`);
    const network = networkOf(Object.fromEntries(urls.map((url) => [url, page('<title>T</title>')])));
    const builder = builderOn(network);
    for (const url of urls) await builder.build({ url, rooms: [] });
    await builder.build({ url: urls[1]!, rooms: [] });
    expect(network.asked.length).toBe(17);
    await builder.build({ url: urls[0]!, rooms: [] });
    expect(network.asked.length).toBe(18);
    await builder.build({ url: LINK, rooms: [] });
    await builder.build({ url: LINK, rooms: [] });
    expect(network.asked.length).toBe(20);
  });
});
