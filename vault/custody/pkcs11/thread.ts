/**
 * The HSM's own thread in vault-hsm: custody by an HSM, called from the other thread. PKCS#11 answers when it is done and
 * not before, so that here nothing else waits for it: database, line and answers go on meanwhile.
 *
 * Invariant: calls are made one after the other, those that a commit waits for before the others, and each of these two
 * kinds in the order in which they came.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { SecretBytes } from '../../../lib/bytes/index.ts';
import type { Custody } from '../custody.ts';
import { openCustody } from '../index.ts';
import { type Call, type Method, type Opened, type Settled, type Start, thrownOf } from './thread-messages.ts';

/**
 * Answers go back together, so many at most: a message costs more than what it carries, and what is answered together is
 * asked, and then committed, together again.
 */
const MOST_TOGETHER = 64;

/**
 * What the next commit waits for, and short. Behind the evaluations of the last commit it would come when they are all done,
 * and the HSM would then wait for the disk. It can't keep the others waiting for ever: a question that is under way makes a
 * few of these calls and then one of the others, and so many are under way at most.
 */
const FIRST: ReadonlySet<Method> = new Set<Method>(['mac', 'writeAnchor']);

const port = parentPort!;
const first: Call[] = [];
const others: Call[] = [];
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

function sort(calls: readonly Call[]): void {
  for (const call of calls) (FIRST.has(call.method) ? first : others).push(call);
}

/** Takes in what came meanwhile: while this thread works, its loop does not turn. */
function takeIn(): void {
  for (;;) {
    const more = receiveMessageOnPort(port);
    if (more === undefined) return;
    sort(more.message as Call[]);
  }
}

/** Makes all calls that are there, and those that come meanwhile. */
async function work(custody: Custody): Promise<void> {
  let settled: Settled[] = [];
  for (;;) {
    takeIn();
    if (first.length > 0) {
      const soon: Settled[] = [];
      for (const call of first.splice(0)) soon.push(await settle(custody, call));
      port.postMessage(soon);
      continue;
    }
    const call = others.shift();
    if (call === undefined) return;
    settled.push(await settle(custody, call));
    // While as many wait as are told, those come back with more before there is nothing to do.
    if (settled.length < Math.min(MOST_TOGETHER, others.length)) continue;
    port.postMessage(settled);
    settled = [];
  }
}

const custody = await open();
if (custody === undefined) port.close();
else {
  port.on('message', (calls: Call[]) => {
    sort(calls);
    if (working) return;
    working = true;
    void work(custody).finally(() => {
      working = false;
    });
  });
}
