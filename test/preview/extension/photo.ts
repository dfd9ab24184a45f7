/** Owns a picture that is as hard to compress as a photograph: soft shades, edges, and a grain over all of it. */

/** A JPEG of this size. `busy` from 0 to 1 says how much there is in it. The same every time. */
export async function drawPhoto(width: number, height: number, busy: number): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const sky = context.createLinearGradient(0, 0, width, height);
  sky.addColorStop(0, '#8fb7e0');
  sky.addColorStop(0.5, '#f3d9b0');
  sky.addColorStop(1, '#3b4a2f');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let shape = 0; shape < 400 * busy; shape++) {
    context.fillStyle = `hsl(${next() * 360} 40% ${20 + next() * 60}% / 0.5)`;
    context.beginPath();
    context.ellipse(next() * width, next() * height, next() * width * 0.1, next() * height * 0.06, next() * 3, 0, 7);
    context.fill();
  }
  const pixels = context.getImageData(0, 0, width, height);
  for (let at = 0; at < pixels.data.length; at += 4) {
    const grain = (next() - 0.5) * 30 * busy;
    for (let channel = 0; channel < 3; channel++) pixels.data[at + channel]! += grain;
  }
  context.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  return new Uint8Array(await blob.arrayBuffer());
}
