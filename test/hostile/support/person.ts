/** Owns what a person does with the mouse on the page, in both designs at the same places. */
import type { Bed } from './bed.ts';

/** Selects the first line of the list by three clicks and copies it; the place is over a bubble, or over bare text. */
export async function copyFirstLine({ page }: Bed): Promise<void> {
  const { x, y } = await firstLine(page);
  await page.mouse.click(x, y, { count: 3 });
  await page.keyboard.down('Control');
  await page.keyboard.press('c');
  await page.keyboard.up('Control');
}

/** Drags the selected first line to the head of the page. */
export async function dragFirstLine({ page }: Bed): Promise<void> {
  const { x, y } = await firstLine(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= 8; step += 1) await page.mouse.move(x + step * 20, y - step * 6);
  await page.mouse.move(500, 16);
  await page.mouse.up();
}

async function firstLine(page: Bed['page']): Promise<{ x: number; y: number }> {
  return page.evaluate(() => {
    const list = document.querySelector('#list')!;
    const line = list.firstElementChild!.shadowRoot?.querySelector('p') ?? list.querySelector('.row')!;
    const { left, top, height } = line.getBoundingClientRect();
    return { x: left + 40, y: top + height / 2 };
  });
}
