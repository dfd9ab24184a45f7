/**
 * Owns the text of an anchor as it stands in an HSM's object or in a file: base64url of seq (8 bytes, big-endian) and
 * head (32 bytes). Text, because the attributes that a device lets be rewritten are texts.
 */
import { ByteReader, concatBytes, decodeBase64Url, encodeBase64Url, writeUint64 } from '../../lib/bytes/index.ts';
import { type Anchor, REPLICA_NAME } from './custody.ts';
import { custodyFailure } from './failure.ts';

/** SHA-256 of the attempt log's newest entry, in bytes. */
const HEAD_LENGTH = 32;

/** 54 letters. Throws RangeError on a head that is not 32 bytes or a seq that is no safe integer. */
export function encodeAnchor({ seq, head }: Anchor): string {
  if (head.length !== HEAD_LENGTH) throw new RangeError(`a head has ${HEAD_LENGTH} bytes`);
  return encodeBase64Url(concatBytes(writeUint64(seq), head));
}

/** The anchor, or undefined for a text that is none. */
export function decodeAnchor(text: string): Anchor | undefined {
  const bytes = decodeBase64Url(text);
  if (bytes?.length !== 8 + HEAD_LENGTH) return undefined;
  const reader = new ByteReader(bytes, () => custodyFailure('AnchorInvalid'));
  try {
    return { seq: reader.uint53(), head: reader.take(HEAD_LENGTH) };
  } catch {
    return undefined;
  }
}

/** Throws RangeError on a name that is no {@link REPLICA_NAME}: names come from the operator's configuration. */
export function requireReplicaName(replica: string): void {
  if (!REPLICA_NAME.test(replica))
    throw new RangeError('a replica has 1 to 32 letters, digits, dots, dashes or underscores');
}
