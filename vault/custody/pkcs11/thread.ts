/**
 * The HSM's own thread in vault-hsm: custody by an HSM, called from the other thread. PKCS#11 answers when it is done and
 * not before, so that here nothing else waits for it: database, line and answers go on meanwhile.
 *
 * Invariant: calls are made one after the other, short ones before the others, and each of these two kinds in the order in
 * which they came.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { SecretBytes } from '../../../lib/bytes/index.ts';
import type { Custody } from '../custody.ts';
import { openCustody } from '../index.ts';
import { type Parcel, packSettled, unpackCalls } from './parcel.ts';
import { type Call, type Method, type Opened, type Settled, type Start, thrownOf } from './thread-messages.ts';

/**
 * Answers go back together, so many at most: a message costs more than what it carries, and what is answered together is
 * asked, and then committed, together again.
 */
const MOST_TOGETHER = 64;

/**
 * The short ones, which go before the others: what the next commit waits for, and what the next answer waits for. Behind the
 * evaluations of the last commit they would come when those are all done, and the HSM would then wait for disk and clients.
 */
const SHORT: ReadonlySet<Method> = new Set<Method>(['mac', 'sign', 'writeAnchor']);

const port = parentPort!;
const short: Call[] = [];
const long: Call[] = [];
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

function sort(parcel: Parcel): void {
  for (const call of unpackCalls(parcel)) (SHORT.has(call.method) ? short : long).push(call);
}

/** Takes in what came meanwhile: while this thread works, its loop does not turn. */
function takeIn(): void {
  for (;;) {
    const more = receiveMessageOnPort(port);
    if (more === undefined) return;
    sort(more.message as Parcel);
  }
}

async function settleAll(custody: Custody, calls: readonly Call[]): Promise<Settled[]> {
  const settled: Settled[] = [];
  for (const call of calls) settled.push(await settle(custody, call));
  return settled;
}

function tell(settled: readonly Settled[]): void {
  port.postMessage(packSettled(settled));
}

/** Makes all calls that are there, and those that come meanwhile. */
async function work(custody: Custody): Promise<void> {
  let settled: Settled[] = [];
  for (;;) {
    takeIn();
    if (short.length > 0) tell(await settleAll(custody, short.splice(0, MOST_TOGETHER)));
    // One at least in every round: however many short calls come, they do not keep it waiting for ever.
    const call = long.shift();
    if (call !== undefined) {
      settled.push(await settle(custody, call));
      // While as many wait as are told, those come back with more before there is nothing to do.
      if (settled.length < Math.min(MOST_TOGETHER, long.length)) continue;
      tell(settled);
      settled = [];
    } else if (short.length === 0) return;
  }
}

const custody = await open();
if (custody === undefined) port.close();
else {
  port.on('message', (parcel: Parcel) => {
    sort(parcel);
    if (working) return;
    working = true;
    void work(custody).finally(() => {
      working = false;
    });
  });
}
