/**
 * Owns one recovery: PINs that a person tries against the vaults of an address.
 * `threshold` vaults are asked first, those that have the most tries left; more only where one does not answer, lies, or
 * holds another enrolment. A wrong PIN and a vault that evaluates wrongly look the same then; so when the person types the
 * same PIN once more, the vaults that were not asked yet are asked, and every subset is tried: the first ones are not charged
 * again. With a right PIN the liars are named.
 * Does not own the wrap of the root key, nor what is restored.
 */
import { SecretBytes } from '../bytes/index.ts';
import { finalizeOprf, type StretchedPassword } from '../crypto/index.ts';
import { evaluateAnswer, evaluateRequest, type SealedPart } from '../vault-protocol/index.ts';
import { type BackupAddress, requireAddress, vaultIdOf } from './address.ts';
import { type BackupFailureCode, refusal, type VaultProblem, type VaultReport } from './failure.ts';
import { type Pin, stretchPin } from './pin.ts';
import { type Reconstruction, reconstruct, type VaultEvaluation } from './reconstruct.ts';
import {
  ATTEMPT_SEED_LENGTH,
  type AttemptSeed,
  blindWithSeed,
  type RecoveryPort,
  type SeenVault,
} from './recovery-memory.ts';
import type { SecretKeys } from './shared-secret.ts';
import type { BackupSurroundings } from './surroundings.ts';
import { triesLeft } from './tries-left.ts';
import { askVault, problemOf } from './vault-client.ts';

/** What a right PIN gives. */
export interface Recovered {
  readonly address: BackupAddress;
  readonly epoch: number;
  readonly keys: SecretKeys;
  /** Every vault: `lied` and `otherEpoch` ones need the person's attention, `unreachable` ones did not answer in time. */
  readonly vaults: readonly VaultReport[];
}

/** A recovery that a person is in the middle of. */
export interface Recovery {
  /**
   * Tries a PIN: at most one charged try at each vault that is asked. Throws WrongPin, Locked, Gone, TooSoon,
   * NotEnoughVaults (with one vault: VaultUnreachable, VaultLied), EpochMismatch.
   */
  attempt(pin: Pin): Promise<Recovered>;
  /** What the vaults last said, without asking them. */
  standing(): Promise<readonly VaultReport[]>;
}

/** A vault's part in an attempt: its evaluation, or why there is none. */
type Part = VaultEvaluation | { readonly index: number; readonly problem: VaultProblem };

/** What one PIN has brought so far. */
interface Round {
  readonly stretched: StretchedPassword;
  readonly parts: Map<number, Part>;
  /** Whether enough vaults answered, and the PIN was wrong by what they said. */
  wasWrong: boolean;
}

