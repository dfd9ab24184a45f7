import { describe, expect, it } from 'vitest';
import { createStorageKeeper } from './keeper.ts';
import { codeOf } from './test-store.ts';

describe('a keeper in the browser’s storage', () => {
  it('keeps one record under one name', async () => {
    const items: Record<string, unknown> = {};
    const keeper = createStorageKeeper({
      get: async (key) => (key in items ? { [key]: items[key] } : {}),
      set: async (more) => void Object.assign(items, more),
    });
    expect(await keeper.read()).toBeUndefined();
    await keeper.write('record');
    expect(await keeper.read()).toBe('record');
    expect(Object.keys(items)).toEqual(['sotto.store']);
    items['sotto.store'] = { no: 'text' };
    expect(await codeOf(keeper.read())).toBe('StoreDamaged');
  });
});
