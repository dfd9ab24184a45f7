/**
 * Owns what happens in one random conversation, as a value: the same schedule is played with either implementation on
 * either side. Does not own playing it (conversation.ts).
 */
import type { SeededRandom } from '../../support/signal/random.ts';

export type Side = 'a' | 'b';

/** One event. `pick` chooses among what is there when it is played, so that a schedule fits every outcome before it. */
export type Action =
  | { readonly kind: 'initiate'; readonly side: Side; readonly oneTime: boolean }
  | { readonly kind: 'send'; readonly side: Side }
  /** Delivers a message that is under way to `side`. */
  | { readonly kind: 'deliver' | 'lose'; readonly side: Side; readonly pick: number }
  /** Delivers a message to `side` that it was given before. */
  | { readonly kind: 'repeat'; readonly side: Side; readonly pick: number }
  /** Delivers a message with its last bit flipped: the MAC's, or in a first message the KEM ciphertext's. */
  | { readonly kind: 'damage'; readonly side: Side; readonly pick: number };

export interface Schedule {
  readonly seed: number;
  /** Whether both sides have service addresses, which first messages bind. */
  readonly addressed: boolean;
  readonly actions: readonly Action[];
}

/** How a conversation goes, in percent of its events. What is left are deliveries in order. */
interface Weather {
  readonly loss: number;
  readonly reordering: number;
  readonly repetition: number;
  readonly damage: number;
  /** New sessions although there is one: archived sessions come from these. */
  readonly renewal: number;
  /** How often a message comes from side a: 50 is a dialogue, 95 almost a monologue. */
  readonly bias: number;
}

/** What kind of conversation: most are short; the post-quantum ratchet needs long ones to turn, and records to fill up. */
export type Length = 'short' | 'long' | 'renewed';

/** Events: an epoch of the post-quantum ratchet takes some 84 deliveries in a dialogue, and more where many are lost. */
const LONG = 900;
/** With a new session in every third event, more than the 41 that a record keeps. */
const RENEWED = 450;

const WEATHER: Readonly<Record<Length, (random: SeededRandom) => Weather>> = {
  short: (random) => ({
    loss: random.pick([0, 0, 5, 20]),
    reordering: random.pick([0, 10, 50]),
    repetition: random.pick([0, 5, 20]),
    damage: random.pick([0, 0, 5]),
    renewal: random.pick([0, 0, 3, 15]),
    bias: random.pick([50, 50, 80, 95]),
  }),
  long: (random) => ({ loss: random.pick([0, 5, 15]), reordering: 20, repetition: 5, damage: 2, renewal: 0, bias: 50 }),
  renewed: () => ({ loss: 5, reordering: 30, repetition: 15, damage: 2, renewal: 30, bias: 50 }),
};

/** A random conversation: 20 to 140 events where it is short. */
export function makeSchedule(seed: number, random: SeededRandom, length: Length = 'short'): Schedule {
  const weather = WEATHER[length](random);
  const count = { short: 20 + random.below(120), long: LONG, renewed: RENEWED }[length];
  const actions: Action[] = beginning(random);
  while (actions.length < count) actions.push(...nextActions(random, weather));
  return { seed, addressed: random.chance(25), actions };
}

/** One side opens the conversation, or both at once. */
function beginning(random: SeededRandom): Action[] {
  const open = (side: Side): Action[] => [
    { kind: 'initiate', side, oneTime: random.chance(60) },
    { kind: 'send', side },
  ];
  return random.chance(35) ? [...open('a'), ...open('b')] : open(random.pick(['a', 'b']));
}

function nextActions(random: SeededRandom, weather: Weather): Action[] {
  const side: Side = random.chance(weather.bias) ? 'a' : 'b';
  const other: Side = side === 'a' ? 'b' : 'a';
  const pick = random.chance(weather.reordering) ? random.below(1000) : 0;
  if (random.chance(weather.renewal)) return [{ kind: 'initiate', side, oneTime: random.chance(60) }];
  if (random.chance(weather.repetition)) return [{ kind: 'repeat', side, pick: random.below(1000) }];
  if (random.chance(weather.damage)) return [{ kind: 'damage', side, pick }];
  if (random.chance(weather.loss)) return [{ kind: 'lose', side, pick }];
  // A little more sending than delivering on one side at a time: queues form, and empty again.
  return random.chance(55) ? [{ kind: 'send', side }] : [{ kind: 'deliver', side: other, pick }];
}
