/** The public face of the room for the background and for frame pages. Content scripts import ./mount.ts instead. */
export { type Admitted, admitFrame, type FrameContract } from './admission.ts';
export { answerGuards, onTabClosed, sessionSeats, tabGuards } from './browser-lines.ts';
export { type ComposerBackend, createComposerBackend } from './composer-backend.ts';
export { type Admission, frameContract, frameHandlers } from './contract.ts';
export { type GuardLines, GuardPost } from './guard-post.ts';
export type { MountContract, TicketRegistration } from './mount-contract.ts';
export { type FrameCode, frameFailure } from './mount-failure.ts';
export { type FromFrame, type Look, type Rect, type Row, readLook, readRows, type ToFrame } from './mount-layout.ts';
export { randomToken } from './mount-token.ts';
export { applyLook, refuseDrags } from './page.ts';
export type { LinkCard, LinkHost, LinkState } from './preview-contract.ts';
export { Lookout, type Press, type Sight, watchButton } from './sight.ts';
export { type Seat, type Seated, type SeatKeeper, TICKET_LIFE_MS, Tickets } from './tickets.ts';
export { createTranscriptBackend, type TranscriptBackend } from './transcript-backend.ts';
export {
  type Bubble,
  type BubbleState,
  type ComposerState,
  MAX_TEXT,
  type TrustMark,
  type UnreadableReason,
  viewContract,
} from './view-contract.ts';
