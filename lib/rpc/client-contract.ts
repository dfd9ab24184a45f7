/**
 * Owns the types of a contract between the worlds, and nothing that runs: a content script imports a contract as a type.
 * Does not own the declaring of one (contract.ts), nor any particular method: those stand with the room that answers them.
 */

/** The kinds of caller. `blank` is a composer or transcript frame that has shown no ticket yet. */
export type CallerKind = 'content' | 'blank' | 'composer' | 'transcript' | 'popup' | 'home';

/** Which of our two frame pages a frame is. */
export type FrameKind = 'composer' | 'transcript';

/** Whether a method's request or response, or an event's body, may hold what a person wrote. */
export type Carriage = 'ciphertext' | 'plaintext';

/** The kinds that may take part in something of this carriage. `blank` frames are nobody yet: no plaintext for them. */
export type Allowed<C extends Carriage> = C extends 'plaintext' ? Exclude<CallerKind, 'content' | 'blank'> : CallerKind;

/** One method: who may call it, and how its request is checked. */
export interface Method<Request, Response> {
  readonly carries: Carriage;
  readonly callers: readonly CallerKind[];
  /** The request in its own type, or undefined where `input` is anything else. Must not throw. */
  readonly parse: (input: unknown) => Request | undefined;
  /** Never set: it holds the type. */
  readonly response?: Response;
}

/** One event that the background pushes. */
export interface PushedEvent<Body> {
  readonly carries: Carriage;
  readonly listeners: readonly CallerKind[];
  /** Never set: it holds the type. */
  readonly body?: Body;
}

/** Methods and events by name. */
export interface Contract {
  // biome-ignore lint/suspicious/noExplicitAny: the parameter types differ from method to method
  readonly methods: Readonly<Record<string, Method<any, any>>>;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  readonly events: Readonly<Record<string, PushedEvent<any>>>;
}

export type MethodName<C extends Contract> = keyof C['methods'] & string;
export type EventName<C extends Contract> = keyof C['events'] & string;
export type RequestOf<C extends Contract, M extends MethodName<C>> =
  C['methods'][M] extends Method<infer Request, infer _> ? Request : never;
export type ResponseOf<C extends Contract, M extends MethodName<C>> =
  C['methods'][M] extends Method<infer _, infer Response> ? Response : never;
export type BodyOf<C extends Contract, E extends EventName<C>> =
  C['events'][E] extends PushedEvent<infer Body> ? Body : never;
