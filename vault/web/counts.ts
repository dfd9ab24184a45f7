/** Owns vault-web's own numbers and the text in which an operator's monitoring reads them (Prometheus, version 0.0.4). */
import type { CountsAnswer } from '../rpc/messages.ts';

/** Upper bounds of the buckets of durations, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class RequestCounts {
  readonly #requests = new Map<string, number>();
  readonly #durations = new Map<string, { buckets: number[]; sum: number; count: number }>();

  /** `endpoint` is one of the program's own names, never a path. */
  add(endpoint: string, status: number, seconds: number): void {
    const key = `endpoint="${endpoint}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const known = this.#durations.get(endpoint) ?? { buckets: BOUNDS.map(() => 0), sum: 0, count: 0 };
    for (const [index, bound] of BOUNDS.entries()) if (seconds <= bound) known.buckets[index]! += 1;
    this.#durations.set(endpoint, { ...known, sum: known.sum + seconds, count: known.count + 1 });
  }

  /** The whole text; `hsm` is what vault-hsm counted, or undefined where it did not answer. */
  text(hsm: CountsAnswer | undefined): string {
    const lines = ['# TYPE sotto_vault_requests_total counter'];
    for (const [labels, number] of this.#requests) lines.push(`sotto_vault_requests_total{${labels}} ${number}`);
    lines.push('# TYPE sotto_vault_request_seconds histogram');
    for (const [endpoint, { buckets, sum, count }] of this.#durations) {
      const line = (bound: string, number: number) =>
        lines.push(`sotto_vault_request_seconds_bucket{endpoint="${endpoint}",le="${bound}"} ${number}`);
      for (const [index, bound] of BOUNDS.entries()) line(`${bound}`, buckets[index]!);
      line('+Inf', count);
      lines.push(`sotto_vault_request_seconds_sum{endpoint="${endpoint}"} ${sum}`);
      lines.push(`sotto_vault_request_seconds_count{endpoint="${endpoint}"} ${count}`);
    }
    lines.push('# TYPE sotto_vault_hsm_up gauge', `sotto_vault_hsm_up ${hsm === undefined ? 0 : 1}`);
    for (const [name, number] of hsm ?? []) {
      lines.push(`# TYPE sotto_vault_${name}_total counter`, `sotto_vault_${name}_total ${number}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
