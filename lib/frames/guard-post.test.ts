import { describe, expect, it } from 'vitest';
import { GuardPost } from './guard-post.ts';

function open(saved: number[][] = [[]]) {
  const told: [number, boolean][] = [];
  const post = new GuardPost({
    tell: (tab, armed) => told.push([tab, armed]),
    load: async () => saved.at(-1)!,
    save: async (tabs) => {
      saved.push([...tabs]);
    },
  });
  return { post, told, saved };
}

describe('the guard post', () => {
  it('tells every frame of a tab each time, and keeps a change only', async () => {
    const { post, told, saved } = open();
    await post.arm(7, true);
    await post.arm(7, true);
    await post.arm(7, false);
    await post.arm(8, false);
    expect(told).toEqual([
      [7, true],
      [7, true],
      [7, false],
      [8, false],
    ]);
    expect(saved).toEqual([[], [7], []]);
  });

  it('still knows the armed tabs when the worker has been away', async () => {
    const { post } = open([[7]]);
    expect([await post.isArmed(7), await post.isArmed(8)]).toEqual([true, false]);
  });
});
