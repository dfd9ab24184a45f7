/**
 * Owns the stored form of a received chain: fixed-width integers, most significant byte first, read strictly: what this
 * room did not write is InvalidState, never a chain that breaks an invariant of `received-chain.ts`.
 */
import { ByteReader, ByteWriter, bytesOfLength, isAllZero } from '../bytes/index.ts';
import { attempt, type Outcome } from '../failure/index.ts';
import { type ContentFailureCode, refusal } from './failure.ts';
import { type ChainTag, TAG_BYTES } from './hash.ts';
import { MAX_SEQUENCE } from './link-bounds.ts';
import { type ChainGap, type ChainRun, MAX_GAPS, MAX_RUNS, type ReceivedChain } from './received-chain.ts';

/** Of the stored form: another number is another layout. */
const FORMAT = 1;

/** 5 bytes, 32 for each run, 40 for each gap: at most 41 093. */
export function encodeReceivedChain({ runs }: ReceivedChain): Uint8Array {
  const writer = new ByteWriter(128).uint8(FORMAT);
  writer.list(runs, ({ generation, floor, next, head, gaps }) => {
    writer.uint32(generation).uint32(floor).uint32(next).raw(head);
    writer.list(gaps, ({ from, to, before, after }) => writer.uint32(from).uint32(to).raw(before).raw(after));
  });
  return writer.finish();
}

/** The chain of its stored form, or InvalidState. */
export function decodeReceivedChain(bytes: Uint8Array): Outcome<ReceivedChain, ContentFailureCode> {
  return attempt(() => {
    const reader = new ByteReader(bytes, () => refusal('InvalidState'));
    if (reader.uint8() !== FORMAT) throw refusal('InvalidState');
    const runs = reader.list(MAX_RUNS, () => readRun(reader));
    reader.end();
    requireState(runs.every((run, i) => i === 0 || run.generation < runs[i - 1]!.generation));
    return { runs };
  });
}

function readRun(reader: ByteReader): ChainRun {
  const generation = reader.uint32();
  const floor = reader.uint32();
  const next = reader.uint32();
  const head = readTag(reader);
  const gaps = reader.list(MAX_GAPS, () => readGap(reader));
  requireState(next > 0 && next <= MAX_SEQUENCE + 1 && floor < next && !isAllZero(head));
  // The first number that a gap may begin with: content `floor` itself has come, unless nothing was ever given up.
  let least = floor === 0 ? 0 : floor + 1;
  for (const { from, to } of gaps) {
    requireState(from >= least && to > from && to < next);
    least = to + 1;
  }
  return { generation, floor, next, head, gaps };
}

function readGap(reader: ByteReader): ChainGap {
  const from = reader.uint32();
  const to = reader.uint32();
  const before = readTag(reader);
  const after = readTag(reader);
  requireState((from === 0) === isAllZero(before) && !isAllZero(after));
  return { from, to, before, after };
}

function readTag(reader: ByteReader): ChainTag {
  return bytesOfLength(reader.take(TAG_BYTES), TAG_BYTES);
}

function requireState(holds: boolean): void {
  if (!holds) throw refusal('InvalidState');
}
