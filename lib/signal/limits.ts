/** Owns every bound of the protocol in one place, with its reason. */

/** Sessions kept behind the current one. Signal's library keeps as many: a peer may still send in any of them. */
export const MAX_ARCHIVED_STATES = 40;
/** Receiving chains kept in one session, the oldest dropped first, as in Signal's library. */
export const MAX_RECEIVING_CHAINS = 5;
/** Skipped keys kept in one chain, the oldest dropped first, as in Signal's library. */
export const MAX_SKIPPED_KEYS = 2000;
/**
 * How far ahead one message may be in a chain. Signal's library allows 25 000, which lets a forger buy a second of work
 * with one message; ours is as many as keys would be kept for.
 */
export const MAX_FORWARD_JUMP = 2000;
/** Sender keys kept of one sender, newest first, as in Signal's library: late messages of four earlier keys still open. */
export const MAX_SENDER_KEY_STATES = 5;
/** A session that its peer never answered does not send after 30 days: its prekeys are long gone. */
export const MAX_UNACKNOWLEDGED_AGE_MS = 30 * 24 * 60 * 60 * 1000;
/** Base keys remembered for last-resort prekeys: more first messages than that call for a new prekey. */
export const MAX_REMEMBERED_BASE_KEYS = 4096;

/**
 * The longest message that is parsed, in bytes: twice the largest padded content. Signal's library has no such bound; it
 * hashes whatever comes, once for every session.
 */
export const MAX_MESSAGE_LENGTH = 2 ** 19;

/**
 * Work that one message may cause before it is authenticated, over all sessions that it is tried on. One unit is a step
 * of a sending or receiving chain (some 3 microseconds); the others are measured in it. Enough for the largest jump in both
 * ratchets of one session, or for trying all 41 with small ones.
 */
export const WORK_BEFORE_AUTHENTICATION = 6500;
export const WORK_OF_CHAIN_STEP = 1;
export const WORK_OF_POST_QUANTUM_STEP = 2;
export const WORK_OF_AGREEMENT = 40;
/** Decoding a session, and every 8 KB of it: skipped keys are what makes one long. */
export const WORK_OF_SESSION = 8;
export const SESSION_BYTES_IN_A_UNIT = 8192;
/** A MAC is taken over the whole message, in every session that it is tried on. */
export const MESSAGE_BYTES_IN_A_UNIT = 512;
