/** The use cases: invite, accept, send, receive, verify. docs/conversation.md is the same in prose. */
export { acceptInvite } from './accept.ts';
export { type Gathered, gatherRecords } from './backup-export.ts';
export { forgetContact, forgetMessage } from './backup-forget.ts';
export { stageImport, takeStaged } from './backup-import.ts';
export { beginQueue, endQueue, uploadPort } from './backup-queue.ts';
export {
  type BackupNotes,
  CARD_CODE,
  CHOICE,
  ENROLMENT,
  GONE,
  getSingle,
  IMPORT,
  type ImportProgress,
  LIVE,
  LOG,
  type LogUpkeep,
  NO_UPKEEP,
  NOTES,
  putSingle,
  QUEUE_HEAD,
  RECOVERY,
  RESTORE,
  type RestoreProgress,
  type SingleRow,
  UPKEEP,
  type VaultNote,
} from './backup-rows.ts';
export { takeRecords } from './backup-take.ts';
export { type ByHand, decryptByHand, encryptByHand, readWords } from './by-hand.ts';
export {
  acceptKey,
  acceptName,
  type Contact,
  listContacts,
  readSafetyNumber,
  refuseKey,
  type SafetyNumber,
  setVerified,
  stateOf,
} from './contact.ts';
export type { ConversationState } from './conversation-row.ts';
export type { ConversationFailureCode } from './failure.ts';
export { type HistoryLine, HistoryReader, type HistorySlice, type SliceOptions } from './history.ts';
export { INVITE_LIFE_MS, INVITE_SENTENCE, invite, isInviteUnsent } from './invite.ts';
export { type HandOut, markFailed, markSent, retrySending, takeOutbox } from './outbox.ts';
export { type ConversationId, type Page, placeOf, type SiteText } from './place.ts';
export {
  forgetSiteAnswers,
  type PreviewChoices,
  type PreviewSettings,
  readChatPreviewMode,
  readPreviewChoices,
  readPreviewSettings,
  saveChatPreviewMode,
  savePreviewSettings,
  saveSiteAnswer,
} from './preview-choices.ts';
export { previewRooms } from './preview-room.ts';
export { readPreviewPicture } from './preview-rows.ts';
export type { Reading } from './reading.ts';
export { readKnownSpans, readSpans } from './receive.ts';
export { endConversation, sendText, type TextToSend } from './send.ts';
export type { Surroundings, WritableRows } from './surroundings.ts';
export { takeBackWaiting } from './unsent.ts';
export { type BubbleView, bubblesOf, type ComposerView, composerView, keepDraft, type ReadRow } from './views.ts';
