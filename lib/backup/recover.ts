/**
 * Owns one recovery: PINs that a person tries against the vaults of an address.
 * `threshold` vaults are asked first, those that have the most tries left; more only where one does not answer, lies, or
 * holds another enrolment. A wrong PIN and a vault that evaluates wrongly look the same then; so when the person types the
 * same PIN once more, the vaults that were not asked yet are asked, and every subset is tried: the first ones are not charged
 * again. With a right PIN the liars are named.
 * Does not own the wrap of the root key, nor what is restored.
 */
import { equalBytes, SecretBytes } from '../bytes/index.ts';
import { finalizeOprf, p256Ready, type StretchedPassword } from '../crypto/index.ts';
import { evaluateAnswer, evaluateRequest, type SealedPart, type VaultId } from '../vault-protocol/index.ts';
import { type BackupAddress, requireAddress, vaultIdOf } from './address.ts';
import { type BackupFailure, type BackupFailureCode, refusal, type VaultProblem, type VaultReport } from './failure.ts';
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
export function openRecovery(around: BackupSurroundings, port: RecoveryPort, address: BackupAddress): Recovery {
  return new PinRecovery(around, port, requireAddress(address));
}

class PinRecovery implements Recovery {
  readonly #around: BackupSurroundings;
  readonly #port: RecoveryPort;
  readonly #address: BackupAddress;
  readonly #ids: readonly VaultId[];
  readonly #seen = new Map<number, SeenVault>();
  #last: Round | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(around: BackupSurroundings, port: RecoveryPort, address: BackupAddress) {
    this.#around = around;
    this.#port = port;
    this.#address = address;
    this.#ids = address.vaults.map(({ identityKey }) => vaultIdOf(identityKey));
  }

  /** One after the other: two at once would spend tries that the first one's answer might have saved. */
  attempt(pin: Pin): Promise<Recovered> {
    const attempt = this.#running.then(() => this.#attempt(pin));
    this.#running = attempt.catch(() => undefined);
    return attempt;
  }

  async standing(): Promise<readonly VaultReport[]> {
    this.#remember((await this.#port.load())?.seen ?? []);
    return this.#reports(new Map());
  }

  async #attempt(pin: Pin): Promise<Recovered> {
    await p256Ready();
    const stretched = stretchPin(pin, this.#address.locator);
    const memory = await this.#port.load();
    this.#remember(memory?.seen ?? []);
    const round = this.#roundOf(stretched);
    const seed = memory?.seed ?? this.#drawSeed();
    await this.#port.save({ seed, seen: [...this.#seen.values()] });
    const result = await this.#askUntilSettled(round, seed);
    round.wasWrong = result.kind === 'wrong';
    const inDoubt = [...round.parts.values()].some((part) => 'problem' in part && isDoubtful(part.problem));
    const kept = inDoubt && result.kind !== 'opened' ? seed : undefined;
    await this.#port.save({ seed: kept, seen: [...this.#seen.values()] });
    if (result.kind !== 'opened') throw this.#refusalOf(round, result);
    this.#last = undefined;
    const vaults = this.#reports(round.parts, result.liars, result.strangers);
    return { address: this.#address, epoch: result.sealed.epoch, keys: result.keys, vaults };
  }

  /** What the same PIN has brought already, without what failed then; or nothing yet. */
  #roundOf(stretched: StretchedPassword): Round {
    const last = this.#last;
    const round = last?.stretched.equals(stretched) ? last : { stretched, parts: new Map(), wasWrong: false };
    for (const [index, part] of round.parts) if ('problem' in part) round.parts.delete(index);
    this.#last = round;
    return round;
  }

  async #askUntilSettled(round: Round, seed: AttemptSeed): Promise<Reconstruction> {
    const { vaults, threshold, locator } = this.#address;
    let wanted = round.wasWrong ? vaults.length : threshold;
    for (;;) {
      const asking = this.#candidates(round).slice(0, Math.max(0, wanted - evaluationsOf(round).length));
      for (const part of await Promise.all(asking.map((index) => this.#ask(round, seed, index)))) {
        round.parts.set(part.index, part);
      }
      const answers = evaluationsOf(round);
      const result = reconstruct(locator, round.stretched, answers);
      if (result.kind === 'opened' || this.#candidates(round).length === 0) return result;
      // Enough have answered: another sealed part among them is a reason to ask one more, a wrong PIN is not.
      if (answers.length < wanted) continue;
      if (result.kind === 'wrong' && !isDivided(answers)) return result;
      wanted = answers.length + 1;
    }
  }

  async #ask({ stretched }: Round, seed: AttemptSeed, index: number): Promise<Part> {
    const { vaults, locator } = this.#address;
    const { blind, blinded } = blindWithSeed(seed, stretched, this.#ids[index]!);
    const question = { shape: evaluateRequest, value: { blinded } };
    const asking = askVault(this.#around, vaults[index]!, locator, 'evaluate', question, evaluateAnswer);
    const answer = await asking.catch(problemOf);
    if (typeof answer === 'string') return { index, problem: answer };
    if (!answer.ok) {
      const { refusal: refused } = answer;
      if (refused.code === 'TooSoon') this.#see(index, refused.left, refused.nextAt);
      return { index, problem: problemOfRefusal(refused.code, 'left' in refused ? refused.left : undefined) };
    }
    const { evaluated, left, nextAt, sealed } = answer.value;
    this.#see(index, left, nextAt ?? undefined);
    const output = finalizeOprf(stretched.reveal(), blind, evaluated);
    if (output === undefined || !this.#isOurs(sealed)) return { index, problem: 'lied' };
    return { index, output, sealed };
  }

  /** Vaults that may be asked, the best first: those that take a try now, then those with the most left. */
  #candidates({ parts }: Round): number[] {
    const rank = (index: number) => {
      const known = this.#seen.get(index);
      const isWaiting = (known?.nextAt ?? 0) > this.#around.now();
      return (isWaiting ? -1000 : 0) + (known?.left ?? Number.POSITIVE_INFINITY);
    };
    const open = this.#ids.map((_, index) => index).filter((index) => !parts.has(index));
    return open.sort((a, b) => compare(rank(b), rank(a)) || a - b);
  }

  /** A sealed part of other vaults, or one that fewer of them open, is not what was enrolled. */
  #isOurs(sealed: SealedPart): boolean {
    const isSame = (id: VaultId, index: number) => equalBytes(id, this.#ids[index]!);
    const { length } = this.#ids;
    return (
      sealed.vaults.length === length && sealed.vaults.every(isSame) && sealed.threshold === this.#address.threshold
    );
  }

  #see(index: number, left: number, nextAt: number | undefined): void {
    this.#seen.set(index, { id: this.#ids[index]!, left, nextAt });
  }

  #remember(kept: readonly SeenVault[]): void {
    for (const vault of kept) {
      const index = this.#ids.findIndex((id) => equalBytes(id, vault.id));
      if (index >= 0 && !this.#seen.has(index)) this.#seen.set(index, vault);
    }
  }

  #drawSeed(): AttemptSeed {
    return SecretBytes.of(this.#around.random(ATTEMPT_SEED_LENGTH), ATTEMPT_SEED_LENGTH);
  }

  #refusalOf(round: Round, result: Reconstruction): BackupFailure {
    const { threshold, vaults } = this.#address;
    const problems = [...round.parts.values()].flatMap((part) => ('problem' in part ? [part.problem] : []));
    const known = this.#reports(round.parts);
    const left = triesLeft(
      known.map((report) => tries(report)),
      threshold,
    );
    const details = { vaults: known, left, nextAt: this.#nextRound(known) };
    if (result.kind === 'wrong') return refusal('WrongPin', details);
    if (evaluationsOf(round).length >= threshold) return refusal('EpochMismatch', details);
    const count = (...of: VaultProblem[]) => problems.filter((problem) => of.includes(problem)).length;
    const rest = vaults.length - count('gone', 'locked');
    if (rest < threshold) return refusal(problems.includes('locked') ? 'Locked' : 'Gone', details);
    if (rest - count('unreachable', 'lied', 'refused') >= threshold) return refusal('TooSoon', details);
    return refusal(vaults.length === 1 ? aloneCode(problems[0]) : 'NotEnoughVaults', details);
  }

  /** When `threshold` vaults will take a try, or undefined for now or never. */
  #nextRound(known: readonly VaultReport[]): number | undefined {
    const times = known.filter((report) => tries(report) !== 0).map(({ nextAt }) => nextAt ?? 0);
    const at = times.sort((a, b) => a - b)[this.#address.threshold - 1] ?? 0;
    return at > this.#around.now() ? at : undefined;
  }

  #reports(parts: Round['parts'], liars: readonly number[] = [], strangers: readonly number[] = []): VaultReport[] {
    return this.#address.vaults.map(({ url }, index) => {
      const part = parts.get(index);
      const told = part !== undefined && 'problem' in part ? part.problem : undefined;
      const problem = liars.includes(index) ? 'lied' : strangers.includes(index) ? 'otherEpoch' : told;
      const { left, nextAt } = this.#seen.get(index) ?? { left: undefined, nextAt: undefined };
      return { id: this.#ids[index]!, url, problem, left, nextAt };
    });
  }
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
