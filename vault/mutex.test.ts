import { describe, expect, it } from 'vitest';
import { KeyedMutex, Mutex } from './mutex.ts';

function task(log: string[], name: string, fails = false) {
  return async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    log.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
}

describe('taking turns', () => {
  it('runs one task after the other, also after one that fails', async () => {
    const log: string[] = [];
    const turns = new Mutex();
    const all = ['a', 'b', 'c'].map((name) => turns.run(task(log, name, name === 'b')));
    expect(await Promise.allSettled(all)).toMatchObject([{ value: 'a' }, { status: 'rejected' }, { value: 'c' }]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('by key runs those of other keys at the same time', async () => {
    const log: string[] = [];
    const turns = new KeyedMutex();
    const runs = [
      turns.run('x', task(log, 'x1', true)),
      turns.run('y', task(log, 'y1')),
      turns.run('x', task(log, 'x2')),
    ];
    await Promise.allSettled(runs);
    expect(log.slice(0, 2)).toEqual(['x1 begins', 'y1 begins']);
    expect(log.indexOf('x2 begins')).toBeGreaterThan(log.indexOf('x1 ends'));
    expect(await turns.run('x', task(log, 'x3'))).toBe('x3');
  });
});
