/** Owns a camera of the page's own, in place of the browser's: a canvas with a picture on it. */
import type { Page } from 'puppeteer-core';

/** Has the camera of `page`, from its next opening on, show `png`. */
export async function showToCamera(page: Page, png: Uint8Array): Promise<void> {
  await page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
    const context = canvas.getContext('2d')!;
    // A canvas that does not change gives no frames.
    setInterval(() => context.drawImage(bitmap, 0, 0), 50);
    const page = globalThis as { streams?: MediaStream[] };
    page.streams ??= [];
    const kept = page.streams;
    navigator.mediaDevices.getUserMedia = async () => {
      const stream = canvas.captureStream(20);
      kept.push(stream);
      return stream;
    };
  }, Buffer.from(png).toString('base64'));
}

/** Whether each camera is on that was opened since `showToCamera`. */
export function camerasOn(page: Page): Promise<boolean[]> {
  return page.evaluate(() =>
    ((globalThis as { streams?: MediaStream[] }).streams ?? []).flatMap((stream) =>
      stream.getTracks().map(({ readyState }) => readyState === 'live'),
    ),
  );
}
