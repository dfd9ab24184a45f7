/** Rows with armour on pages that recycle, split, fold, nest and flood. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserName } from '../support/browsers.ts';
import { armourOf } from './support/armour-samples.ts';
import { type Bench, call, eventually, startBench } from './support/bench.ts';
import type { RowReport } from './support/calls.ts';
import { chatPage } from './support/chat-page.ts';

const PAGE = chatPage('const onSend = () => {};', '<div class="row"><span>hello there</span></div>');

describe.each<BrowserName>(['chromium', 'firefox'])('%s', (browser) => {
  let bench: Bench;

  beforeAll(async () => {
    const headers = { 'content-type': 'text/html' };
    bench = await startBench(browser, (path) => (path === '/chat' ? { body: PAGE, headers } : undefined));
  });
  afterAll(() => bench?.stop());

  const rows = (page: Page): Promise<readonly RowReport[]> => call(page, 'rows', {});
  const rowsOnceThereAre = (page: Page, count: number): Promise<readonly RowReport[]> =>
    eventually(
      () => rows(page),
      ({ length }) => length === count,
    );

  it('reports a row that comes, once, and forgets it when it goes', async () => {
    const page = await bench.open('/chat');
    const text = armourOf(400);
    await page.evaluate((armour) => window.post(armour), text);
    const [row] = await rowsOnceThereAre(page, 1);
    expect(row).toMatchObject({ armour: text, complete: true, rows: 1, bodies: ['span'] });
    expect(row).not.toHaveProperty('own');
    expect(row).not.toHaveProperty('id');
    await page.evaluate(() => window.post('just words'));
    await call(page, 'rescan', {});
    await page.evaluate(() => document.querySelectorAll('.row')[1]!.remove());
    await rowsOnceThereAre(page, 0);
    expect(await call(page, 'log', {})).toMatchObject({ seen: [text], lost: 1 });
    await page.close();
  });

  it('takes a recycled element for what it says now', async () => {
    const page = await bench.open('/chat');
    const texts = [armourOf(200), armourOf(200)];
    await page.evaluate((armour) => window.post(armour), texts[0]!);
    await rowsOnceThereAre(page, 1);
    const write = (text: string): Promise<void> =>
      page.evaluate((words) => {
        (document.querySelectorAll('.row span')[1]!.firstChild as Text).data = words;
      }, text);
    await write(texts[1]!);
    await eventually(
      () => rows(page),
      ([row]) => row?.armour === texts[1],
    );
    await write('only words again');
    await rowsOnceThereAre(page, 0);
    await write(texts[0]!);
    await rowsOnceThereAre(page, 1);
    expect(await call(page, 'log', {})).toMatchObject({ seen: [texts[0], texts[1], texts[0]], lost: 1 });
    await page.close();
  });

  it('reads armour over several nodes, also where the cut goes through the mark', async () => {
    const page = await bench.open('/chat');
    const text = armourOf(300);
    await page.evaluate((armour) => {
      const row = window.post('');
      row.innerHTML = `<b>Bob</b><p>${armour.slice(0, 3)}<wbr>${armour.slice(3, 99)}<a href="#">${armour.slice(99, 200)}</a><br>\n ${armour.slice(200)}</p><time>12:00</time>`;
    }, text);
    const [row] = await rowsOnceThereAre(page, 1);
    expect(row).toMatchObject({ armour: text, complete: true, row: 'p', bodies: ['p'] });
    await page.close();
  });

  it('joins a message that the site split over rows, whenever the last part comes', async () => {
    const page = await bench.open('/chat');
    const text = armourOf(500);
    await page.evaluate((armour) => window.post(armour), text.slice(0, 350));
    expect((await rowsOnceThereAre(page, 1))[0]).toMatchObject({ complete: false, rows: 1 });
    await page.evaluate((armour) => window.post(armour), text.slice(350));
    const [row] = await eventually(
      () => rows(page),
      ([first]) => first?.complete === true,
    );
    expect(row).toMatchObject({ armour: text, rows: 2 });
    await page.close();
  });

  it('says that a message is unfinished, and never takes the next one for its end', async () => {
    const page = await bench.open('/chat');
    const [cut, whole] = [armourOf(300), armourOf(300)];
    await page.evaluate(
      (first, second) => {
        window.post(first);
        window.post(second);
      },
      cut.slice(0, 200),
      whole,
    );
    const found = await rowsOnceThereAre(page, 2);
    expect(found.map(({ complete }) => complete)).toEqual([false, true]);
    expect(found[1]!.armour).toBe(whole);
    await page.close();
  });

  it('reports each of several blocks, and armour in shadow trees that come later', async () => {
    const page = await bench.open('/chat');
    const texts = [armourOf(200), armourOf(200), armourOf(200)];
    await page.evaluate((armour) => {
      const [first, second, third] = armour;
      window.post(`${first} ${second}`);
      const host = window.post('');
      host.attachShadow({ mode: 'open' }).innerHTML = `<section><p>${third}</p></section>`;
    }, texts);
    const found = await rowsOnceThereAre(page, 2);
    expect(found.map(({ armour }) => armour)).toEqual([`${texts[0]} ${texts[1]}`, texts[2]]);
    await page.close();
  });

  it('sees no row in the box, in the side bar or in scripts', async () => {
    const page = await bench.open('/chat');
    await page.evaluate((armour) => {
      document.body.insertAdjacentHTML(
        'afterbegin',
        `<aside>${armour}</aside><script type="text/plain">${armour}</script>`,
      );
      const row = window.post('');
      row.innerHTML = `<div contenteditable="true">${armour}</div><script type="text/plain">${armour}</script>`;
      document.querySelector('textarea')!.value = armour;
      window.post('words');
    }, armourOf(200));
    await call(page, 'rescan', {});
    expect(await rows(page)).toEqual([]);
    await page.close();
  });

  it('moves on with the page: another conversation in the same list, another list, no list', async () => {
    const page = await bench.open('/chat');
    const texts = [armourOf(200), armourOf(200), armourOf(200)];
    await page.evaluate((armour) => window.post(armour), texts[0]!);
    await rowsOnceThereAre(page, 1);
    await page.evaluate((armour) => {
      document.querySelector('#list')!.innerHTML = `<div class="row">${armour}</div>`;
      document.title = 'Carol';
      history.pushState(null, '', '/chat#/direct/carol');
    }, texts[1]!);
    await eventually(
      () => rows(page),
      (found) => found.length === 1 && found[0]!.armour === texts[1],
    );
    expect(await call(page, 'hint', {})).toMatchObject({ key: 'path:/chat#direct/carol', peer: 'Carol' });
    await page.evaluate((armour) => {
      const list = document.querySelector('#list')!;
      const next = list.cloneNode() as HTMLElement;
      next.innerHTML = `<div class="row">${armour}</div>`;
      list.replaceWith(next);
    }, texts[2]!);
    await eventually(
      () => rows(page),
      (found) => found.length === 1 && found[0]!.armour === texts[2],
    );
    await page.evaluate(() => document.querySelector('#list')!.remove());
    await rowsOnceThereAre(page, 0);
    await page.close();
  });

  it('scans 25 000 text nodes quickly, and finds the one row among them', async () => {
    const page = await bench.open('/chat');
    const text = armourOf(300);
    await page.evaluate((armour) => {
      const row = '<div class="row"><b>Bob</b> <span>a few words</span> <i>of a long</i> <em>conversation</em></div>';
      document.querySelector('#list')!.innerHTML = row.repeat(3570);
      window.post(armour);
    }, text);
    await rowsOnceThereAre(page, 1);
    const times = [];
    for (let i = 0; i < 7; i++) times.push(await call(page, 'rescan', {}));
    const median = times.sort((a, b) => a - b)[3]!;
    console.log(`scan of 25 000 text nodes in ${browser}: ${median.toFixed(1)} ms (median of 7)`);
    // The bench holds Chromium to 20 ms; here the fastest of seven and four times that, so that a busy machine fails nobody.
    expect(times[0]).toBeLessThan(80);
    await page.close();
  });
});
