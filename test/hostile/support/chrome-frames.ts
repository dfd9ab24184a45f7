/**
 * Owns reaching our frames in Chrome past Puppeteer's list of frames, which loses one now and then when two of one origin
 * come up at a time: the browser's own list of targets does not.
 */
import type { Browser, CDPSession } from 'puppeteer-core';

/** Evaluates an expression in one frame. */
export interface Reach {
  readonly address: string;
  evaluate<Value>(expression: string): Promise<Value>;
}

/** Gives the frames of extension pages that stand in the page now. */
export async function createReach(browser: Browser): Promise<() => Promise<Reach[]>> {
  const session = await browser.target().createCDPSession();
  const sessions = new Map<string, CDPSession>();

  async function attach(targetId: string): Promise<CDPSession> {
    const known = sessions.get(targetId);
    if (known !== undefined) return known;
    const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: true });
    const attached = session.connection()!.session(sessionId)!;
    sessions.set(targetId, attached);
    return attached;
  }
  return async () => {
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'iframe' }] });
    const frames = targetInfos.filter(({ url }) => url.startsWith('chrome-extension://'));
    return frames.map(({ targetId, url }) => ({
      address: url,
      evaluate: async <Value>(expression: string) => {
        const client = await attach(targetId);
        const { result } = await client.send('Runtime.evaluate', {
          expression,
          returnByValue: true,
          awaitPromise: true,
        });
        return result.value as Value;
      },
    }));
  };
}
