export type {
  Attachment,
  AttachmentContent,
  Content,
  ContentPosition,
  ControlContent,
  ControlNotice,
  EditContent,
  LinkPreview,
  PictureType,
  PreviewPicture,
  ReactionContent,
  ReceiptState,
  ReceivedContent,
  ResentContent,
  ResentMessage,
  TextContent,
  TimerContent,
  UnknownContent,
  UnsendContent,
} from './content.ts';
export { bindContext, type ContentContext, type ContentPlace } from './context.ts';
export type { ContentFailureCode } from './failure.ts';
export type { ContentId, Hash } from './hash.ts';
export * from './limits.ts';
export { type OpenedContent, openContent, type ReadContent, reopenContent } from './open.ts';
export { PADDED_SIZES } from './padding.ts';
export { EMPTY_RECEIVED_CHAIN, missingBefore, type ReceivedChain } from './received-chain.ts';
export { decodeReceivedChain, encodeReceivedChain } from './received-chain-codec.ts';
export { type SealedContent, sealContent } from './seal.ts';
export { beginSentChain, decodeSentChain, encodeSentChain, type SentChain } from './sent-chain.ts';
export { type ContentVersion, CURRENT_VERSION } from './version.ts';
