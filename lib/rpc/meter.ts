/** Owns the rate limit of one source: a bucket of tokens. The clock is handed in. */

/** A bucket that holds `burst` tokens and gains `perSecond`. */
export class Meter {
  private readonly burst: number;
  private readonly perSecond: number;
  private tokens: number;
  private filled: number;

  /** `now` in milliseconds of a clock that does not run backwards (a jump back adds nothing). */
  constructor(burst: number, perSecond: number, now: number) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.tokens = burst;
    this.filled = now;
  }

  /** Takes one token at `now`; false where none is left. */
  take(now: number): boolean {
    if (this.isEmpty(now)) return false;
    this.tokens -= 1;
    return true;
  }

  /** Whether no whole token is left at `now`. */
  isEmpty(now: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + (Math.max(0, now - this.filled) * this.perSecond) / 1000);
    this.filled = now;
    return this.tokens < 1;
  }
}
