/**
 * Owns one row of the site: taking its own ciphertext out of sight, reserving the height of its bubble, and giving the
 * row back as it was.
 */

const PROPERTIES = ['visibility', 'height', 'min-height', 'max-height', 'overflow', 'box-sizing'] as const;

/** A row under a bubble. */
export interface Reservation {
  readonly anchor: HTMLElement;
  /** Reserves `height` CSS pixels, or (null) shows the site's own row again. */
  reserve(height: number | null): void;
}

/** Takes charge of `anchor`, the element of the site that holds one ciphertext. Nothing is altered yet. */
export function createReservation(anchor: HTMLElement): Reservation {
  const before = PROPERTIES.map((name) => [
    name,
    anchor.style.getPropertyValue(name),
    anchor.style.getPropertyPriority(name),
  ]);
  return {
    anchor,
    reserve: (height) => {
      if (height === null) {
        for (const [name, value, priority] of before) anchor.style.setProperty(name!, value!, priority);
        return;
      }
      const pixels = `${height}px`;
      const wanted = ['hidden', pixels, pixels, pixels, 'hidden', 'border-box'];
      PROPERTIES.forEach((name, index) => {
        const value = wanted[index]!;
        if (anchor.style.getPropertyValue(name) !== value) anchor.style.setProperty(name, value, 'important');
      });
    },
  };
}
