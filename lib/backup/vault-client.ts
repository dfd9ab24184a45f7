/**
 * Owns one signed question to one vault (docs/vault-protocol.md, "Signed answers"): a nonce with it, and an answer that
 * counts only with the signature of the pinned key over question and answer together.
 * Does not own what to ask, nor what follows from a refusal.
 */
import { p256Ready, sha256, verifyEcdsaP256 } from '../crypto/index.ts';
import { Failure } from '../failure/index.ts';
import type { Locator } from '../vault-protocol/index.ts';
import {
  ANSWER_SIGNATURE_LENGTH,
  answerTranscript,
  decodeBody,
  decodeHeader,
  decodeRefusal,
  encodeBody,
  encodeHeader,
  INFO_TARGET,
  type InfoAnswer,
  infoAnswer,
  MOST_BODY_BYTES,
  NONCE_HEADER,
  NONCE_LENGTH,
  type Nonce,
  type RecordAction,
  type Refusal,
  recordActions,
  recordTarget,
  type Sha256,
  type Shape,
  SIGNATURE_HEADER,
  type Target,
} from '../vault-protocol/index.ts';
import { hostUrl, recordIdOf, type VaultAddress, vaultIdOf } from './address.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import { type BackupFailure, refusal, type VaultProblem } from './failure.ts';
import type { BackupSurroundings } from './surroundings.ts';

/** A signed answer: what was asked for, or why not. */
export type VaultAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * What only the vault's own word settles: without its signature such a status is a lie. Any other may come from what
 * stands before the vault, and means that it was not reached.
 */
const SETTLING: readonly number[] = [200, 201, 401, 402, 409, 410, 425];

/** Asks `vault` about the record of `locator`. Throws VaultUnreachable, VaultLied. */
export async function askVault<Question, Value>(
  around: BackupSurroundings,
  vault: VaultAddress,
  locator: Locator,
  action: RecordAction,
  question: { readonly shape: Shape<Question>; readonly value: Question },
  answer: Shape<Value>,
): Promise<VaultAnswer<Value>> {
  const target = recordTarget(action, recordIdOf(locator, vault.identityKey));
  const body = encodeBody(question.shape, question.value);
  const received = await askSigned(around, vault, target, body);
  const { status } = recordActions[action];
  if (received.status !== status)
    return { ok: false, refusal: read(vault, () => decodeRefusal(received.status, received.body)) };
  return { ok: true, value: read(vault, () => decodeBody(answer, received.body)) };
}

/** What the vault says of itself, signed by the pinned key. Throws VaultUnreachable, VaultLied. */
export async function askInfo(around: BackupSurroundings, vault: VaultAddress): Promise<InfoAnswer> {
  const received = await askSigned(around, vault, INFO_TARGET, undefined);
  const info = read(vault, () => decodeBody(infoAnswer, received.body));
  if (encodeHeader(info.identityKey) !== encodeHeader(vault.identityKey)) throw vaultFailure(vault, 'lied');
  return info;
}

/**
 * What a vault that is not known yet says of itself: its own key is taken from the answer, which must be signed by it. That
 * proves who answers from now on, not who operates it. Throws AddressMalformed, HostUnreachable, HostFaulty.
 */
export async function inspectVault(
  around: BackupSurroundings,
  text: string,
): Promise<{ readonly vault: VaultAddress; readonly info: InfoAnswer }> {
  const url = hostUrl(text);
  const nonce = around.random(NONCE_LENGTH) as Nonce;
  const received = await send(around, url, INFO_TARGET, nonce, undefined);
  if (received === undefined) throw refusal('HostUnreachable');
  let info: InfoAnswer;
  try {
    info = decodeBody(infoAnswer, received.body);
  } catch (error) {
    throw refusal('HostFaulty', {}, error);
  }
  const vault = { url, identityKey: info.identityKey };
  if (!isSigned(vault, INFO_TARGET, nonce, new Uint8Array(), received)) throw refusal('HostFaulty');
  return { vault, info };
}

/** The failure of one vault alone: VaultUnreachable or VaultLied. */
export function vaultFailure(vault: VaultAddress, problem: 'unreachable' | 'lied'): BackupFailure {
  const report = { id: vaultIdOf(vault.identityKey), url: vault.url, problem, left: undefined, nextAt: undefined };
  return refusal(problem === 'lied' ? 'VaultLied' : 'VaultUnreachable', { vaults: [report] });
}

/** What a failed question says of its vault; throws on what is no failure of a vault. */
export function problemOf(error: unknown): VaultProblem {
  if (error instanceof Failure && error.code === 'VaultLied') return 'lied';
  if (error instanceof Failure && error.code === 'VaultUnreachable') return 'unreachable';
  throw error;
}

async function askSigned(
  around: BackupSurroundings,
  vault: VaultAddress,
  target: Target,
  body: Uint8Array | undefined,
): Promise<HttpAnswer> {
  const nonce = around.random(NONCE_LENGTH) as Nonce;
  const received = await send(around, vault.url, target, nonce, body);
  if (received === undefined) throw vaultFailure(vault, 'unreachable');
  if (isSigned(vault, target, nonce, body ?? new Uint8Array(), received)) return received;
  throw vaultFailure(vault, SETTLING.includes(received.status) ? 'lied' : 'unreachable');
}

async function send(
  around: BackupSurroundings,
  url: string,
  { method, path }: Target,
  nonce: Nonce,
  body: Uint8Array | undefined,
): Promise<HttpAnswer | undefined> {
  await p256Ready();
  const headers = {
    [NONCE_HEADER]: encodeHeader(nonce),
    ...(body && { 'content-type': 'application/json' }),
  };
  return exchange(around, { method, url: `${url}${path}`, headers, body }, MOST_BODY_BYTES);
}

function isSigned(
  { identityKey }: VaultAddress,
  target: Target,
  nonce: Nonce,
  question: Uint8Array,
  { status, header, body }: HttpAnswer,
): boolean {
  const signature = decodeHeader(header(SIGNATURE_HEADER), ANSWER_SIGNATURE_LENGTH);
  if (signature === undefined) return false;
  const transcript = answerTranscript(target, nonce, sha256(question) as Sha256, status, sha256(body) as Sha256);
  return verifyEcdsaP256(identityKey, sha256(transcript), signature);
}

/** Signed nonsense is the vault's own. */
function read<Value>(vault: VaultAddress, decode: () => Value): Value {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Failure) throw vaultFailure(vault, 'lied');
    throw error;
  }
}
