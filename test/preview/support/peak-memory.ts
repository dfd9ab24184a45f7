/** Owns measuring how much more memory this process takes at its peak while something runs. Needs --expose-gc. */

const MIB = 1024 * 1024;

/** What `work` gives, and the peak above the start, in MiB of resident memory. */
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
