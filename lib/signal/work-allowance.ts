/** Owns the account of work that unauthenticated input has caused. */
import { refusal } from './failure.ts';

/** What one message may still cost. One account is shared by all the sessions that the message is tried on. */
export class WorkAllowance {
  #left: number;

  /** `units` as in limits.ts. */
  constructor(units: number) {
    this.#left = units;
  }

  /** Takes `units` off before the work is done; throws MessageGapTooBig where fewer are left. */
  spend(units: number): void {
    if (units > this.#left) throw refusal('MessageGapTooBig');
    this.#left -= units;
  }
}
