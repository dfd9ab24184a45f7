import { describe, expect, it } from 'vitest';
import { networkOf, RateLimit } from './rate-limit.ts';

describe('the rate of requests', () => {
  it('is counted for each network and minute', () => {
    let now = 100_000;
    const limit = new RateLimit(2, () => now);
    expect([1, 2, 3].map(() => limit.refuse('10.0.0.1'))).toEqual([undefined, undefined, 160_000]);
    expect(limit.refuse('10.0.0.200')).toBe(160_000);
    expect(limit.refuse('10.0.1.1')).toBeUndefined();
    now = 159_999;
    expect(limit.refuse('10.0.0.1')).toBe(160_000);
    now = 160_000;
    expect(limit.refuse('10.0.0.1')).toBeUndefined();
    now = 50_000;
    expect(limit.refuse('10.0.0.1')).toBeUndefined();
  });

  it('of more networks than are counted is counted together', () => {
    const limit = new RateLimit(1, () => 1);
    for (let n = 0; n < 50_000; n++) limit.refuse(`10.${n >> 8}.${n & 255}.1`);
    expect(limit.refuse('192.0.2.1')).toBeUndefined();
    expect(limit.refuse('198.51.100.1')).toBe(60_000);
    expect(limit.refuse('10.0.0.1')).toBe(60_000);
  });

  it.each([
    ['10.1.2.3', '10.1.2'],
    ['::ffff:10.1.2.3', '10.1.2'],
    ['2001:db8:1:2::5', '2001:db8:1'],
    ['2001:db8:1::', '2001:db8:1'],
    ['2001:db8::1', '2001:db8:0'],
    ['::1', '0:0:0'],
    ['1:2:3:4:5:6:7:8', '1:2:3'],
    ['fe80::1%eth0', 'fe80:0:0'],
    ['nonsense', 'nonsense'],
  ])('knows %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
