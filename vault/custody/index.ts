import type { Custody } from './custody.ts';
import { custodyFailure } from './failure.ts';
import type { HsmSettings } from './pkcs11/custody.ts';
import { openThreadedCustody } from './pkcs11/threaded.ts';
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
 * library are loaded for an HSM alone, so a vault in software needs neither; for an HSM that library's absence is
 * HsmNotReady.
 */
export async function openCustody(settings: CustodySettings): Promise<Custody> {
  if (settings.mode === 'software') return openSoftwareCustody(settings);
  const { openHsmCustody } = await loadPkcs11();
  return openHsmCustody(settings);
}

/**
 * The same for a process that has one custody: an HSM gets a thread of its own, so that nothing waits for the HSM but
 * who asked it. Software custody needs none.
 */
export async function openOnlyCustody(settings: CustodySettings): Promise<Custody> {
  return settings.mode === 'software' ? openSoftwareCustody(settings) : openThreadedCustody(settings);
}

async function loadPkcs11(): Promise<typeof import('./pkcs11/custody.ts')> {
  try {
    return await import('./pkcs11/custody.ts');
  } catch (error) {
    // Not installed, or not compiled: `npm rebuild pkcs11js`.
    throw custodyFailure('HsmNotReady', error);
  }
}
