/**
 * Owns counting how often script of the extension runs, in every process of a browser, as its own trace tells.
 * Does not own what the page does meanwhile.
 */
import { rest } from '../../support/person.ts';
import type { Chromium } from './devtools.ts';

/** Every call from the browser into a script has an event that names the script. */
const CATEGORIES = ['devtools.timeline'];

interface TraceEvent {
  readonly name: string;
  readonly args?: { readonly data?: { readonly url?: string } };
}

/** How often a script of ours was called while `meanwhile` ran. */
export async function countOurCalls(browser: Chromium, meanwhile: () => Promise<unknown>): Promise<number> {
  const events: TraceEvent[] = [];
  let finish: () => void;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const end = browser.listen((method, params) => {
    if (method === 'Tracing.dataCollected') events.push(...(params.value as TraceEvent[]));
    if (method === 'Tracing.tracingComplete') finish();
  });
  await browser.call('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES, excludedCategories: ['*'] },
  });
  // Tracing itself starts a moment later in each process.
  await rest(500);
  await meanwhile();
  await browser.call('Tracing.end');
  await finished;
  end();
  return events.filter(
    ({ name, args }) => name === 'FunctionCall' && args?.data?.url?.startsWith('chrome-extension:') === true,
  ).length;
}
