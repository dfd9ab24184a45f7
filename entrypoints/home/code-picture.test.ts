import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyPicture, type Grey, takePicture, toPixels, toPng } from '../../test/support/drawn-code.ts';
import { MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, readPicture } from './code-picture.ts';

const CARD = 'sotto-backup:abc';
const isCard = (words: string): boolean => words === CARD;

/** What the browser's decoder gives, what was drawn of it, and what was let go. */
let decoded: Grey | undefined;
let drawn: number[];
let closed: number;
let canvases: { width: number; height: number }[];
let pixels: ReturnType<typeof toPixels>[];

beforeEach(() => {
  [decoded, drawn, closed, canvases, pixels] = [undefined, [], 0, [], []];
  vi.stubGlobal('createImageBitmap', async (file: Blob) => {
    if (decoded === undefined) throw new DOMException('broken', 'InvalidStateError');
    expect(file.type).toBe('image/png');
    return { width: decoded.width, height: decoded.height, close: () => (closed += 1) };
  });
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      width: number;
      height: number;
      constructor(width: number, height: number) {
        [this.width, this.height] = [width, height];
        canvases.push(this);
      }
      getContext() {
        return {
          fillRect: () => undefined,
          drawImage: (_: unknown, ...place: number[]) => drawn.push(...place),
          getImageData: () => {
            const taken = toPixels(decoded!);
            pixels.push(taken);
            return taken;
          },
        };
      }
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

/** The first bytes of a PNG of this size: nothing else of it is there. */
function headOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const png = new Uint8Array(toPng(emptyPicture(1, 1)));
  new DataView(png.buffer).setUint32(16, width);
  new DataView(png.buffer).setUint32(20, height);
  return png;
}

function fileOf(picture: Grey): Blob {
  decoded = picture;
  return new Blob([new Uint8Array(toPng(picture))]);
}

describe('a picture that a person chose', () => {
  it('gives what the code of a card says, and nothing of it is left', async () => {
    const answer = await readPicture(fileOf(takePicture(CARD, { width: 700, height: 700, side: 400 })), isCard);
    expect(answer).toEqual({ code: '', words: CARD });
    expect(drawn).toEqual([0, 0, 700, 700]);
    expect(closed).toBe(1);
    expect(canvases.map(({ width }) => width)).toEqual([0]);
    expect(pixels.every(({ data }) => data.every((byte) => byte === 0))).toBe(true);
  });

  it('with another code, or none, is refused as such', async () => {
    const other = fileOf(takePicture('hello', { width: 700, height: 700, side: 400 }));
    expect(await readPicture(other, isCard)).toEqual({ code: 'OtherCode', words: '' });
    expect(await readPicture(fileOf(emptyPicture(700, 700)), isCard)).toEqual({ code: 'NoCode', words: '' });
  });

  it('is drawn at most 3840 pixels long, and three times as large where it is tiny', async () => {
    const sizes = async (width: number, height: number): Promise<unknown[]> => {
      const small = fileOf(emptyPicture(8, 8));
      decoded = { ...decoded!, width, height };
      drawn = [];
      pixels = [];
      await readPicture(small, isCard);
      return drawn;
    };
    expect(await sizes(4000, 3000)).toEqual([0, 0, 3840, 2880]);
    expect(await sizes(3840, 10)).toEqual([0, 0, 3840, 10]);
    expect(await sizes(600, 400)).toEqual([0, 0, 600, 400]);
    expect(await sizes(599, 400)).toEqual([0, 0, 1797, 1200]);
    expect(await sizes(8000, 1)).toEqual([0, 0, 3840, 1]);
  });

  it.each([
    ['words', new TextEncoder().encode('Dear diary, this is no picture at all, but long enough to be one.')],
    ['an empty file', new Uint8Array()],
    ['a GIF', new TextEncoder().encode(`GIF89a\x09\0\x09\0\0\0\0,\0\0\0\0\x09\0\x09\0${'\0'.repeat(40)}`)],
    ['a drawing', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')],
  ])('%s is none, and no decoder sees it', async (_, bytes) => {
    decoded = emptyPicture(9, 9);
    expect(await readPicture(new Blob([bytes], { type: 'image/png' }), isCard)).toEqual({
      code: 'NotAPicture',
      words: '',
    });
    expect(closed).toBe(0);
  });

  it('that the browser cannot decode is damaged', async () => {
    expect(await readPicture(new Blob([headOf(9, 9)]), isCard)).toEqual({ code: 'PictureBroken', words: '' });
  });

  it('is too large by its pixels before anything is decoded', async () => {
    const code = async (width: number, height: number) =>
      (await readPicture(new Blob([headOf(width, height)]), isCard)).code;
    expect(await code(8192, 6400)).toBe('PictureBroken');
    expect(8192 * 6400).toBe(MAX_PICTURE_PIXELS);
    expect(await code(8192, 6401)).toBe('PictureTooLarge');
    expect(await code(0xffffffff, 0xffffffff)).toBe('PictureTooLarge');
  });

  it('is too large by its bytes before anything is read', async () => {
    const sized = (size: number): Blob => {
      const blob = new Blob([headOf(9, 9)]);
      return Object.defineProperty(blob, 'size', { value: size });
    };
    expect((await readPicture(sized(MAX_PICTURE_BYTES), isCard)).code).toBe('PictureBroken');
    expect((await readPicture(sized(MAX_PICTURE_BYTES + 1), isCard)).code).toBe('PictureTooLarge');
  });
});
