/** Owns doing the work that a vault asks for before it keeps anything: a search for a hash that begins with zeros. */
import { concatBytes } from '../bytes/index.ts';
import { sha256 } from '../crypto/index.ts';
import {
  type BlobWork,
  type Bucket,
  beginsWithZeroBits,
  type RecordId,
  WORK_SOLUTION_LENGTH,
  type WorkOffer,
  type WorkSolution,
  workInput,
} from '../vault-protocol/index.ts';
import type { BackupSurroundings } from './surroundings.ts';

/** Hashes between two moments in which the rest of the program may go on: some 20 ms. */
const AT_A_TIME = 8192;

/** The work, done: 2^bits hashes on average. Gives way to others every few thousand. */
export async function solveWork(
  { wait, random }: Pick<BackupSurroundings, 'wait' | 'random'>,
  { challenge, bits }: Pick<WorkOffer, 'challenge' | 'bits'>,
  subject: RecordId | Bucket,
): Promise<BlobWork> {
  // A start of its own: who asks twice does not do the same work twice.
  const solution = concatBytes(random(4), new Uint8Array(4)) as Uint8Array as WorkSolution;
  const input = workInput(challenge, subject, solution);
  const end = input.length - WORK_SOLUTION_LENGTH;
  const view = new DataView(input.buffer, input.byteOffset);
  for (let count = 0; ; count++) {
    view.setUint32(end + 4, count);
    if (beginsWithZeroBits(sha256(input), bits)) {
      return { challenge, solution: input.slice(end) as WorkSolution };
    }
    if (count % AT_A_TIME === AT_A_TIME - 1) await wait(0);
  }
}
