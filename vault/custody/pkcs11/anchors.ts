/**
 * Owns the anchors in the HSM: data objects by CKA_APPLICATION, up to two for each replica, of which the higher counts.
 *
 * A write never touches the object that holds the newest anchor, so a crash in the middle of it leaves that one, and
 * what it tore in the other is passed over. Where the device lets a label be rewritten, two objects take turns (SoftHSM:
 * 0.3 ms); where it does not, a new one is made and the old one destroyed (2.6 ms), which leaves two after a crash.
 */
import pkcs11js, { type Attribute, type Handle } from 'pkcs11js';
import { decodeUtf8, encodeUtf8 } from '../../../lib/bytes/index.ts';
import { decodeAnchor, encodeAnchor } from '../anchor.ts';
import { type Anchor, REPLICA_NAME } from '../custody.ts';
import { custodyFailure } from '../failure.ts';
import { isPrivate, type Token } from './token.ts';

/** How anchors are replaced: by rewriting labels, or by new objects. */
export type AnchorWriting = 'label' | 'object';

interface Slot {
  readonly object: Handle;
  /** Undefined for what a crash has torn. */
  anchor: Anchor | undefined;
}

/** The anchors of a vault, by the first word of its labels. */
export class HsmAnchors {
  readonly #token: Token;
  readonly #prefix: string;
  readonly #writing: AnchorWriting;
  /** The slots of replicas that were written in this session: nobody else writes them. */
  readonly #own = new Map<string, Slot[]>();

  constructor(token: Token, name: string, writing: AnchorWriting) {
    this.#token = token;
    this.#prefix = `${name} anchor `;
    this.#writing = writing;
  }

  read(replica: string): Anchor | undefined {
    return anchorOf(this.#slots(replica));
  }

  all(): Map<string, Anchor> {
    const found = new Map<string, Slot[]>();
    for (const object of this.#token.find([{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_DATA }])) {
      const application = decodeUtf8(this.#token.read(object, pkcs11js.CKA_APPLICATION)) ?? '';
      if (!application.startsWith(this.#prefix)) continue;
      const replica = application.slice(this.#prefix.length);
      if (!REPLICA_NAME.test(replica)) throw custodyFailure('AnchorInvalid');
      found.set(replica, [...(found.get(replica) ?? []), this.#slot(object)]);
    }
    return new Map([...found].map(([replica, slots]) => [replica, anchorOf(slots)!]));
  }

  write(replica: string, anchor: Anchor): void {
    const slots = this.#own.get(replica) ?? this.#slots(replica);
    // Until it is done, what is kept of the slots may be wrong.
    this.#own.delete(replica);
    const current = newest(slots);
    const spare = slots.find((slot) => slot !== current);
    const text = encodeAnchor(anchor);
    // The higher counts, so a lower one must be the only one.
    const alone = this.#writing === 'object' || anchor.seq <= (current?.anchor?.seq ?? -1);
    if (!alone && spare !== undefined) {
      this.#token.write(spare.object, pkcs11js.CKA_LABEL, text);
      spare.anchor = anchor;
      this.#own.set(replica, slots);
      return;
    }
    const object = this.#token.create(this.#template(replica, text));
    if (alone) for (const slot of slots) this.#token.destroy(slot.object);
    this.#own.set(replica, [...(alone ? [] : slots), { object, anchor }]);
  }

  #slots(replica: string): Slot[] {
    const application = { type: pkcs11js.CKA_APPLICATION, value: this.#prefix + replica };
    const template = [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_DATA }, application];
    return this.#token.find(template).map((object) => this.#slot(object));
  }

  #slot(object: Handle): Slot {
    return { object, anchor: decodeAnchor(decodeUtf8(this.#token.read(object, pkcs11js.CKA_LABEL)) ?? '') };
  }

  #template(replica: string, text: string): Attribute[] {
    return [
      { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_DATA },
      { type: pkcs11js.CKA_TOKEN, value: true },
      isPrivate,
      { type: pkcs11js.CKA_MODIFIABLE, value: true },
      { type: pkcs11js.CKA_APPLICATION, value: this.#prefix + replica },
      { type: pkcs11js.CKA_LABEL, value: text },
      // Some devices refuse a data object without a value.
      { type: pkcs11js.CKA_VALUE, value: Buffer.from(encodeUtf8('Sotto anchor v1')) },
    ];
  }
}

/** The slot with the highest seq; undefined where none can be read. */
function newest(slots: readonly Slot[]): Slot | undefined {
  return slots.reduce<Slot | undefined>(
    (best, slot) => ((slot.anchor?.seq ?? -1) > (best?.anchor?.seq ?? -1) ? slot : best),
    undefined,
  );
}

/** What these slots of one replica say together; AnchorInvalid where there are some and none can be read. */
function anchorOf(slots: readonly Slot[]): Anchor | undefined {
  const anchor = newest(slots)?.anchor;
  if (anchor === undefined && slots.length > 0) throw custodyFailure('AnchorInvalid');
  return anchor;
}
