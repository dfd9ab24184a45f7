import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Listener = (message: unknown, sender: { id?: string; url?: string }) => unknown;
const runtime = vi.hoisted(() => ({
  id: 'sotto',
  getURL: (path: string) => `chrome-extension://sotto/${path}`,
  sendMessage: vi.fn(),
  listeners: [] as unknown[],
  onMessage: { addListener: (listener: unknown) => runtime.listeners.push(listener) },
}));
vi.mock('../browser.ts', () => ({ browser: { runtime } }));
const { answerPopupState, requestPopupState } = await import('./index.ts');

const state = { version: '1.2.3', allowedSites: 2, cryptoReady: true };
const popup = { id: 'sotto', url: 'chrome-extension://sotto/popup.html' };

describe('the background', () => {
  let answer: Listener;
  beforeEach(() => {
    runtime.listeners.length = 0;
    answerPopupState(async () => state);
    answer = runtime.listeners[0] as Listener;
  });

  it('answers the popup', async () => {
    expect(await answer('popup-state', popup)).toEqual(state);
  });

  it.each([
    ['a content script', { id: 'sotto', url: 'https://chat.example/' }],
    ['another extension', { id: 'other', url: 'chrome-extension://sotto/popup.html' }],
    ['a page whose address only begins alike', { id: 'sotto', url: 'chrome-extension://sotto.evil/popup.html' }],
    ['a sender without an address', { id: 'sotto' }],
  ])('does not answer %s', (_, sender) => {
    expect(answer('popup-state', sender)).toBeUndefined();
  });

  it.each([['another question'], [{ question: 'popup-state' }], [undefined]])('leaves %j to others', (message) => {
    expect(answer(message, popup)).toBeUndefined();
  });
});

describe('the popup', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gets the answer, and waits for nothing afterwards', async () => {
    runtime.sendMessage.mockResolvedValue(state);
    expect(await requestPopupState()).toEqual(state);
    expect(runtime.sendMessage).toHaveBeenCalledExactlyOnceWith('popup-state');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up after five seconds of silence', async () => {
    runtime.sendMessage.mockReturnValue(new Promise(() => {}));
    const request = requestPopupState().catch((error: Error) => error.message);
    let given: string | undefined;
    void request.then((result) => {
      given = result as string;
    });
    await vi.advanceTimersByTimeAsync(4999);
    expect(given).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(given).toBe('the background gave no answer');
  });

  it('hears of it when there is no background', async () => {
    runtime.sendMessage.mockRejectedValue(new Error('Receiving end does not exist'));
    await expect(requestPopupState()).rejects.toThrow('Receiving end does not exist');
  });
});
