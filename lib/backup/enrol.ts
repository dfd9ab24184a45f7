/**
 * Owns enrolling and changing the PIN: a pending generation at every vault, a wrap of the root key, then every vault is told
 * to finish. The old PIN counts at a vault until that vault has finished; on a live browser it is never asked for.
 * Does not own recovery, nor the recovery code (recovery-code.ts).
 *
 * With t of n vaults and 2t <= n + 1 one of the two PINs works at every moment between the first and the last finish; with
 * 2 of 2, say, neither does until the last has finished: the recovery code does, and the next step is on disk.
 */
import { type BlindedInput, blindInput, finalizeOprf, type OprfOutput, p256Ready } from '../crypto/index.ts';
import {
  type EvaluatedElement,
  emptyAnswer,
  enrolRequest,
  finishAnswer,
  finishRequest,
  type InviteToken,
  type Lineage,
  pendingAnswer,
  renewFinishRequest,
  renewRequest,
  type UnlockToken,
  unlockRequest,
} from '../vault-protocol/index.ts';
import {
  type BackupAddress,
  isSameAddress,
  recordIdOf,
  requireAddress,
  type VaultAddress,
  vaultIdOf,
} from './address.ts';
import { connectBlobHost } from './blob-host.ts';
import { type EnrollingVault, type EnrolmentPort, liveBackupOf, type PendingEnrolment } from './enrolment-state.ts';
import { BackupFailure, refusal, type VaultProblem, type VaultReport } from './failure.ts';
import type { LiveBackup } from './live-backup.ts';
import { type Pin, stretchPin } from './pin.ts';
import type { RootKey } from './root-key.ts';
import { shareSecret, unlockTagOf } from './shared-secret.ts';
import type { BackupSurroundings } from './surroundings.ts';
import { askInfo, askVault, problemOf, type VaultAnswer, vaultFailure } from './vault-client.ts';
import { solveWork } from './work.ts';
import { forgetWrap, keepWrap, wrapForPin } from './wraps.ts';

/** What is to be enrolled. */
export interface EnrolmentPlan {
  readonly address: BackupAddress;
  readonly root: RootKey;
  readonly pin: Pin;
  /** At each vault; see `triesFor`. */
  readonly tries: number;
  /** What is enrolled now, where this is a new PIN for it. */
  readonly live?: LiveBackup | undefined;
  /** Of operators who admit by invitation: in the order of the vaults. */
  readonly tokens?: readonly (InviteToken | undefined)[];
}

/** A pending generation at one vault. */
interface Begun {
  readonly output: OprfOutput;
  readonly evaluated: EvaluatedElement;
  readonly lineage: Lineage;
  readonly old: UnlockToken | undefined;
}

/**
 * Enrols, or changes the PIN. All vaults must answer. Throws VaultUnreachable, VaultLied, RecordExists, TokenRequired with
 * nothing changed; EnrolmentUnfinished, EnrolmentExpired and what the blob host refuses with the enrolment pending: then
 * `resumeEnrolment`, or `enrol` once more, goes on from there. An enrolment that was pending before is taken up by this one.
 */
