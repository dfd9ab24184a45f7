import { describe, expect, it, vi } from 'vitest';
import { build, LINK, networkOf, page, picture, redirect } from './test-support.ts';

describe('what a proxy does', () => {
  it('is all requests, the redirects and the picture too, and no name is resolved', async () => {
    const through = (url: string): string => `https://proxy.org/?u=${encodeURIComponent(url)}`;
    const resolve = vi.fn(async () => ['8.8.8.8']);
    const network = {
      ...networkOf({
        [through(LINK)]: redirect('/there#x'),
        [through('https://a.org/there')]: page('<title>T</title><meta property=og:image content=x>'),
        [through('https://a.org/x')]: picture(),
      }),
      resolve,
    };
    expect(await build(network, { proxy: 'https://proxy.org/?u=' })).toMatchObject({ preview: { picture: {} } });
    expect(network.asked.length).toBe(3);
    expect(resolve).not.toHaveBeenCalled();
  });

  it('does not open what may not be asked, and has an address of its own to answer for', async () => {
    const network = networkOf({});
    expect(await build(network, { proxy: 'https://proxy.org/?u=', url: 'http://10.0.0.1/' })).toBe('PrivateAddress');
    expect(await build(network, { proxy: 'http://proxy.org/?u=' })).toBe('BadProxy');
    expect(network.asked).toEqual([]);
  });
});

describe('what the browser tells of a request', () => {
  const watching = (seen: { address?: string; location?: string }, response: () => Response) => {
    const stop = vi.fn();
    const network = {
      ...networkOf({ [LINK]: response }),
      watch: vi.fn(async () => ({ seen: async () => seen, stop })),
    };
    return { network, stop };
  };
  const opaque = (): Response => Object.defineProperty(new Response(''), 'type', { value: 'opaqueredirect' });

  it('decides: an answer from a private address, or from nobody knows where, is not read', async () => {
    for (const [address, outcome] of [
      ['127.0.0.1', 'PrivateAddress'],
      ['::1', 'PrivateAddress'],
      [undefined, 'AddressUnseen'],
    ] as const) {
      const { network, stop } = watching(address === undefined ? {} : { address }, page('<title>T</title>'));
      expect(await build(network)).toBe(outcome);
      expect(stop).toHaveBeenCalledTimes(1);
    }
    const { network } = watching({ address: '8.8.8.8' }, page('<title>T</title>'));
    expect(await build(network)).toMatchObject({ preview: { title: 'T' } });
    expect(network.watch).toHaveBeenCalledWith(LINK);
  });

  it('is where a hidden redirect leads', async () => {
    const { network } = watching({ address: '8.8.8.8', location: 'http://10.0.0.1/' }, opaque);
    expect(await build(network)).toBe('PrivateAddress');
    expect(network.asked.length).toBe(1);
    const silent = watching({ address: '8.8.8.8' }, opaque);
    expect(await build(silent.network)).toBe('BadRedirect');
    expect(await build(networkOf({ [LINK]: opaque }))).toBe('BadRedirect');
  });

  it('is not asked of origins that a test allows', async () => {
    const { network } = watching({}, page('<title>T</title>'));
    const policy = { testOrigins: ['https://a.org'] };
    expect(await build(network, {}, { policy })).toMatchObject({ preview: { title: 'T' } });
  });

  it('beforehand is all addresses of the name: one private one is enough', async () => {
    const resolving = (addresses: string[]) => ({
      ...networkOf({ [LINK]: page('<title>T</title>'), 'https://8.8.8.8/': page('<title>L</title>') }),
      resolve: vi.fn(async () => addresses),
    });
    const bad = resolving(['8.8.8.8', '192.168.0.1']);
    expect(await build(bad)).toBe('PrivateAddress');
    expect(bad.asked).toEqual([]);
    expect(await build(resolving(['8.8.8.8', '2606:4700::1111']))).toMatchObject({ preview: { title: 'T' } });
    const literal = resolving(['10.0.0.1']);
    expect(await build(literal, { url: 'https://8.8.8.8/' })).toMatchObject({ preview: { title: 'L' } });
    expect(literal.resolve).not.toHaveBeenCalled();
    const lost = { ...networkOf({}), resolve: async () => Promise.reject(new Error('no such name')) };
    expect(await build(lost)).toBe('Unreachable');
  });
});
