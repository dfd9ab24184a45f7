import { describe, expect, it, vi } from 'vitest';
import { fitPicture, type PictureTools } from './picture.ts';
import { webp } from './test-support.ts';

interface Drawn {
  width: number;
  height: number;
  quality: number | undefined;
}

/** Tools that decode to this size, and whose encodings take `bytesOf` bytes. */
function toolsOf(size: [number, number], bytesOf: (drawn: Drawn) => number, type = 'image/webp') {
  const drawn: Drawn[] = [];
  const close = vi.fn();
  const tools: PictureTools = {
    decode: async () => ({ width: size[0], height: size[1], close }) as unknown as ImageBitmap,
    canvas: (width, height) =>
      ({
        getContext: () => ({ fillRect: () => {}, drawImage: () => {} }),
        convertToBlob: async ({ quality }: ImageEncodeOptions) => {
          const each = { width, height, quality };
          drawn.push(each);
          return new Blob([webp(width, height, Math.max(0, bytesOf(each) - 30)) as Uint8Array<ArrayBuffer>], { type });
        },
      }) as unknown as OffscreenCanvas,
  };
  return { tools, drawn, close };
}
const codeOf = (pending: Promise<unknown>): Promise<string> =>
  pending.then(
    () => 'made',
    (error) => (error as Error).message,
  );
/** Two bytes for three pixels, more for better quality: a busy photograph. */
const busy = ({ width, height, quality = 0.5 }: Drawn): number => 30 + 2 * Math.round((width * height * quality) / 3);

describe('fitting a picture', () => {
  it('gives the best that fits, with its longest side at 400', async () => {
    const { tools, drawn, close } = toolsOf([2000, 1500], () => 3000);
    const picture = await fitPicture(webp(2000, 1500), 24_576, tools);
    expect(picture).toMatchObject({ type: 'image/webp', width: 400, height: 300 });
    expect(picture.bytes.length).toBe(3000);
    expect(drawn[0]).toMatchObject({ width: 120, height: 90 });
    expect(drawn.at(-1)).toEqual({ width: 400, height: 300, quality: 0.8 });
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('looks for a better one while a quarter of the room is left, and keeps the last that fits', async () => {
    // Of little detail when it is small: the probe says too much of it.
    const bytesOf = ({ width }: Drawn): number => (width >= 240 ? 1002 : width >= 160 ? 700 : 600);
    const { tools, drawn } = toolsOf([2000, 1500], bytesOf);
    const picture = await fitPicture(webp(2000, 1500), 1000, tools);
    expect([picture.width, picture.bytes.length]).toEqual([160, 700]);
    expect(drawn.at(-1)).toEqual({ width: 240, height: 180, quality: 0.3 });
    const full = toolsOf([2000, 1500], ({ width }) => (width >= 160 ? 752 : 600));
    expect(await fitPicture(webp(2000, 1500), 1000, full.tools)).toMatchObject({ width: 160 });
    expect(full.drawn.at(-1)).toMatchObject({ width: 160 });
  });

  it('does not look for a better one after one that was too large', async () => {
    const { tools, drawn } = toolsOf([2000, 1500], ({ width }) => (width === 120 ? 600 : width > 96 ? 2000 : 100));
    expect(await fitPicture(webp(2000, 1500), 1000, tools)).toMatchObject({ width: 120 });
    expect(drawn.map(({ width }) => width)).not.toContain(400);
  });

  it.each([24_576, 12_000, 5000, 2000, 1000])('stays within %i bytes of whatever it is given', async (budget) => {
    const { tools, drawn } = toolsOf([2000, 1500], busy);
    const picture = await fitPicture(webp(2000, 1500), budget, tools);
    expect(picture.bytes.length).toBeLessThanOrEqual(budget);
    // One look, one guess, and few more: each costs milliseconds.
    expect(drawn.length).toBeLessThanOrEqual(6);
  });

  it('never makes it larger than it was, and leaves every side a pixel', async () => {
    const small = toolsOf([10, 20], () => 100);
    expect(await fitPicture(webp(10, 20), 600, small.tools)).toMatchObject({ width: 10, height: 20 });
    const strip = toolsOf([4000, 1], () => 100);
    expect(await fitPicture(webp(4000, 1), 600, strip.tools)).toMatchObject({ width: 400, height: 1 });
  });

  it('takes a camera that was held upright for what it is', async () => {
    const { tools } = toolsOf([100, 200], () => 100);
    expect(await fitPicture(webp(200, 100), 600, tools)).toMatchObject({ width: 100, height: 200 });
  });

  it('is NotAPicture where the decoder sees another size than was said', async () => {
    const { tools, close } = toolsOf([100, 201], () => 100);
    expect(await codeOf(fitPicture(webp(100, 200), 600, tools))).toBe('NotAPicture');
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('is PictureBroken where nothing is small enough, or nothing can be made', async () => {
    const heavy = toolsOf([100, 200], () => 602);
    expect(await codeOf(fitPicture(webp(100, 200), 600, heavy.tools))).toBe('PictureBroken');
    expect(heavy.close).toHaveBeenCalledTimes(1);
    const png = toolsOf([100, 200], () => 100, 'image/png');
    expect(await codeOf(fitPicture(webp(100, 200), 600, png.tools))).toBe('PictureBroken');
    const fails = { ...heavy.tools, decode: async () => Promise.reject(new Error('x')) };
    expect(await codeOf(fitPicture(webp(100, 200), 600, fails))).toBe('PictureBroken');
    const noCanvas = { ...heavy.tools, canvas: () => ({ getContext: () => null }) as unknown as OffscreenCanvas };
    expect(await codeOf(fitPicture(webp(100, 200), 600, noCanvas))).toBe('PictureBroken');
  });

  it('decodes nothing that is none, is too large, or is over 2 MiB', async () => {
    const decode = vi.fn();
    const tools = { ...toolsOf([1, 1], () => 1).tools, decode };
    expect(await codeOf(fitPicture(new Uint8Array(99), 600, tools))).toBe('NotAPicture');
    expect(await codeOf(fitPicture(webp(9000, 9000), 600, tools))).toBe('PictureTooLarge');
    expect(await codeOf(fitPicture(webp(9, 9, 2_097_152 - 29), 600, tools))).toBe('PictureTooLarge');
    expect(decode).not.toHaveBeenCalled();
  });

  it('takes 2 MiB', async () => {
    const { tools } = toolsOf([9, 9], () => 100);
    expect(await codeOf(fitPicture(webp(9, 9, 2_097_152 - 30), 600, tools))).toBe('made');
  });

  it.each([511, 24_577])('calls a budget of %i bytes a mistake', async (budget) => {
    const { tools } = toolsOf([9, 9], () => 100);
    await expect(fitPicture(webp(9, 9), budget, tools)).rejects.toThrow(RangeError);
  });
});
