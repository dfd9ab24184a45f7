/** Owns measuring how much more memory this process, or a browser, takes at its peak while something runs. */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'puppeteer-core';

const MIB = 1024 * 1024;

/** What `work` gives, and the peak above the start, in MiB of this process's resident memory. Needs --expose-gc. */
export async function withPeak<Value>(work: () => Promise<Value>): Promise<{ value: Value; peakMib: number }> {
  if (globalThis.gc === undefined) throw new Error('started without --expose-gc');
  globalThis.gc();
  const before = process.memoryUsage.rss();
  let peak = before;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 2);
  try {
    const value = await work();
    look();
    return { value, peakMib: (peak - before) / MIB };
  } finally {
    clearInterval(timer);
  }
}

/**
 * What `work` gives, and the peak above the start, in MiB, of all processes of Chromium together; what several share is
 * counted once. Only where Linux tells.
 */
export async function withBrowserPeak<Value>(
  browser: Browser,
  work: () => Promise<Value>,
): Promise<{ value: Value; peakMib: number }> {
  const session = await browser.target().createCDPSession();
  const memory = async (): Promise<number> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const each = await Promise.all(processInfo.map(({ id }) => proportionalKib(id)));
    return each.reduce((sum, kib) => sum + kib, 0) / 1024;
  };
  const before = await memory();
  if (before === 0) throw new Error('nothing tells how much memory the browser takes');
  let peak = before;
  let running = true;
  const working = work().finally(() => {
    running = false;
  });
  while (running) peak = Math.max(peak, await memory());
  await session.detach();
  return { value: await working, peakMib: peak - before };
}

/** A process may end while it is looked at. */
async function proportionalKib(process: number): Promise<number> {
  const text = await readFile(`/proc/${process}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}
