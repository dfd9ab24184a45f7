import pkcs11js, { type Handle } from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRawToken, type RawToken } from '../../test-support/raw-token.ts';
import { type SoftHsm, startSoftHsm, userPin } from '../../test-support/softhsm.ts';
import { encodeAnchor } from '../anchor.ts';
import { type AnchorWriting, HsmAnchors } from './anchors.ts';
import { Device } from './device.ts';
import type { Token } from './token.ts';

let hsm: SoftHsm;
let raw: RawToken;
let device: Device<Token>;
const anchor = (seq: number, value = seq) => ({ seq, head: new Uint8Array(32).fill(value) });

beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeToken('anchors');
  device = new Device({ module: hsm.module, tokenLabel: 'anchors', pin: userPin() }, (token) => token);
  raw = openRawToken(hsm.module, 'anchors');
});
afterAll(() => {
  raw.close();
  device.close();
  hsm.remove();
});

/** The anchors as one process has them that has just started. */
const started = (writing: AnchorWriting, name = 'sotto') => device.run((token) => new HsmAnchors(token, name, writing));
const of = (replica: string, name = 'sotto') => ({
  type: pkcs11js.CKA_APPLICATION,
  value: `${name} anchor ${replica}`,
});
const objects = (replica: string) => {
  raw.module.C_FindObjectsInit(raw.session, [of(replica)]);
  const found = raw.module.C_FindObjects(raw.session, 10);
  raw.module.C_FindObjectsFinal(raw.session);
  return found;
};
const labelOf = (object: Handle) =>
  raw.module.C_GetAttributeValue(raw.session, object, [{ type: pkcs11js.CKA_LABEL }])[0]!.value.toString();
const plant = (replica: string, label: string) =>
  raw.module.C_CreateObject(raw.session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_DATA },
    { type: pkcs11js.CKA_TOKEN, value: true },
    { type: pkcs11js.CKA_PRIVATE, value: true },
    of(replica),
    { type: pkcs11js.CKA_LABEL, value: label },
    { type: pkcs11js.CKA_VALUE, value: Buffer.from('x') },
  ]);
const relabel = (object: Handle, label: string) =>
  raw.module.C_SetAttributeValue(raw.session, object, [{ type: pkcs11js.CKA_LABEL, value: Buffer.from(label) }]);

describe.each(['label', 'object'] as const)('anchors that are replaced by %s', (writing) => {
  it('are read as they were last written, by this process and by the next', () => {
    const replica = `${writing}-plain`;
    const anchors = started(writing);
    for (let seq = 1; seq <= 20; seq++) {
      anchors.write(replica, anchor(seq));
      expect(anchors.read(replica)).toEqual(anchor(seq));
      expect(started(writing).read(replica)).toEqual(anchor(seq));
    }
    started(writing).write(replica, anchor(21));
    expect(started(writing).all().get(replica)).toEqual(anchor(21));
    expect(objects(replica)).toHaveLength(writing === 'label' ? 2 : 1);
  });

  it('leave the newest object alone while they write, so that a torn write loses nothing', () => {
    const replica = `${writing}-torn`;
    const anchors = started(writing);
    for (let seq = 1; seq <= 4; seq++) anchors.write(replica, anchor(seq));
    if (writing === 'label') {
      const [spare] = objects(replica).filter((object) => labelOf(object) === encodeAnchor(anchor(3)));
      relabel(spare!, encodeAnchor(anchor(5)).slice(0, 20));
    } else {
      plant(replica, '');
    }
    expect(started(writing).read(replica)).toEqual(anchor(4));
    expect(started(writing).all().get(replica)).toEqual(anchor(4));
    started(writing).write(replica, anchor(5));
    expect(started(writing).read(replica)).toEqual(anchor(5));
  });

  it('count by the higher of two that a crash has left, and the lower goes with the next write', () => {
    const replica = `${writing}-two`;
    plant(replica, encodeAnchor(anchor(8)));
    plant(replica, encodeAnchor(anchor(9)));
    plant(replica, encodeAnchor(anchor(7)));
    const anchors = started(writing);
    expect(anchors.read(replica)).toEqual(anchor(9));
    expect(anchors.all().get(replica)).toEqual(anchor(9));
    anchors.write(replica, anchor(10));
    expect(started(writing).read(replica)).toEqual(anchor(10));
    expect(objects(replica).map(labelOf)).toContain(encodeAnchor(anchor(10)));
  });

  it('that no part can be read of are invalid, not absent', () => {
    const replica = `${writing}-invalid`;
    const object = plant(replica, 'nonsense');
    expect(() => started(writing).read(replica)).toThrow('AnchorInvalid');
    expect(() => started(writing).all()).toThrow('AnchorInvalid');
    raw.module.C_DestroyObject(raw.session, object);
    expect(started(writing).read(replica)).toBeUndefined();
  });

  it('can be set back by an operator, and then nothing higher is left', () => {
    const replica = `${writing}-back`;
    const anchors = started(writing);
    for (const seq of [5, 6, 7]) anchors.write(replica, anchor(seq));
    anchors.write(replica, anchor(3));
    expect(started(writing).read(replica)).toEqual(anchor(3));
    expect(objects(replica)).toHaveLength(1);
    anchors.write(replica, anchor(3, 99));
    expect(started(writing).read(replica)).toEqual(anchor(3, 99));
    anchors.write(replica, anchor(4));
    expect(started(writing).read(replica)).toEqual(anchor(4));
  });

  it("are each replica's own, and each vault's own", () => {
    const anchors = started(writing);
    anchors.write(`${writing}-a`, anchor(1));
    anchors.write(`${writing}-ab`, anchor(2));
    started(writing, 'other').write(`${writing}-a`, anchor(3));
    expect(anchors.read(`${writing}-a`)).toEqual(anchor(1));
    expect(anchors.read(`${writing}-ab`)).toEqual(anchor(2));
    expect([...started(writing, 'other').all()].filter(([replica]) => replica.startsWith(writing))).toEqual([
      [`${writing}-a`, anchor(3)],
    ]);
  });
});

describe('an anchor object', () => {
  it('is seen by nobody who is not logged in', () => {
    started('label').write('hidden', anchor(1));
    const [object] = objects('hidden');
    const [hidden] = raw.module.C_GetAttributeValue(raw.session, object!, [{ type: pkcs11js.CKA_PRIVATE }]);
    expect([...hidden!.value]).toEqual([1]);
  });
});
