/**
 * Owns the envelope: the six fields at the head of every content that bind it to its place and to its neighbours. They
 * are frozen for every version to come, so that a content that cannot be understood still keeps its place in the chain.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { concatBytes, isAllZero } from '../bytes/index.ts';
import { bytesOf, fixed32, uint32 } from './codec.ts';
import type { ContentContext, ContextHash, ContextMarks } from './context.ts';
import { refusal } from './failure.ts';
import { type ChainTag, HASH_BYTES, TAG_BYTES } from './hash.ts';
import { FIRST_KIND } from './kinds.ts';
import { MAX_GENERATION, MAX_SEQUENCE } from './link-bounds.ts';
import { one, optional, readFields, type Shape, writeFields } from './message.ts';
import {
  type ContentVersion,
  MAX_VERSION_NUMBER,
  MIN_VERSION_NUMBER,
  versionNumber,
  versionOfNumber,
} from './version.ts';
import { splitFields, type WireField } from './wire.ts';

/** Where a content stands in the chain of its sender. */
export interface ChainLink {
  /** Counts how often the sender's chain began anew (see `sent-chain.ts`): 0 to 2^32 - 1. */
  readonly generation: number;
  /** 0 for the first content of the generation, then one more for each. */
  readonly sequence: number;
  /** The tag of the content before it; zeros for the first. */
  readonly previous: ChainTag;
}

/** What stands at the head of a content. */
export interface Envelope {
  readonly version: ContentVersion;
  readonly context: ContentContext;
  readonly link: ChainLink;
}

interface EnvelopeFields {
  readonly version: number;
  readonly context: ContextHash;
  readonly marks: ContextMarks;
  /** Absent for generation 0, as nearly every chain is. */
  readonly generation?: number;
  readonly sequence: number;
  readonly previous: ChainTag;
}

const ENVELOPE: Shape<EnvelopeFields> = {
  version: one(1, uint32(MIN_VERSION_NUMBER, MAX_VERSION_NUMBER)),
  context: one(2, bytesOf<'ContextHash'>(HASH_BYTES)),
  marks: one(3, fixed32<'ContextMarks'>()),
  generation: optional(4, uint32(1, MAX_GENERATION)),
  sequence: one(5, uint32(0, MAX_SEQUENCE)),
  previous: one(6, bytesOf<'ChainTag'>(TAG_BYTES)),
};

/** The whole content, without padding: the envelope, then the fields of the kind. */
export function encodeEnvelope({ version, context, link }: Envelope, body: Uint8Array): Uint8Array {
  const { generation, sequence, previous } = link;
  const writer = new BinaryWriter();
  writeFields(writer, ENVELOPE, {
    version: versionNumber(version),
    context: context.hash,
    marks: context.marks,
    ...(generation === 0 ? {} : { generation }),
    sequence,
    previous,
  });
  return concatBytes(writer.finish(), body);
}

/** The envelope of a content, and the fields of its kind, not looked at yet. Throws Malformed. */
export function decodeEnvelope(encoded: Uint8Array): { envelope: Envelope; body: WireField[] } {
  const fields = splitFields(encoded);
  const isHead = ({ number }: WireField) => number < FIRST_KIND;
  const head = readFields(ENVELOPE, fields.filter(isHead), false);
  const { sequence, previous, generation = 0 } = head;
  // Only the first content has none before it.
  if ((sequence === 0) !== isAllZero(previous)) throw refusal('Malformed');
  const envelope = {
    version: versionOfNumber(head.version),
    context: { hash: head.context, marks: head.marks },
    link: { generation, sequence, previous },
  };
  return { envelope, body: fields.filter((field) => !isHead(field)) };
}
