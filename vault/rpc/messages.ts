/**
 * Owns what the two processes of a vault say to each other: four questions and their answers, strict, each with the
 * number of its question.
 */
import { ByteReader, ByteWriter, decodeUtf8, encodeUtf8 } from '../../lib/bytes/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import {
  ANSWER_SIGNATURE_LENGTH,
  BLOB_KEY_LENGTH,
  type BlobKey,
  NONCE_LENGTH,
  type Nonce,
  type Target,
} from '../../lib/vault-protocol/index.ts';
import type { Answer } from '../records/desk.ts';

/** What vault-web asks of vault-hsm. */
export type Question =
  /** A client's request, as it came. */
  | { readonly kind: 'serve'; readonly target: Target; readonly nonce: Nonce; readonly body: Uint8Array }
  /** What is wrong, as codes; nothing where all is well. */
  | { readonly kind: 'health' }
  | { readonly kind: 'counts' }
  /** Whether a live record named this writer of blobs. */
  | { readonly kind: 'knows'; readonly blobKey: BlobKey };

export type CountsAnswer = readonly (readonly [name: string, number: number])[];

const KINDS = ['serve', 'health', 'counts', 'knows'] as const;
/** Paths of the protocol are below 100 bytes; whatever is longer is refused before it comes here. */
const MOST_PATH_BYTES = 256;
const MOST_NAMES = 256;

function malformed(): Failure<'MalformedFrame'> {
  return new Failure('MalformedFrame');
}

export function encodeQuestion(id: number, question: Question): Uint8Array {
  const writer = new ByteWriter(512).uint32(id).uint8(KINDS.indexOf(question.kind));
  if (question.kind === 'serve') {
    writer.prefixed(encodeUtf8(question.target.method)).prefixed(encodeUtf8(question.target.path));
    writer.raw(question.nonce).prefixed(question.body);
  } else if (question.kind === 'knows') writer.raw(question.blobKey);
  return writer.finish();
}

/** Throws `MalformedFrame`. */
export function decodeQuestion(payload: Uint8Array): { id: number; question: Question } {
  const reader = new ByteReader(payload, malformed);
  const id = reader.uint32();
  const question = readQuestion(reader);
  reader.end();
  return { id, question };
}

function readQuestion(reader: ByteReader): Question {
  const kind = KINDS[reader.uint8()];
  switch (kind) {
    case 'serve': {
      const target = { method: readText(reader), path: readText(reader) };
      return { kind, target, nonce: reader.take(NONCE_LENGTH) as Nonce, body: reader.takePrefixed() };
    }
    case 'knows':
      return { kind, blobKey: reader.take(BLOB_KEY_LENGTH) as BlobKey };
    case 'health':
    case 'counts':
      return { kind };
    default:
      throw malformed();
  }
}

function readText(reader: ByteReader): string {
  const text = decodeUtf8(reader.takePrefixed(MOST_PATH_BYTES));
  if (text === undefined) throw malformed();
  return text;
}

export function encodeAnswer({ status, signature, body }: Answer): Uint8Array {
  const writer = new ByteWriter(8 + ANSWER_SIGNATURE_LENGTH + body.length).uint16(status);
  writer.optional(signature, (bytes) => writer.raw(bytes));
  return writer.prefixed(body).finish();
}

export function decodeAnswer(payload: Uint8Array): Answer {
  const reader = new ByteReader(payload, malformed);
  const status = reader.uint16();
  const signature = reader.optional(() => reader.take(ANSWER_SIGNATURE_LENGTH));
  const body = reader.takePrefixed();
  reader.end();
  return { status, signature, body };
}

export function encodeHealth(problems: readonly string[]): Uint8Array {
  const writer = new ByteWriter();
  return writer.list(problems, (problem) => writer.prefixed(encodeUtf8(problem))).finish();
}

export function decodeHealth(payload: Uint8Array): readonly string[] {
  const reader = new ByteReader(payload, malformed);
  const problems = reader.list(MOST_NAMES, () => readText(reader));
  reader.end();
  return problems;
}

export function encodeCounts(counts: CountsAnswer): Uint8Array {
  const writer = new ByteWriter();
  return writer.list(counts, ([name, number]) => writer.prefixed(encodeUtf8(name)).uint53(number)).finish();
}

export function decodeCounts(payload: Uint8Array): CountsAnswer {
  const reader = new ByteReader(payload, malformed);
  const counts = reader.list(MOST_NAMES, () => [readText(reader), reader.uint53()] as const);
  reader.end();
  return counts;
}

export function encodeKnows(known: boolean): Uint8Array {
  return new ByteWriter(1).flag(known).finish();
}

export function decodeKnows(payload: Uint8Array): boolean {
  const reader = new ByteReader(payload, malformed);
  const known = reader.flag();
  reader.end();
  return known;
}

/** An answer on its way: the number of its question, and its bytes, or none where the question could not be answered. */
export function encodeReply(id: number, payload: Uint8Array | undefined): Uint8Array {
  const writer = new ByteWriter(16 + (payload?.length ?? 0)).uint32(id);
  return writer.optional(payload, (bytes) => writer.prefixed(bytes)).finish();
}

export function decodeReply(payload: Uint8Array): { id: number; payload: Uint8Array | undefined } {
  const reader = new ByteReader(payload, malformed);
  const id = reader.uint32();
  const reply = reader.optional(() => reader.takePrefixed());
  reader.end();
  return { id, payload: reply };
}
