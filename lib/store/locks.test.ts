import { describe, expect, it } from 'vitest';
import { createMemoryLocks, createWebLocks } from './locks.ts';

const later = () => new Promise((resolve) => setTimeout(resolve, 1));

describe.each([
  ['in memory', () => createMemoryLocks()],
  // Node has the browser's lock manager.
  ['of the browser', () => createWebLocks(navigator.locks)],
])('locks %s', (_, make) => {
  it('let one at a time hold a name, in turn, and others hold other names', async () => {
    const locks = make();
    const events: string[] = [];
    const hold = (name: string, who: string) =>
      locks.run(name, async () => {
        events.push(`${who} in`);
        await later();
        events.push(`${who} out`);
        return who;
      });
    expect(await Promise.all([hold('a', '1'), hold('a', '2'), hold('b', '3')])).toEqual(['1', '2', '3']);
    expect(events.filter((event) => !event.startsWith('3'))).toEqual(['1 in', '1 out', '2 in', '2 out']);
    expect(events.indexOf('3 in')).toBeLessThan(events.indexOf('1 out'));
  });

  it('are free again after a failure, which the caller gets', async () => {
    const locks = make();
    const stop = new Error('stop');
    await expect(locks.run('a', () => Promise.reject(stop))).rejects.toBe(stop);
    expect(await locks.run('a', async () => 'free')).toBe('free');
  });
});
