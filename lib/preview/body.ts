/** Owns reading a body bit by bit: never more than is asked for, and nothing after it. Counted after decompression. */
import type { Deadline } from './deadline.ts';
import { asFailure } from './hop.ts';

/**
 * Hands the body's bytes to `take`, until that says `enough`, `most` bytes were handed over, or the body ends. The last piece is
 * cut to fit. Throws TooSlow, Cancelled or Unreachable.
 */
export async function readBody(
  response: Response,
  most: number,
  deadline: Deadline,
  take: (bytes: Uint8Array) => 'more' | 'enough',
): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let left = most;
  try {
    for (;;) {
      const { done, value } = await deadline
        .wait(() => reader.read())
        .catch((error) => {
          throw asFailure(error);
        });
      if (done) return;
      const piece = value.subarray(0, left);
      left -= piece.length;
      if (take(piece) === 'enough' || left === 0) return;
    }
  } finally {
    // Not waited for: a body that never ends may never be done with its cancelling either.
    reader.cancel().catch(() => undefined);
  }
}
