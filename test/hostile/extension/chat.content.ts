/** A chat adapter for the hostile page: mounts the real frames over it. Ids of rows stand where ciphertext would. */
import { defineContentScript } from 'wxt/utils/define-content-script';
import { browser } from '../../../lib/browser.ts';
import {
  type MountContract,
  mountComposer,
  mountTranscript,
  type TicketRegistration,
} from '../../../lib/frames/mount.ts';
import { connectPort, RpcClient } from '../../../lib/rpc/client.ts';
import { isDisarmed, report } from './disarmed.ts';
import { showInPage } from './in-page.ts';

function addRow(list: HTMLElement, id: string): void {
  const row = document.createElement('p');
  row.className = 'row';
  row.textContent = id;
  list.append(row);
}

async function mount(box: HTMLElement, list: HTMLElement): Promise<void> {
  for (const id of (await browser.runtime.sendMessage('test-ids')) as string[]) addRow(list, id);
  if (isDisarmed('frames')) {
    await showInPage(list, box);
    return;
  }
  const client = new RpcClient<MountContract>(connectPort);
  const order = {
    conversation: 'canaries',
    register: (registration: TicketRegistration) => {
      // A ticket that leaked: the worst that could happen, and still worth nothing.
      if (location.hash === '#leak') report(`ticket ${registration.kind} ${registration.ticket} ${registration.pass}`);
      return client.call('frames.register', registration);
    },
    onLost: (failure: { code: string }) => report(`lost ${failure.code}`),
  };
  if (location.hash === '#leak') {
    // A ticket that nobody has claimed yet, and whose pass did not leak.
    const spare = 'a'.repeat(32);
    await client.call('frames.register', {
      ticket: spare,
      pass: 'b'.repeat(32),
      kind: 'transcript',
      conversation: 'x',
    });
    report(`spare ${spare}`);
  }
  const transcript = mountTranscript({ ...order, scroller: list, recycles: location.search === '?recycles' });
  const rows = () =>
    [...list.querySelectorAll<HTMLElement>('.row')].map((anchor) => ({ id: anchor.textContent ?? '', anchor }));
  const refresh = (): void => transcript.setRows(rows());
  new MutationObserver(refresh).observe(list, { childList: true });
  refresh();
  const composer = mountComposer({
    ...order,
    box,
    onShowSite: (on) => transcript.showSite(on),
    onReady: () => report('composer ready'),
  });
  browser.runtime.onMessage.addListener((message: unknown): undefined => {
    if (typeof message === 'string' && message.startsWith('test-row ')) addRow(list, message.slice(9));
    if (message === 'test-focus') composer.focus();
  });
}

export default defineContentScript({
  matches: ['http://localhost/*'],
  runAt: 'document_idle',
  main() {
    const box = document.querySelector<HTMLElement>('#box');
    const list = document.querySelector<HTMLElement>('#list');
    if (box !== null && list !== null) void mount(box, list);
  },
});
