/** Owns the numbers that a vault tells its operator: how often what happened, of no one in particular. */

const names = [
  'attempts_charged',
  'attempts_repeated',
  'attempts_too_soon',
  'unlocks',
  'unlocks_wrong',
  'records_begun',
  'records_finished',
  'records_renewed',
  'records_deleted',
  'records_destroyed',
  'answers_gone',
  'commits',
  'commits_batches',
  'failures_hsm',
  'failures_database',
  'failures_tampering',
] as const;

export type CountName = (typeof names)[number];

export class Counts {
  readonly #numbers = new Map<CountName, number>(names.map((name) => [name, 0]));

  add(name: CountName, number = 1): void {
    this.#numbers.set(name, (this.#numbers.get(name) ?? 0) + number);
  }

  all(): ReadonlyMap<CountName, number> {
    return this.#numbers;
  }
}