/** Begins a recovery, or goes on with one after a crash. Throws VaultSetInvalid, AddressMalformed. */
export function openRecovery(around: BackupSurroundings, port: RecoveryPort, given: BackupAddress): Recovery {
  const address = requireAddress(given);
  const { vaults, threshold, locator } = address;
  const ids = vaults.map(({ identityKey }) => vaultIdOf(identityKey));
  const seen = new Map<number, SeenVault>();
  let last: Round | undefined;

  async function attempt(pin: Pin): Promise<Recovered> {
    const stretched = stretchPin(pin, locator);
    const memory = await port.load();
    remember(memory?.seen ?? []);
    const isAgain = last?.stretched.equals(stretched) === true;
    const round: Round = isAgain ? last! : { stretched, parts: new Map(), wasWrong: false };
    for (const [index, part] of round.parts) if ('problem' in part) round.parts.delete(index);
    last = round;
    const seed = memory?.seed ?? drawSeed();
    await port.save({ seed, seen: [...seen.values()] });
    const result = await askUntilSettled(round, seed);
    round.wasWrong = result.kind === 'wrong';
    const inDoubt = [...round.parts.values()].some((part) => 'problem' in part && isDoubtful(part.problem));
    await port.save({ seed: inDoubt && result.kind !== 'opened' ? seed : undefined, seen: [...seen.values()] });
    if (result.kind !== 'opened') throw refusalOf(round, result);
    const { sealed, keys, liars, strangers } = result;
    last = undefined;
    return { address, epoch: sealed.epoch, keys, vaults: reports(round.parts, liars, strangers) };
  }

  async function askUntilSettled(round: Round, seed: AttemptSeed): Promise<Reconstruction> {
    let wanted = round.wasWrong ? vaults.length : threshold;
    for (;;) {
      const evaluations = evaluationsOf(round);
      const asking = candidates(round).slice(0, Math.max(0, wanted - evaluations.length));
      for (const part of await Promise.all(asking.map((index) => ask(round, seed, index)))) {
        round.parts.set(part.index, part);
      }
      const answers = evaluationsOf(round);
      const result = reconstruct(locator, round.stretched, answers);
      if (result.kind === 'opened' || candidates(round).length === 0) return result;
      // Enough have answered: another sealed part among them is a reason to ask one more, a wrong PIN is not.
      if (answers.length < wanted) continue;
      if (result.kind === 'wrong' && !isDivided(answers)) return result;
      wanted = answers.length + 1;
    }
  }

  async function ask({ stretched }: Round, seed: AttemptSeed, index: number): Promise<Part> {
    const { blind, blinded } = blindWithSeed(seed, stretched, ids[index]!);
    const question = { shape: evaluateRequest, value: { blinded } };
    const answer = await askVault(around, vaults[index]!, locator, 'evaluate', question, evaluateAnswer).catch(
      problemOf,
    );
    if (typeof answer === 'string') return { index, problem: answer };
    if (!answer.ok) {
      const { refusal: refused } = answer;
      if (refused.code === 'TooSoon') see(index, refused.left, refused.nextAt);
      return { index, problem: problemOfRefusal(refused.code, 'left' in refused ? refused.left : undefined) };
    }
    const { evaluated, left, nextAt, sealed } = answer.value;
    see(index, left, nextAt ?? undefined);
    const output = finalizeOprf(stretched.reveal(), blind, evaluated);
    if (output === undefined || !isOurs(sealed)) return { index, problem: 'lied' };
    return { index, output, sealed };
  }

  /** Vaults that may be asked, the best first: those that take a try now, then those with the most left. */
  function candidates({ parts }: Round): number[] {
    const rank = (index: number) => {
      const known = seen.get(index);
      const isWaiting = (known?.nextAt ?? 0) > around.now();
      return (isWaiting ? -1000 : 0) + (known?.left ?? Number.POSITIVE_INFINITY);
    };
    const open = vaults.map((_, index) => index).filter((index) => !parts.has(index));
    return open.sort((a, b) => compare(rank(b), rank(a)) || a - b);
  }

  function isOurs(sealed: SealedPart): boolean {
    const same = sealed.vaults.length === ids.length && sealed.vaults.every((id, i) => id.join() === ids[i]!.join());
    return same && sealed.threshold === threshold;
  }

  function see(index: number, left: number, nextAt: number | undefined): void {
    seen.set(index, { id: ids[index]!, left, nextAt });
  }

  function remember(kept: readonly SeenVault[]): void {
    for (const vault of kept) {
      const index = ids.findIndex((id) => id.join() === vault.id.join());
      if (index >= 0 && !seen.has(index)) seen.set(index, vault);
    }
  }

  function drawSeed(): AttemptSeed {
    return SecretBytes.of(around.random(ATTEMPT_SEED_LENGTH), ATTEMPT_SEED_LENGTH);
  }

  function refusalOf(round: Round, result: Reconstruction) {
    const problems = [...round.parts.values()].flatMap((part) => ('problem' in part ? [part.problem] : []));
    const known = reports(round.parts, [], []);
    const left = triesLeft(
      known.map((report) => tries(report)),
      threshold,
    );
    const nextAt = nextRound(known);
    const details = { vaults: known, left, nextAt };
    if (result.kind === 'wrong') return refusal('WrongPin', details);
    if (evaluationsOf(round).length >= threshold) return refusal('EpochMismatch', details);
    const count = (...of: VaultProblem[]) => problems.filter((problem) => of.includes(problem)).length;
    const rest = vaults.length - count('gone', 'locked');
    if (rest < threshold) return refusal(problems.includes('locked') ? 'Locked' : 'Gone', details);
    if (rest - count('unreachable', 'lied', 'refused') >= threshold) return refusal('TooSoon', details);
    return refusal(vaults.length === 1 ? aloneCode(problems[0]) : 'NotEnoughVaults', details);
  }

  /** When `threshold` vaults will take a try, or undefined for now or never. */
  function nextRound(known: readonly VaultReport[]): number | undefined {
    const times = known.filter((report) => tries(report) !== 0).map(({ nextAt }) => nextAt ?? 0);
    const at = times.sort((a, b) => a - b)[threshold - 1] ?? 0;
    return at > around.now() ? at : undefined;
  }

  function reports(parts: Round['parts'], liars: readonly number[], strangers: readonly number[]): VaultReport[] {
    return vaults.map(({ url }, index) => {
      const part = parts.get(index);
      const told = part !== undefined && 'problem' in part ? part.problem : undefined;
      const problem = liars.includes(index) ? 'lied' : strangers.includes(index) ? 'otherEpoch' : told;
      return { id: ids[index]!, url, problem, left: seen.get(index)?.left, nextAt: seen.get(index)?.nextAt };
    });
  }

  return {
    attempt,
    async standing() {
      remember((await port.load())?.seen ?? []);
      return reports(new Map(), [], []);
    },
  };
}

function evaluationsOf({ parts }: Round): VaultEvaluation[] {
  return [...parts.values()].filter((part) => 'output' in part);
}

function isDivided(answers: readonly VaultEvaluation[]): boolean {
  const [first] = answers;
  return answers.some(({ sealed }) => sealed.commitment.join() !== first!.sealed.commitment.join());
}

/** A vault that may have charged a try without our having its answer. */
function isDoubtful(problem: VaultProblem): boolean {
  return problem === 'unreachable' || problem === 'lied';
}

function problemOfRefusal(code: string, left: number | undefined): VaultProblem {
  if (code === 'Gone' || code === 'NotPending') return 'gone';
  if (code === 'TooSoon') return left === 0 ? 'locked' : 'tooSoon';
  return ['Busy', 'HsmUnavailable', 'TooMany'].includes(code) ? 'unreachable' : 'refused';
}

function tries({ problem, left }: VaultReport): number | undefined {
  return problem === 'gone' || problem === 'locked' ? 0 : left;
}

function aloneCode(problem: VaultProblem | undefined): BackupFailureCode {
  return problem === 'lied' ? 'VaultLied' : 'VaultUnreachable';
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
