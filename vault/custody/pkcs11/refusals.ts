/**
 * Owns what the return values of PKCS#11 (version 2.40, section 5.1) mean for a vault.
 * Does not own the answers to them: device.ts looks for a lost device again, everything else passes the failure on.
 */
import pkcs11js from 'pkcs11js';
import { Failure } from '../../../lib/failure/index.ts';
import type { CustodyCode, CustodyFailure } from '../custody.ts';
import { custodyFailure } from '../failure.ts';

/**
 * The device, the token or the session is gone, or what we knew of it is stale: worth one look for it.
 * The general codes are among them, because modules answer a broken connection with them.
 */
const lost = new Set([
  pkcs11js.CKR_CRYPTOKI_NOT_INITIALIZED,
  pkcs11js.CKR_DEVICE_ERROR,
  pkcs11js.CKR_DEVICE_MEMORY,
  pkcs11js.CKR_DEVICE_REMOVED,
  pkcs11js.CKR_FUNCTION_FAILED,
  pkcs11js.CKR_GENERAL_ERROR,
  pkcs11js.CKR_HOST_MEMORY,
  pkcs11js.CKR_KEY_HANDLE_INVALID,
  pkcs11js.CKR_OBJECT_HANDLE_INVALID,
  pkcs11js.CKR_OPERATION_ACTIVE,
  pkcs11js.CKR_SESSION_CLOSED,
  pkcs11js.CKR_SESSION_COUNT,
  pkcs11js.CKR_SESSION_HANDLE_INVALID,
  pkcs11js.CKR_SLOT_ID_INVALID,
  pkcs11js.CKR_TOKEN_NOT_PRESENT,
  pkcs11js.CKR_TOKEN_NOT_RECOGNIZED,
  pkcs11js.CKR_UNWRAPPING_KEY_HANDLE_INVALID,
  pkcs11js.CKR_USER_NOT_LOGGED_IN,
  pkcs11js.CKR_WRAPPING_KEY_HANDLE_INVALID,
]);

const meanings = new Map<number, CustodyCode>([
  [pkcs11js.CKR_PIN_EXPIRED, 'HsmPinWrong'],
  [pkcs11js.CKR_PIN_INCORRECT, 'HsmPinWrong'],
  [pkcs11js.CKR_PIN_INVALID, 'HsmPinWrong'],
  [pkcs11js.CKR_PIN_LEN_RANGE, 'HsmPinWrong'],
  [pkcs11js.CKR_PIN_LOCKED, 'HsmPinWrong'],
  [pkcs11js.CKR_USER_PIN_NOT_INITIALIZED, 'HsmNotReady'],
  [pkcs11js.CKR_FUNCTION_NOT_SUPPORTED, 'MechanismMissing'],
  [pkcs11js.CKR_MECHANISM_INVALID, 'MechanismMissing'],
  [pkcs11js.CKR_MECHANISM_PARAM_INVALID, 'MechanismMissing'],
  [pkcs11js.CKR_KEY_FUNCTION_NOT_PERMITTED, 'HsmNotReady'],
]);

/**
 * The return value in an error of pkcs11js, or undefined for an error that is none of PKCS#11. What C_SetAttributeValue,
 * C_CreateObject and C_CopyObject throw is a plain Error with the value in its message: pkcs11js 2.1.7 forgot those.
 */
export function returnValue(error: unknown): number | undefined {
  if (error instanceof pkcs11js.Pkcs11Error) return error.code;
  const named = error instanceof Error ? /^CKR_\w+:(\d+)/.exec(error.message) : null;
  return named === null ? undefined : Number(named[1]);
}

/** Whether looking for the device again may mend it. */
export function isLoss(error: unknown): boolean {
  const value = returnValue(error);
  return value !== undefined && lost.has(value);
}

/** The failure that `error` is to the vault. A programmer's mistake (RangeError, TypeError) is thrown as it is. */
export function failureOf(error: unknown): CustodyFailure {
  if (error instanceof Failure) return error as CustodyFailure;
  if (isLoss(error)) return custodyFailure('HsmUnavailable', error);
  const value = returnValue(error);
  if (value !== undefined) return custodyFailure(meanings.get(value) ?? 'HsmFault', error);
  // The module could not be loaded, or does not have a function.
  if (error instanceof pkcs11js.NativeError) return custodyFailure('HsmUnavailable', error);
  throw error;
}
