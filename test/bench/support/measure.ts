/**
 * Owns: comparing two ways of doing the same work fairly, in one process and in turns: peer, project, peer, project...
 * so that a slow spell of the machine falls on both. Medians are kept, since a shared machine's means are meaningless.
 * Does not own: printing; see report.ts.
 */

/** One side of a comparison. `Input` is what `prepare` makes and `run` uses up. */
export interface Contender<Input> {
  readonly name: string;
  /** Makes what one round needs, untimed: fresh sessions, or ciphertexts to decrypt. */
  readonly prepare: () => Input | Promise<Input>;
  /** One timed round: does the work `operations` times. May be synchronous or asynchronous. */
  readonly run: (input: Input) => unknown;
}

export interface Comparison<ProjectInput, PeerInput> {
  readonly project: Contender<ProjectInput>;
  readonly peer: Contender<PeerInput>;
  /** How often one call of `run` does the work, the same for both sides; 1 or more. */
  readonly operations: number;
  /** Timed rounds of each side; 21 unless told. */
  readonly rounds?: number;
  /** Untimed rounds of each side before, so that both are compiled and warm; 5 unless told. */
  readonly warmUps?: number;
}

/** Milliseconds per operation over the timed rounds. */
export interface Timing {
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
}

export interface Measurement {
  readonly project: Timing;
  readonly peer: Timing;
  readonly peerName: string;
}

/**
 * Measures both sides in turns. Whatever a side throws ends the measurement.
 * Garbage is collected before each round where Node was started with --expose-gc, so that neither side pays for
 * the other's.
 */
export async function measureInTurns<ProjectInput, PeerInput>(
  comparison: Comparison<ProjectInput, PeerInput>,
): Promise<Measurement> {
  const { project, peer, operations, rounds = 21, warmUps = 5 } = comparison;
  if (!(operations >= 1 && rounds >= 1)) throw new RangeError('a measurement needs at least one operation and round');
  const projectTimes: number[] = [];
  const peerTimes: number[] = [];
  for (let round = -warmUps; round < rounds; round += 1) {
    const peerMs = await timeRound(peer);
    const projectMs = await timeRound(project);
    if (round < 0) continue;
    peerTimes.push(peerMs / operations);
    projectTimes.push(projectMs / operations);
  }
  return { project: summarise(projectTimes), peer: summarise(peerTimes), peerName: peer.name };
}

async function timeRound<Input>({ prepare, run }: Contender<Input>): Promise<number> {
  const input = await prepare();
  globalThis.gc?.();
  const began = performance.now();
  const pending = run(input);
  // A synchronous side must not pay for a turn of the event loop.
  if (pending instanceof Promise) await pending;
  return performance.now() - began;
}

function summarise(times: readonly number[]): Timing {
  return { medianMs: median(times), fastestMs: Math.min(...times), slowestMs: Math.max(...times) };
}

/** The middle value, or the mean of the two middle ones. Throws RangeError on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  if (upper === undefined || lower === undefined) throw new RangeError('no values');
  return (lower + upper) / 2;
}
