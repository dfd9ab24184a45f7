/**
 * Owns the way to a token: its module, its slot by label, one session, the log-in, and finding them again after a loss.
 * Does not own what is done in the session: `run` hands it a state that `prepare` made for this very session.
 *
 * Invariants: a wrong PIN is tried once by a process and never again, and not at all on a token that remembers a wrong
 * one, since tokens lock after a few: not even a supervisor that restarts the vault for ever can lock it.
 * Everything is synchronous, so no call sees another's session being replaced.
 */
import pkcs11js, { type Handle, type PKCS11 } from 'pkcs11js';
import type { SecretBytes } from '../../../lib/bytes/index.ts';
import { decodeUtf8 } from '../../../lib/bytes/index.ts';
import type { CustodyFailure } from '../custody.ts';
import { custodyFailure } from '../failure.ts';
import { failureOf, isLoss, returnValue } from './refusals.ts';
import { Token } from './token.ts';

/** Where the token is. */
export interface DeviceSettings {
  /** The path of the device's PKCS#11 module. */
  readonly module: string;
  /** The token's label: slots change their numbers. */
  readonly tokenLabel: string;
  /** The user PIN. Kept for as long as the device is open, to log in again after a loss. */
  readonly pin: SecretBytes<'HsmPin'>;
}

/** One C_Initialize a process and module, however many devices of ours use it. */
const modules = new Map<string, { readonly module: PKCS11; users: number }>();

/** After a search in vain the next one waits this long (ms), so that a vault without its HSM still answers quickly. */
const SEARCH_PAUSE = 1000;

/** CKF_USER_PIN_COUNT_LOW, _FINAL_TRY, _LOCKED (PKCS#11 2.40, section 3.2): a wrong PIN was tried since the last right one. */
const PIN_SPENT = 0x10000 | 0x20000 | 0x40000;
/** CKS_RW_USER_FUNCTIONS: somebody of this process has logged in already. */
const LOGGED_IN = 3;

/** A token, found again when it was lost. `State` is what `prepare` reads out of a new session. */
export class Device<State> {
  readonly #settings: DeviceSettings;
  readonly #prepare: (token: Token) => State;
  readonly #module: PKCS11;
  #opened: { readonly token: Token; readonly state: State } | undefined;
  #refused: CustodyFailure | undefined;
  #searchedInVain = Number.NEGATIVE_INFINITY;

  /** Opens the device at once; throws what is in its way. */
  constructor(settings: DeviceSettings, prepare: (token: Token) => State) {
    this.#settings = settings;
    this.#prepare = prepare;
    this.#module = acquire(settings.module);
    try {
      this.#reopen();
    } catch (error) {
      this.close();
      throw failureOf(error);
    }
  }

  /**
   * Runs `use` in the session. After a loss the device is looked for once and `use` runs once more: it must be
   * something that may be done twice. Throws a CustodyFailure, or a programmer's mistake as it is.
   */
  run<Result>(use: (state: State) => Result): Result {
    if (this.#refused !== undefined) throw this.#refused;
    try {
      if (this.#opened !== undefined) {
        try {
          return use(this.#opened.state);
        } catch (error) {
          if (!isLoss(error)) throw error;
        }
      }
      return use(this.#reopen());
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Lets go of the session and, with its last user, of the module. `run` fails from now on. */
  close(): void {
    if (this.#refused?.code === 'HsmUnavailable') return;
    this.#refused = custodyFailure('HsmUnavailable');
    this.#drop();
    this.#settings.pin.wipe();
    release(this.#settings.module);
  }

  #reopen(): State {
    if (performance.now() - this.#searchedInVain < SEARCH_PAUSE) throw custodyFailure('HsmUnavailable');
    this.#drop();
    try {
      try {
        return this.#open();
      } catch (error) {
        if (!isLoss(error) && !isAbsent(error)) throw error;
        // The module itself may be what is stale: a token that came back has a new slot only after C_Initialize.
        this.#drop();
        restart(this.#module);
        return this.#open();
      }
    } catch (error) {
      this.#searchedInVain = performance.now();
      throw error;
    }
  }

  #open(): State {
    const slot = this.#slot();
    const session = this.#module.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
    const token = new Token(this.#module, slot, session);
    try {
      this.#logIn(slot, session);
      const state = this.#prepare(token);
      this.#opened = { token, state };
      return state;
    } catch (error) {
      token.close();
      throw error;
    }
  }

  #slot(): Handle {
    const slots = this.#module.C_GetSlotList(true);
    const found = slots.filter(
      (slot) => this.#module.C_GetTokenInfo(slot).label.trimEnd() === this.#settings.tokenLabel,
    );
    if (found.length > 1) throw custodyFailure('HsmNotReady');
    if (found[0] === undefined) throw custodyFailure('HsmUnavailable');
    return found[0];
  }

  #logIn(slot: Handle, session: Handle): void {
    if (this.#module.C_GetSessionInfo(session).state === LOGGED_IN) return;
    const pin = decodeUtf8(this.#settings.pin.reveal());
    const spent = (this.#module.C_GetTokenInfo(slot).flags & PIN_SPENT) !== 0;
    // Once somebody has logged in with the right one, the token forgets.
    if (pin === undefined || spent) throw custodyFailure('HsmPinWrong');
    try {
      this.#module.C_Login(session, pkcs11js.CKU_USER, pin);
    } catch (error) {
      if (returnValue(error) === pkcs11js.CKR_USER_ALREADY_LOGGED_IN) return;
      const failure = failureOf(error);
      if (failure.code === 'HsmPinWrong') this.#refused = failure;
      throw failure;
    }
  }

  #drop(): void {
    const { token } = this.#opened ?? {};
    this.#opened = undefined;
    try {
      token?.close();
    } catch (error) {
      // A lost session can't be closed, and need not be.
      if (returnValue(error) === undefined) throw error;
    }
  }
}

function isAbsent(error: unknown): boolean {
  return failureOf(error).code === 'HsmUnavailable';
}

function acquire(path: string): PKCS11 {
  const known = modules.get(path);
  if (known !== undefined) {
    known.users += 1;
    return known.module;
  }
  const module = new pkcs11js.PKCS11();
  try {
    module.load(path);
  } catch (error) {
    throw custodyFailure('HsmUnavailable', error);
  }
  try {
    initialize(module);
  } catch (error) {
    throw failureOf(error);
  }
  modules.set(path, { module, users: 1 });
  return module;
}

function release(path: string): void {
  const known = modules.get(path);
  if (known === undefined) return;
  known.users -= 1;
  if (known.users > 0) return;
  modules.delete(path);
  finalize(known.module);
  known.module.close();
}

function restart(module: PKCS11): void {
  finalize(module);
  initialize(module);
}

function initialize(module: PKCS11): void {
  try {
    module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
  } catch (error) {
    if (returnValue(error) !== pkcs11js.CKR_CRYPTOKI_ALREADY_INITIALIZED) throw error;
  }
}

function finalize(module: PKCS11): void {
  try {
    module.C_Finalize();
  } catch (error) {
    if (returnValue(error) === undefined) throw error;
  }
}