export async function enrol(around: BackupSurroundings, port: EnrolmentPort, plan: EnrolmentPlan): Promise<LiveBackup> {
  const address = requireAddress(plan.address);
  const pending = await port.load();
  if (pending !== undefined && !isSameAddress(pending.address, address)) {
    throw new RangeError('another enrolment is pending: it is resumed or taken back first');
  }
  // Tokens of another locator or other vaults say nothing here: this is a first enrolment then.
  const live = plan.live && isSameAddress(plan.live.address, address) ? plan.live : undefined;
  await p256Ready();
  const stretched = stretchPin(plan.pin, address.locator);
  const begun = await everyVault(address, (vault, index) => {
    const blinded = blindInput(stretched.reveal(), around.random);
    const known = knownTokens(index, live, pending);
    return begin(around, address, vault, { known, token: plan.tokens?.[index], blinded, input: stretched.reveal() });
  });
  const epoch = Math.max(live?.epoch ?? 0, pending?.sealed.epoch ?? 0) + 1;
  const vaults = address.vaults.map(({ identityKey }) => vaultIdOf(identityKey));
  const terms = { locator: address.locator, threshold: address.threshold, vaults, epoch };
  const outputs = begun.map(({ output }) => output);
  const { sealed, keys } = shareSecret(terms, stretched, outputs, around.random);
  const wrap = wrapForPin(plan.root, address.locator, keys.wrapName, keys.pinKey, around.random);
  for (const secret of [stretched, keys.pinKey, ...outputs]) secret.wipe();
  await port.save({
    address,
    root: plan.root,
    tries: plan.tries,
    sealed,
    wrap,
    vaults: begun.map(({ evaluated, lineage, old }, index) => ({
      step: 'open',
      fresh: { unlock: keys.unlocks[index]!, lineage },
      old,
      evaluated,
    })),
    oldPinWrap: live?.pinWrap ?? pending?.oldPinWrap,
    codeWrap: live?.codeWrap ?? pending?.codeWrap,
  });
  return (await resumeEnrolment(around, port))!;
}

/**
 * Goes on with a pending enrolment without the PIN; undefined where there is none. Throws EnrolmentUnfinished (later),
 * EnrolmentExpired (`enrol` again, or `acceptUnfinished`), and what the blob host refuses.
 */
export async function resumeEnrolment(
  around: BackupSurroundings,
  port: EnrolmentPort,
): Promise<LiveBackup | undefined> {
  let pending = await port.load();
  if (pending === undefined) return undefined;
  const host = connectBlobHost(around, pending.address.blobHost);
  // First the wrap: a vault that has finished must open something.
  await keepWrap(host, pending.root, pending.address.locator, pending.wrap);
  for (const [index, { step }] of pending.vaults.entries()) {
    if (step === 'finished' || step === 'expired') continue;
    pending = withStep(pending, index, 'sent');
    await port.save(pending);
    pending = withStep(pending, index, await finish(around, pending, index));
    await port.save(pending);
  }
  requireFinished(pending);
  if (pending.oldPinWrap !== undefined) await forgetQuietly(around, pending);
  await port.save(undefined);
  return liveBackupOf(pending);
}

/**
 * Takes an enrolment that has expired at some vaults for done, where enough of the others have finished: the PIN works, and
 * the rest is enrolled at the next change of it. Throws EnrolmentUnfinished where they are too few.
 */
export async function acceptUnfinished(port: EnrolmentPort): Promise<LiveBackup | undefined> {
  const pending = await port.load();
  if (pending === undefined) return undefined;
  const finished = pending.vaults.filter(({ step }) => step === 'finished').length;
  const undecided = pending.vaults.some(({ step }) => step === 'open' || step === 'sent');
  if (undecided || finished < pending.address.threshold) throw unfinished('EnrolmentUnfinished', pending);
  await port.save(undefined);
  return liveBackupOf(pending);
}

/**
 * Takes a first enrolment back: what vaults have finished is deleted there. Throws EnrolmentUnfinished where a vault does not
 * answer (again later), EnrolmentNotUndoable where a PIN that was there before may be replaced already.
 */
export async function undoEnrolment(around: BackupSurroundings, port: EnrolmentPort): Promise<void> {
  let pending = await port.load();
  if (pending === undefined) return;
  if (pending.vaults.some(({ step, old }) => old !== undefined && (step === 'sent' || step === 'finished'))) {
    throw refusal('EnrolmentNotUndoable');
  }
  for (const [index, { step, old, fresh }] of pending.vaults.entries()) {
    if (old !== undefined || step === 'open' || step === 'expired') continue;
    if (await deleteRecord(around, pending.address, index, fresh.unlock)) pending = withStep(pending, index, 'expired');
    await port.save(pending);
  }
  const isLeft = pending.vaults.some(({ step }) => step === 'sent' || step === 'finished');
  if (isLeft) throw unfinished('EnrolmentUnfinished', pending);
  const host = connectBlobHost(around, pending.address.blobHost);
  await forgetWrap(host, pending.root, pending.address.locator, pending.wrap.name);
  await port.save(undefined);
}

