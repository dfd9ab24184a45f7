/** Owns the sentences about scanning that depend on a code or on what is seen. */
import { type TextKey, text } from '../lib/text/index.ts';
import type { Scanned, Sight } from './scan-events.ts';

/** What one looks for: the sentences differ where they say what was found instead. */
export type Sought = 'card' | 'number';

const FAILURES: Readonly<Record<Exclude<Scanned['code'], '' | 'Stopped' | 'OtherCode'>, TextKey>> = {
  NoCamera: 'scanNoCamera',
  CameraRefused: 'scanCameraRefused',
  CameraBusy: 'scanCameraBusy',
  CameraFailed: 'scanCameraFailed',
  CameraLost: 'scanCameraLost',
  TabHidden: 'scanTabHidden',
  NothingSeen: 'scanNothingSeen',
  NotAPicture: 'scanNotAPicture',
  PictureTooLarge: 'scanPictureTooLarge',
  PictureBroken: 'scanPictureBroken',
  NoCode: 'scanNoCode',
};

const OTHERS: Readonly<Record<Sought, TextKey>> = { card: 'scanOtherThanCard', number: 'scanOtherThanNumber' };

const SIGHTS: Readonly<Record<Exclude<Sight, 'other'>, TextKey>> = {
  asking: 'scanAsking',
  open: 'scanHold',
  nothing: 'scanHint',
};

/** Why nothing was read, and what to do; empty where the person stopped it, or it was read. */
export function scanFailureText(code: Scanned['code'], sought: Sought): string {
  if (code === '' || code === 'Stopped') return '';
  return text(code === 'OtherCode' ? OTHERS[sought] : FAILURES[code]);
}

/** What to do while the camera is open. */
export function sightText(sight: Sight, sought: Sought): string {
  return text(sight === 'other' ? OTHERS[sought] : SIGHTS[sight]);
}
