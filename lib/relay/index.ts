/** The public face of the room for the background and for our own pages. Content scripts import types of ./page-contract.ts alone. */

export {
  type BackupAnswer,
  type BackupCard,
  type BackupFileMade,
  type BackupFileOpener,
  type BackupFileSeen,
  type BackupFound,
  type BackupInspection,
  type BackupOpened,
  type BackupRestore,
  type BackupState,
  backupContract,
} from './backup-contract.ts';
export { BackupDesk, type BackupParts } from './backup-desk.ts';
export { type BadgeFacts, type BadgeState, badgeState } from './badge-state.ts';
export { pageContract } from './contract.ts';
export { Courier, type CourierParts } from './courier.ts';
export { Desk, type DeskParts } from './desk.ts';
export {
  type HistoryLine,
  type HistoryQuery,
  type HistorySlice,
  type HomeContact,
  type HomeSafety,
  type HomeState,
  homeContract,
  type MarkChoices,
} from './home-contract.ts';
export { type HomeParts, homeHandlers } from './home-desk.ts';
export { type OpenChat, OpenChats, type PageKeeper } from './open-chats.ts';
export type { PageHealth } from './page-contract.ts';
export { type PopupChat, type PopupSite, type PopupState, popupContract } from './popup-contract.ts';
export { type PopupParts, popupHandlers } from './popup-desk.ts';
export { type PreviewSettingsView, previewContract } from './preview-contract.ts';
export { PreviewDesk, type PreviewParts } from './preview-desk.ts';
export { type PreviewSettingsParts, previewSettingsHandlers } from './preview-settings.ts';
export { composerState, type ViewParts, viewHandlers } from './view-desk.ts';
