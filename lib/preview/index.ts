/**
 * Link previews: the sender's browser builds them, nobody else asks for them. The policy is docs/preview.md.
 * This is the one room besides backup that fetches.
 */
export { type BuiltPreview, loadHeadReader, PreviewBuilder, type PreviewPorts, type PreviewWish } from './builder.ts';
export type { PreviewFailureCode } from './failure.ts';
export type { PageHead } from './head.ts';
export { describeHost, type HostMark, type ShownHost } from './host.ts';
export { MAX_PICTURE_BYTES, MAX_PICTURE_SIDE, MAX_SITE_NAME_BYTES, MIN_PICTURE_BYTES } from './limits.ts';
export { findLink, type Link } from './link.ts';
export {
  DEFAULT_MODE,
  decidePreview,
  linkedSite,
  type PreviewDecision,
  type PreviewMode,
  type PreviewSituation,
} from './mode.ts';
export { browserFetch, type Network, type SeenRequest, type WatchedRequest } from './network.ts';
export { decodePreview, encodePreview } from './package.ts';
export {
  browserPictureTools,
  fitPicture,
  inspectPicture,
  type PictureTools,
  type PreviewPicture,
} from './picture.ts';
export { type PictureKind, type SniffedPicture, sniffPicture } from './picture-kind.ts';
export type { Preview } from './preview.ts';
export { checkProxy } from './proxy.ts';
export { type ClaimedPreview, checkReceived, type ShownPreview, showOwn } from './received.ts';
export { type RequestDetails, type RequestEvent, type RequestEvents, watchRequests } from './request-watch.ts';
export { checkUrl, PUBLIC_WEB, type UrlPolicy } from './url-policy.ts';
export { type PendingPreview, type PreviewStage, previewForSending } from './waiting.ts';
