import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause, waitFor } from './waiting.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('pause', () => {
  it('ends after its time and leaves no timer', async () => {
    const done = vi.fn();
    const pausing = pause(100).then(done);
    await vi.advanceTimersByTimeAsync(99);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await pausing;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is refused at once by a signal, before and while it waits', async () => {
    await expect(pause(100, AbortSignal.abort())).rejects.toMatchObject({ code: 'SendAborted' });
    const abort = new AbortController();
    const pausing = pause(100, abort.signal);
    abort.abort();
    await expect(pausing).rejects.toMatchObject({ code: 'SendAborted' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('waitFor', () => {
  it('looks at once, and no longer than it may', async () => {
    expect(await waitFor(() => 'there', 0)).toBe('there');
    const look = vi.fn(() => undefined);
    const waiting = waitFor(look, 50);
    await vi.advanceTimersByTimeAsync(50);
    expect(await waiting).toBeUndefined();
    // At 0, 20, 40 and 50 ms.
    expect(look).toHaveBeenCalledTimes(4);
  });

  it('gives what it finds later', async () => {
    let value: string | undefined;
    const waiting = waitFor(() => value, 1000);
    await vi.advanceTimersByTimeAsync(30);
    value = 'late';
    await vi.advanceTimersByTimeAsync(20);
    expect(await waiting).toBe('late');
  });
});
