/** Owns taking in a picture's file: at most 2 MiB, and no further than needed to see that it is none or too large. */
import { readBody } from './body.ts';
import type { Deadline } from './deadline.ts';
import { refusal } from './failure.ts';
import { MAX_SNIFFED_BYTES, MAX_SOURCE_BYTES } from './limits.ts';
import { inspectPicture } from './picture.ts';
import { sniffPicture } from './picture-kind.ts';

/** Most formats tell their size within this many bytes. */
const FIRST_LOOK_BYTES = 1024;

/** The file's bytes, looked at. Throws NotAPicture, PictureTooLarge, TooSlow, Cancelled or Unreachable. */
export async function readPicture(response: Response, deadline: Deadline): Promise<Uint8Array> {
  if (Number(response.headers.get('content-length')) > MAX_SOURCE_BYTES) throw refusal('PictureTooLarge');
  const file = new Uint8Array(MAX_SOURCE_BYTES + 1);
  let length = 0;
  let nextLook = FIRST_LOOK_BYTES;
  let known = false;
  await readBody(response, file.length, deadline, (bytes) => {
    file.set(bytes, length);
    length += bytes.length;
    if (known || length < nextLook) return 'more';
    // Each look at twice as much: a file that drips in is not looked at for every drop.
    nextLook = length * 2;
    known = sniffPicture(file.subarray(0, length)) !== undefined;
    if (known) inspectPicture(file.subarray(0, length));
    else if (length >= MAX_SNIFFED_BYTES) throw refusal('NotAPicture');
    return 'more';
  });
  if (length > MAX_SOURCE_BYTES) throw refusal('PictureTooLarge');
  inspectPicture(file.subarray(0, length));
  return file.slice(0, length);
}
