import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { build, hanging, LINK, networkOf, page } from './test-support.ts';

describe('the time of a preview', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is five seconds, whatever hangs', async () => {
    const never = new Promise<never>(() => {});
    for (const network of [
      { fetch: () => never },
      networkOf({ [LINK]: hanging() }),
      { ...networkOf({}), resolve: () => never },
      { ...networkOf({ [LINK]: page('') }), watch: async () => ({ seen: () => never, stop: () => {} }) },
    ]) {
      let outcome: unknown;
      void build(network).then((value) => {
        outcome = value;
      });
      await vi.advanceTimersByTimeAsync(4999);
      expect(outcome).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      expect(outcome).toBe('TooSlow');
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends the picture too: the words are shown', async () => {
    const html = '<title>T</title><meta property=og:image content=x>';
    const pending = build(networkOf({ [LINK]: page(html), 'https://a.org/x': hanging({}) }));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await pending).toMatchObject({ preview: { title: 'T' }, pictureFailure: 'TooSlow' });
  });

  it('ends when the person does not want it any more, at any stage', async () => {
    const html = '<title>T</title><meta property=og:image content=x>';
    for (const network of [
      networkOf({ [LINK]: hanging() }),
      networkOf({ [LINK]: page(html), 'https://a.org/x': hanging({}) }),
    ]) {
      const person = new AbortController();
      const pending = build(network, { signal: person.signal });
      await vi.advanceTimersByTimeAsync(100);
      person.abort();
      expect(await pending).toBe('Cancelled');
    }
    expect(vi.getTimerCount()).toBe(0);
    const nothing = networkOf({});
    expect(await build(nothing, { signal: AbortSignal.abort() })).toBe('Cancelled');
    expect(nothing.asked).toEqual([]);
  });
});
