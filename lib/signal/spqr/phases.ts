/**
 * Owns the states of the braid as data. The two sides take turns: in each epoch one owns the key pair, the other
 * encapsulates to it; with the next epoch they change places.
 * The names are those of the specification; what a state does stands in `key-owner.ts` and `encapsulator.ts`.
 * Source: "The ML-KEM Braid Protocol", section on the states.
 */
import type {
  Encapsulation,
  MlKem768Ciphertext1,
  MlKem768Header,
  MlKem768PrivateKey,
  MlKem768Vector,
} from '../../crypto/index.ts';
import type { Authenticator, EpochSecret } from './authenticator.ts';
import type { ErasureDecoder, ErasureEncoder } from './erasure-code.ts';
import type { MessageContent } from './message.ts';

/** The side that owns the key pair of the epoch. */
export type KeyOwnerPhase =
  | { readonly name: 'KeysUnsampled' }
  | {
      readonly name: 'KeysSampled';
      readonly header: ErasureEncoder;
      readonly vector: MlKem768Vector;
      readonly privateKey: MlKem768PrivateKey;
    }
  | {
      readonly name: 'HeaderSent';
      readonly vector: ErasureEncoder;
      readonly privateKey: MlKem768PrivateKey;
      readonly ciphertext1: ErasureDecoder;
    }
  | {
      readonly name: 'Ct1Received';
      readonly vector: ErasureEncoder;
      readonly privateKey: MlKem768PrivateKey;
      readonly ciphertext1: MlKem768Ciphertext1;
    }
  | {
      readonly name: 'EkSentCt1Received';
      readonly privateKey: MlKem768PrivateKey;
      readonly ciphertext1: MlKem768Ciphertext1;
      readonly ciphertext2: ErasureDecoder;
    };

/** The side that encapsulates in the epoch. */
export type EncapsulatorPhase =
  | { readonly name: 'NoHeaderReceived'; readonly header: ErasureDecoder }
  | { readonly name: 'HeaderReceived'; readonly header: MlKem768Header }
  | {
      readonly name: 'Ct1Sampled';
      readonly header: MlKem768Header;
      readonly encapsulation: Encapsulation;
      readonly ciphertext1: ErasureEncoder;
      readonly vector: ErasureDecoder;
    }
  // The second ciphertext is made as soon as the vector is there, which spares keeping the secret m any longer.
  | {
      readonly name: 'EkReceivedCt1Sampled';
      readonly ciphertext1: ErasureEncoder;
      readonly ciphertext2: ErasureEncoder;
    }
  | {
      readonly name: 'Ct1Acknowledged';
      readonly header: MlKem768Header;
      readonly encapsulation: Encapsulation;
      readonly ciphertext1: MlKem768Ciphertext1;
      readonly vector: ErasureDecoder;
    }
  | { readonly name: 'Ct2Sampled'; readonly ciphertext2: ErasureEncoder };

export type Phase = KeyOwnerPhase | EncapsulatorPhase;
export type PhaseName = Phase['name'];
/** The phase called `Name`. */
export type PhaseOf<Name extends PhaseName> = Extract<Phase, { readonly name: Name }>;

/** One side of the braid: its epoch (from 1), its authenticator, and where it stands in the epoch. */
export interface Braid {
  epoch: number;
  readonly authenticator: Authenticator;
  phase: Phase;
}

/** What the braid sends, and the secret of the epoch where sending has given one. */
export interface BraidOutput {
  readonly content: MessageContent;
  readonly secret: EpochSecret | undefined;
}

/** The phases of the encapsulator from which on it has the epoch's secret. */
const WITH_SECRET: ReadonlySet<PhaseName> = new Set<PhaseName>([
  'Ct1Sampled',
  'EkReceivedCt1Sampled',
  'Ct1Acknowledged',
  'Ct2Sampled',
]);

/** The last epoch whose secret this side of the braid has given out. */
export function lastSecretEpoch({ epoch, phase }: Braid): number {
  return WITH_SECRET.has(phase.name) ? epoch : epoch - 1;
}
