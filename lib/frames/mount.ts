/** The half of the room that content scripts may import. */
export { type ComposerMount, type ComposerOrder, mountComposer } from './mount-composer.ts';
export type { MountContract, TicketRegistration } from './mount-contract.ts';
export type { FrameCode } from './mount-failure.ts';
export { type Guard, installGuard } from './mount-guard.ts';
export { connectGuard } from './mount-guard-line.ts';
export { mountTranscript, type TranscriptMount, type TranscriptOrder, type TranscriptRow } from './mount-transcript.ts';