/** Whether the vault no longer has the record; false where it did not answer. */
export async function deleteRecord(
  around: BackupSurroundings,
  { vaults, locator }: BackupAddress,
  index: number,
  unlock: UnlockToken,
): Promise<boolean> {
  const question = { shape: unlockRequest, value: { unlock } };
  const answer = await askVault(around, vaults[index]!, locator, 'delete', question, emptyAnswer).catch(problemOf);
  if (typeof answer === 'string') return false;
  return answer.ok || ['Gone', 'NotPending', 'WrongUnlock'].includes(answer.refusal.code);
}

/** Every vault's result, or the failure of those that gave none. */
async function everyVault<Value>(
  { vaults }: BackupAddress,
  work: (vault: VaultAddress, index: number) => Promise<Value>,
): Promise<Value[]> {
  const settled = await Promise.allSettled(vaults.map(work));
  const failures = settled.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  for (const failure of failures) if (!(failure instanceof BackupFailure)) throw failure;
  const [worst] = (failures as BackupFailure[]).sort((a, b) => Number(isReach(a)) - Number(isReach(b)));
  if (worst === undefined) return settled.map((result) => (result as PromiseFulfilledResult<Value>).value);
  const reports = (failures as BackupFailure[]).flatMap(({ details }) => details.vaults ?? []);
  throw refusal(worst.code, { ...worst.details, vaults: reports });
}

function isReach({ code }: BackupFailure): boolean {
  return code === 'VaultUnreachable';
}

interface Beginning {
  readonly known: readonly UnlockToken[];
  readonly token: InviteToken | undefined;
  readonly blinded: BlindedInput;
  readonly input: Uint8Array;
}

/** Renews with the first token that the vault knows; enrols where it knows none. */
async function begin(
  around: BackupSurroundings,
  address: BackupAddress,
  vault: VaultAddress,
  { known, token, blinded: { blind, blinded }, input }: Beginning,
): Promise<Begun> {
  const { lineage } = await askInfo(around, vault);
  const done = (evaluated: EvaluatedElement, old: UnlockToken | undefined): Begun => {
    const output = finalizeOprf(input, blind, evaluated);
    blind.wipe();
    if (output === undefined) throw vaultFailure(vault, 'lied');
    return { output, evaluated, lineage, old };
  };
  for (const unlock of known) {
    const question = { shape: renewRequest, value: { unlock, blinded } };
    const answer = await askVault(around, vault, address.locator, 'renew', question, pendingAnswer);
    if (answer.ok) return done(answer.value.evaluated, unlock);
    if (!['WrongUnlock', 'Gone', 'NotPending'].includes(answer.refusal.code)) throw vaultRefusal(vault, answer);
  }
  let work: Awaited<ReturnType<typeof solveWork>> | null = null;
  for (;;) {
    const question = { shape: enrolRequest, value: { blinded, work, token: token ?? null } };
    const answer = await askVault(around, vault, address.locator, 'enrol', question, pendingAnswer);
    if (answer.ok) return done(answer.value.evaluated, undefined);
    if (answer.refusal.code !== 'WorkRequired' || work !== null) throw vaultRefusal(vault, answer);
    work = await solveWork(around, answer.refusal.work, recordIdOf(address.locator, vault.identityKey));
  }
}

