/**
 * Owns being the process that is killed while it writes anchors: `anchor-writer.ts MODULE TOKEN WRITING REPLICA`, for tests
 * alone. Goes on from the anchor it finds and prints each seq once it was written, for two seconds at most.
 */
import { writeSync } from 'node:fs';
import { openHsmCustody } from '../custody/pkcs11/custody.ts';
import { userPin } from './softhsm.ts';

const [module = '', tokenLabel = '', writing = '', replica = ''] = process.argv.slice(2);
const anchorWriting = writing === 'object' ? 'object' : 'label';
const custody = await openHsmCustody({ mode: 'wrapped', module, tokenLabel, pin: userPin(), anchorWriting });
const first = (await custody.readAnchor(replica))?.seq ?? 0;
const until = performance.now() + 2000;
for (let seq = first + 1; performance.now() < until; seq++) {
  await custody.writeAnchor(replica, { seq, head: new Uint8Array(32).fill(seq & 0xff) });
  writeSync(1, `${seq}\n`);
}
await custody.close();
