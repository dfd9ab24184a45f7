/** Owns the types of what home lets a person do with a camera or a picture. Nothing here runs. */

/** Why the camera gave no code; `Stopped`: the person, or the part they left. */
export type CameraFailure =
  | 'NoCamera'
  | 'CameraRefused'
  | 'CameraBusy'
  | 'CameraFailed'
  | 'CameraLost'
  | 'TabHidden'
  | 'NothingSeen'
  | 'Stopped';

/** Why a picture gave no code. */
export type PictureFailure = 'NotAPicture' | 'PictureTooLarge' | 'PictureBroken' | 'NoCode' | 'OtherCode';

/** What was read. */
export interface Scanned {
  /** Empty where the wanted code was read. */
  readonly code: '' | CameraFailure | PictureFailure;
  /** What it says; of a card it is secret. Empty where nothing was read. */
  readonly words: string;
}

/** How it goes with the camera: the browser asks the person, it is open, nothing was seen for a while, a code that is not wanted. */
export type Sight = 'asking' | 'open' | 'nothing' | 'other';

/** What a camera is to do. */
export interface CameraWish {
  readonly video: HTMLVideoElement;
  /** Whether what a code says is what one looks for. */
  readonly wanted: (words: string) => boolean;
  readonly tell: (sight: Sight) => void;
  /** Has it stop. */
  readonly stop: AbortSignal;
}

/** Events out. */
export interface ScanEvents {
  /** Opens the camera, shows it in `video`, and answers when it is closed again: nothing of what it saw is kept. */
  readonly onLook: (wish: CameraWish) => Promise<Scanned>;
  /** Reads a picture: nothing of it is kept. */
  readonly onPicture: (file: Blob, wanted: CameraWish['wanted']) => Promise<Scanned>;
}
