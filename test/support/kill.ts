/** Owns killing: the service worker of an extension, and a whole browser with every process of it. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';

/** The browser answers before the worker has ended: until then it would go on answering others. In milliseconds. */
const ENDING_MS = 5000;

/** Ends the service worker of the extension at once, wherever it is, and waits until it is gone. */
export async function killWorker(browser: Browser): Promise<void> {
  const session = await browser.target().createCDPSession();
  try {
    const filter = [{ type: 'service_worker' }];
    const { targetInfos } = await session.send('Target.getTargets', { filter });
    const workers = new Set(
      targetInfos.filter(({ url }) => url.startsWith('chrome-extension://')).map(({ targetId }) => targetId),
    );
    const gone = new Promise<void>((resolve) => {
      session.on('Target.targetDestroyed', ({ targetId }) => {
        workers.delete(targetId);
        if (workers.size === 0) resolve();
      });
    });
    await session.send('Target.setDiscoverTargets', { discover: true, filter });
    // One that has just ended by itself is what was wanted.
    const closing = [...workers].map((targetId) =>
      session.send('Target.closeTarget', { targetId }).catch(() => workers.delete(targetId)),
    );
    await Promise.all(closing);
    if (workers.size > 0) await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, ENDING_MS))]);
  } finally {
    await session.detach();
  }
}

/** SIGKILL to the browser and all that it started; takes away the lock that only a living one may hold. */
export async function killBrowser(browser: Browser): Promise<void> {
  const main = browser.process();
  if (main?.pid === undefined) throw new RangeError('a browser without a process of its own');
  const gone = new Promise((resolve) => main.once('exit', resolve));
  for (const pid of [main.pid, ...descendantsOf(main.pid)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with the one before.
    }
  }
  await gone;
  const profile = main.spawnargs.find((each) => each.startsWith('--user-data-dir='))!.split('=')[1]!;
  rmSync(join(profile, 'SingletonLock'), { force: true });
}

/** All processes below `pid`, by what the kernel says of their parents. */
function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The name of the program, in brackets, may hold anything; the parent is the second field after it.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      parents.set(Number(name), Number(fields[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const found = [pid];
  for (const each of found) for (const [child, parent] of parents) if (parent === each) found.push(child);
  return found.slice(1);
}
