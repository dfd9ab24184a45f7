/**
 * Owns what an intruder on the vault's host has: a logged-in session of his own in the vault's token, by plain PKCS#11.
 * For tests alone. It shares the module with custody in one process, and so can pull the device from under it.
 */
import pkcs11js, { type Attribute, type Handle, type PKCS11 } from 'pkcs11js';
import { USER_PIN } from './softhsm.ts';

export interface RawToken {
  readonly module: PKCS11;
  readonly slot: Handle;
  readonly session: Handle;
  /** The one object of this class and label. */
  find(objectClass: number, label: string): Handle;
  count(template: Attribute[]): number;
  close(): void;
}

/** Opens a session in the token of this label and logs in, unless the process is logged in already. */
export function openRawToken(path: string, label: string, pin = USER_PIN): RawToken {
  const module = new pkcs11js.PKCS11();
  module.load(path);
  ignoring(/CKR_CRYPTOKI_ALREADY_INITIALIZED/, () => module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK }));
  const slot = module.C_GetSlotList(true).find((id) => module.C_GetTokenInfo(id).label.trimEnd() === label);
  if (slot === undefined) throw new Error(`no token ${label}`);
  const session = module.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
  ignoring(/CKR_USER_ALREADY_LOGGED_IN/, () => module.C_Login(session, pkcs11js.CKU_USER, pin));
  const all = (template: Attribute[]): Handle[] => {
    module.C_FindObjectsInit(session, template);
    const found = module.C_FindObjects(session, 1000);
    module.C_FindObjectsFinal(session);
    return found;
  };
  return {
    module,
    slot,
    session,
    find(objectClass, labelled) {
      const found = all([
        { type: pkcs11js.CKA_CLASS, value: objectClass },
        { type: pkcs11js.CKA_LABEL, value: labelled },
      ]);
      if (found.length !== 1) throw new Error(`${found.length} objects ${labelled}`);
      return found[0]!;
    },
    count: (template) => all(template).length,
    // Not C_Finalize: that would end custody's sessions too.
    close: () => ignoring(/CKR_/, () => module.C_CloseSession(session)),
  };
}

function ignoring(expected: RegExp, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!expected.test(String(error))) throw error;
  }
}
