/**
 * Owns keeping marking words out of base62 bodies: in a body, the stem that every mark begins with is always followed by
 * one stuffing letter, as bits are stuffed in HDLC (ISO/IEC 13239, section 4.3.1). Detection then needs no decoding.
 */
import { STEM, STUFFING } from './constants.ts';

const STUFFED = STEM + STUFFING;

/** `body` with a stuffing letter after every stem: at most a third longer, and free of marks. */
export function stuff(body: string): string {
  return body.replaceAll(STEM, STUFFED);
}

/** What {@link stuff} made `text` of, or undefined where a stem lacks its stuffing. */
export function unstuff(text: string): string | undefined {
  const body = text.replaceAll(STUFFED, STEM);
  return stuff(body) === text ? body : undefined;
}
