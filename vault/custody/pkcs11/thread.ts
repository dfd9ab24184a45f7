/**
 * The HSM's own thread in vault-hsm: custody by an HSM, called from the other thread. PKCS#11 answers when it is done and
 * not before, so that here nothing else waits for it: database, line and answers go on meanwhile.
 *
 * Invariant: calls are made one after the other, in the order in which they came.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SecretBytes } from '../../../lib/bytes/index.ts';
import type { Custody } from '../custody.ts';
import { openCustody } from '../index.ts';
import { type Call, type Opened, type Settled, type Start, thrownOf } from './thread-messages.ts';

/** Answers go back together, so many at most: a message costs more than what it carries. */
const MOST_TOGETHER = 16;

const port = parentPort!;
const calls: Call[] = [];
let working = false;

async function open(): Promise<Custody | undefined> {
  const { settings, pin } = workerData as Start;
  let opened: Opened;
  let custody: Custody | undefined;
  try {
    custody = await openCustody({ ...settings, pin: SecretBytes.of(pin) });
    const { mode, grade, weaknesses, identityKey, lineage } = custody;
    opened = { features: { mode, grade, weaknesses, identityKey, lineage } };
  } catch (error) {
    opened = { thrown: thrownOf(error) };
  }
  port.postMessage(opened);
  return custody;
}

async function settle(custody: Custody, { id, method, args }: Call): Promise<Settled> {
  try {
    const call = custody[method] as (...args: unknown[]) => Promise<unknown>;
    return { id, value: await call.apply(custody, [...args]) };
  } catch (error) {
    return { id, thrown: thrownOf(error) };
  }
}

/** Makes some calls, and lets what came meanwhile in before the next. */
async function work(custody: Custody): Promise<void> {
  const settled: Settled[] = [];
  for (const call of calls.splice(0, MOST_TOGETHER)) settled.push(await settle(custody, call));
  port.postMessage(settled);
  if (calls.length > 0) setImmediate(() => void work(custody));
  else working = false;
}

const custody = await open();
if (custody === undefined) port.close();
else {
  port.on('message', (more: Call[]) => {
    calls.push(...more);
    if (working) return;
    working = true;
    void work(custody);
  });
}