/** The tokens that a vault may know, the likeliest first. */
function knownTokens(
  index: number,
  live: LiveBackup | undefined,
  pending: PendingEnrolment | undefined,
): readonly UnlockToken[] {
  const { step, fresh, old } = pending?.vaults[index] ?? {};
  const maybe = [
    step === 'sent' || step === 'finished' ? fresh?.unlock : undefined,
    old,
    live?.standings[index]?.unlock,
  ];
  const tokens = maybe.filter((token) => token !== undefined);
  return tokens.filter((token, i) => tokens.findIndex((other) => other.equals(token)) === i);
}

async function finish(
  around: BackupSurroundings,
  pending: PendingEnrolment,
  index: number,
): Promise<EnrollingVault['step']> {
  const { address, sealed, tries } = pending;
  const { fresh, old, evaluated } = pending.vaults[index]!;
  const vault = address.vaults[index]!;
  // No blob key is named: the vault need not know which bucket belongs to the record.
  const value = { evaluated, sealed, unlockTag: unlockTagOf(fresh.unlock), tries, blobKey: null };
  const asking =
    old === undefined
      ? askVault(around, vault, address.locator, 'finish', { shape: finishRequest, value }, finishAnswer)
      : askVault(
          around,
          vault,
          address.locator,
          'renewFinish',
          { shape: renewFinishRequest, value: { ...value, unlock: old } },
          finishAnswer,
        );
  const answer = await asking.catch(problemOf);
  if (typeof answer === 'string') return 'sent';
  if (answer.ok) return 'finished';
  return ['NotPending', 'Gone', 'WrongUnlock'].includes(answer.refusal.code) ? 'expired' : 'sent';
}

function requireFinished(pending: PendingEnrolment): void {
  const steps = pending.vaults.map(({ step }) => step);
  if (steps.includes('expired')) throw unfinished('EnrolmentExpired', pending);
  if (steps.some((step) => step !== 'finished')) throw unfinished('EnrolmentUnfinished', pending);
}

function unfinished(
  code: 'EnrolmentUnfinished' | 'EnrolmentExpired',
  { address, vaults }: PendingEnrolment,
): BackupFailure {
  const problems = { open: 'unreachable', sent: 'unreachable', expired: 'expired', finished: undefined } as const;
  const reports = address.vaults.map((vault, index) => reportOf(vault, problems[vaults[index]!.step]));
  return refusal(code, { vaults: reports });
}

function withStep(pending: PendingEnrolment, index: number, step: EnrollingVault['step']): PendingEnrolment {
  return { ...pending, vaults: pending.vaults.map((vault, i) => (i === index ? { ...vault, step } : vault)) };
}

/** The old wrap opens nothing any more, since the keys that led to it are destroyed: that it goes is only tidy. */
async function forgetQuietly(
  around: BackupSurroundings,
  { address, root, oldPinWrap, wrap }: PendingEnrolment,
): Promise<void> {
  if (oldPinWrap === undefined || oldPinWrap.join() === wrap.name.join()) return;
  try {
    await forgetWrap(connectBlobHost(around, address.blobHost), root, address.locator, oldPinWrap);
  } catch (error) {
    if (!(error instanceof BackupFailure)) throw error;
  }
}

function vaultRefusal(vault: VaultAddress, answer: VaultAnswer<unknown> & { ok: false }): BackupFailure {
  const { refusal: refused } = answer;
  const report = reportOf(vault, 'refused', refused);
  if (refused.code === 'RecordExists' || refused.code === 'TokenRequired')
    return refusal(refused.code, { vaults: [report] });
  const nextAt = 'nextAt' in refused ? refused.nextAt : undefined;
  return refusal('VaultUnreachable', { vaults: [report], nextAt });
}

function reportOf(vault: VaultAddress, problem: VaultProblem | undefined, told: object = {}): VaultReport {
  const { left, nextAt } = told as { left?: number; nextAt?: number };
  return { id: vaultIdOf(vault.identityKey), url: vault.url, problem, left, nextAt };
}
