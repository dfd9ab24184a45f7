import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RequestDetails, type RequestEvent, type RequestEvents, watchRequests } from './index.ts';

const OWN = 'chrome-extension://abc/';
const LINK = 'https://a.org/b';

type Listener = Parameters<RequestEvent['addListener']>[0];
class FakeEvent implements RequestEvent {
  readonly listeners = new Map<Listener, unknown>();
  addListener(listener: Listener, ...asked: unknown[]): void {
    this.listeners.set(listener, asked);
  }
  removeListener(listener: Listener): void {
    this.listeners.delete(listener);
  }
  fire(details: Partial<RequestDetails>): void {
    for (const listener of this.listeners.keys())
      listener({ url: LINK, tabId: -1, initiator: 'chrome-extension://abc', ...details });
  }
}
const makeEvents = () => ({
  onHeadersReceived: new FakeEvent(),
  onBeforeRedirect: new FakeEvent(),
  onResponseStarted: new FakeEvent(),
});

describe('watching a request', () => {
  let events: ReturnType<typeof makeEvents> & RequestEvents;
  const settle = vi.fn(async () => {});
  const watch = (url = `${LINK}#part`) => watchRequests(events, OWN, settle)(url);
  const location = (value: string) => [{ name: 'Location', value }];
  beforeEach(() => {
    vi.useFakeTimers();
    events = makeEvents();
  });
  afterEach(() => void vi.useRealTimers());
  const seen = async (watched: Awaited<ReturnType<typeof watch>>) => {
    const pending = watched.seen();
    await vi.advanceTimersByTimeAsync(1000);
    return pending;
  };

  it('tells what Chromium tells of an answer, and of a redirect', async () => {
    const answer = await watch();
    events.onHeadersReceived.fire({ responseHeaders: [{ name: 'x', value: 'y' }] });
    events.onResponseStarted.fire({ ip: '8.8.8.8' });
    expect(await answer.seen()).toEqual({ address: '8.8.8.8' });
    answer.stop();
    const redirect = await watch();
    events.onHeadersReceived.fire({ responseHeaders: location('/c') });
    events.onBeforeRedirect.fire({ ip: '8.8.4.4', redirectUrl: 'https://a.org/c' });
    expect(await redirect.seen()).toEqual({ location: '/c', address: '8.8.4.4' });
  });

  it('tells what Firefox tells', async () => {
    const watched = await watch();
    const details = { initiator: undefined, originUrl: 'chrome-extension://abc/_generated_background_page.html' };
    events.onHeadersReceived.fire({ ...details, ip: '::1', responseHeaders: location('https://b.org/') });
    expect(await watched.seen()).toEqual({ location: 'https://b.org/', address: '::1' });
  });

  it('tells where the browser leads by itself, and keeps to what it heard first', async () => {
    const watched = await watch();
    events.onBeforeRedirect.fire({ redirectUrl: 'https://a.org/1', ip: '1.1.1.1' });
    events.onBeforeRedirect.fire({ redirectUrl: 'https://a.org/2', ip: '2.2.2.2' });
    expect(await watched.seen()).toEqual({ location: 'https://a.org/1', address: '1.1.1.1' });
  });

  it('takes nothing for ours that is of a tab, of another address, or of somebody else', async () => {
    const watched = await watch();
    const whole = { ip: '8.8.8.8', responseHeaders: location('/c') };
    events.onHeadersReceived.fire({ ...whole, tabId: 1 });
    events.onHeadersReceived.fire({ ...whole, url: `${LINK}c` });
    events.onHeadersReceived.fire({ ...whole, initiator: 'chrome-extension://other' });
    events.onHeadersReceived.fire({ ...whole, initiator: undefined });
    expect(await seen(watched)).toEqual({});
  });

  it('waits for an address a second, and then tells what there is', async () => {
    const watched = await watch();
    events.onHeadersReceived.fire({ ip: null, responseHeaders: location('/c') });
    let told: unknown;
    void watched.seen().then((value) => {
      told = value;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(told).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual({ location: '/c' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('listens outside of tabs alone, for the host that is asked, and no longer than asked', async () => {
    const watched = await watch('https://a.org:8443/b');
    const filter = { urls: ['https://a.org/*'], types: ['xmlhttprequest'], tabId: -1 };
    expect([...events.onHeadersReceived.listeners.values()]).toEqual([[filter, ['responseHeaders']]]);
    expect([...events.onBeforeRedirect.listeners.values()]).toEqual([[filter]]);
    expect([...events.onResponseStarted.listeners.values()]).toEqual([[filter]]);
    watched.stop();
    for (const event of Object.values(events)) expect(event.listeners.size).toBe(0);
  });

  it('begins when the browser has heard of the listeners, and leaves none where it cannot', async () => {
    settle.mockImplementationOnce(async () => {
      expect(events.onResponseStarted.listeners.size).toBe(1);
      throw new Error('gone');
    });
    await expect(watch()).rejects.toThrow('gone');
    for (const event of Object.values(events)) expect(event.listeners.size).toBe(0);
  });
});
