/**
 * Owns: the form of a benchmark's output, one JSON object a line on standard output.
 * Does not own: measuring; see measure.ts.
 */
import type { Measurement } from './measure.ts';

/** One figure beside the anchor that it is judged by: a peer measured in the same process, or a fixed limit. */
export interface Figure {
  /** The benchmark's name, as in `npm run bench -- NAME`. */
  readonly bench: string;
  readonly figure: string;
  /** The project's own value, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** What the value is compared with, for example a library and its version. */
  readonly anchor: string;
  /** The anchor's value, in `unit`; above zero. */
  readonly anchorValue: number;
}

/** Prints a figure with `ratio` = value / anchorValue. Throws RangeError when a value is no finite number above zero. */
export function reportFigure({ bench, figure, value, unit, anchor, anchorValue }: Figure): void {
  for (const number of [value, anchorValue]) {
    if (!Number.isFinite(number) || number <= 0) throw new RangeError(`${bench} ${figure}: ${number} measures nothing`);
  }
  const ratio = value / anchorValue;
  const line = {
    bench,
    figure,
    value: round(value),
    unit,
    anchor,
    anchorValue: round(anchorValue),
    ratio: round(ratio),
  };
  console.log(JSON.stringify(line));
}

/** Prints what was measured as operations per second: a ratio above 1 says that the project is the faster one. */
export function reportRate(bench: string, figure: string, { project, peer, peerName }: Measurement): void {
  const [value, anchorValue] = [1000 / project.medianMs, 1000 / peer.medianMs];
  reportFigure({ bench, figure, value, unit: 'per-second', anchor: peerName, anchorValue });
}

/** Prints what was measured as milliseconds per operation: a ratio below 1 says that the project is the faster one. */
export function reportTime(bench: string, figure: string, { project, peer, peerName }: Measurement): void {
  const [value, anchorValue] = [project.medianMs, peer.medianMs];
  reportFigure({ bench, figure, value, unit: 'ms', anchor: peerName, anchorValue });
}

/** Four significant digits: more would be noise. Whole numbers stay whole. */
function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
