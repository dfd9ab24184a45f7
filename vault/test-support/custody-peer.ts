/**
 * Owns being the second process on a token: `custody-peer.ts MODULE TOKEN MODE REPLICA KEY`, for tests alone.
 * Evaluates the public key of KEY (a stored key, its fields in hex) under it, makes a key, writes forty anchors, and prints
 * what it has seen as one JSON object.
 */
import { decodeHex, encodeHex, encodeUtf8 } from '../../lib/bytes/index.ts';
import { openCustody, type StoredKey } from '../custody/index.ts';
import type { HsmSettings } from '../custody/pkcs11/custody.ts';
import { userPin } from './softhsm.ts';

const [module = '', tokenLabel = '', mode = '', replica = '', text = ''] = process.argv.slice(2);
const fields = Object.entries(JSON.parse(text) as Record<string, string>);
const key = Object.fromEntries(fields.map(([name, hex]) => [name, decodeHex(hex)])) as unknown as StoredKey;

const custody = await openCustody({ mode: mode as HsmSettings['mode'], module, tokenLabel, pin: userPin() });
const evaluated = await custody.evaluate(key, key.publicKey);
for (let seq = 1; seq <= 40; seq++) {
  await custody.writeAnchor(replica, { seq, head: new Uint8Array(32).fill(seq) });
  await custody.evaluate(key, key.publicKey);
}
const context = encodeUtf8(replica);
const own = { ...(await custody.createKey(context)), context };
const ownEvaluated = await custody.evaluate(own, key.publicKey);
const { identityKey, lineage } = custody;
const seen = { evaluated, ownEvaluated, identityKey, lineage, ...own };
process.stdout.write(
  JSON.stringify(Object.fromEntries(Object.entries(seen).map(([name, bytes]) => [name, encodeHex(bytes)]))),
);
await custody.close();
