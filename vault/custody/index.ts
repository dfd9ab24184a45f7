import type { Custody } from './custody.ts';
import type { HsmSettings } from './pkcs11/custody.ts';
import { openSoftwareCustody, type SoftwareSettings } from './software.ts';

export {
  type Anchor,
  BLOB_MOST,
  CONTEXT_MOST,
  type Custody,
  type CustodyCode,
  type CustodyFailure,
  type CustodyGrade,
  type CustodyMode,
  REPLICA_NAME,
  type StoredKey,
} from './custody.ts';
export type { HsmSettings, SoftwareSettings };

/** What custody a vault has: an HSM's or software's. */
export type CustodySettings = HsmSettings | SoftwareSettings;

/**
 * Opens custody, and for an HSM tries it (about 30 ms on SoftHSM). Throws a CustodyFailure. PKCS#11 and its compiled
 * library are loaded for an HSM alone, so a vault in software needs neither; where the library is not there for a vault
 * with an HSM, the loader's own error is thrown.
 */
export async function openCustody(settings: CustodySettings): Promise<Custody> {
  if (settings.mode === 'software') return openSoftwareCustody(settings);
  const { openHsmCustody } = await import('./pkcs11/custody.ts');
  return openHsmCustody(settings);
}
