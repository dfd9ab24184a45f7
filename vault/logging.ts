/**
 * Owns the structured log: one JSON object a line on standard error. An entry has a name and numbers or words that the
 * program itself chose; no secret, locator, record id, bucket, address or path of a request is ever handed to it.
 */
import { Failure } from '../lib/failure/index.ts';

export type Level = 'info' | 'warn' | 'error';
/** What an entry may carry: nothing that came from a client. */
export type Details = Readonly<Record<string, string | number | boolean>>;
export type Log = (level: Level, event: string, details?: Details) => void;

/** A log of the process called `part`, written with `write`. */
export function openLog(part: string, write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  return (level, event, details = {}) => {
    write(`${JSON.stringify({ time: new Date().toISOString(), level, part, event, ...details })}\n`);
  };
}

/** What a log may tell of anything that was thrown: codes and the kind of error, never its message. */
export function nameOf(error: unknown): string {
  if (error instanceof Failure) return error.code;
  if (error instanceof Error) {
    const { code } = error as { code?: unknown };
    return typeof code === 'string' || typeof code === 'number' ? `${error.name}:${code}` : error.name;
  }
  return 'unknown';
}
