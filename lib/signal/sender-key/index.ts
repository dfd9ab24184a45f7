export type { SenderKeyDistributionBytes } from '../wire/sender-key-distribution-message.ts';
export {
  DISTRIBUTION_ID_LENGTH,
  type DistributionId,
  distributionId,
  type SenderKeyHeader,
} from '../wire/sender-key-header.ts';
export type { SenderKeyMessageBytes } from '../wire/sender-key-message.ts';
export {
  type CreatedDistribution,
  createSenderKeyDistribution,
  type ProcessedDistribution,
  processSenderKeyDistribution,
  readDistributionHeader,
} from './distribution.ts';
export {
  type DecryptedGroupMessage,
  decryptGroupMessage,
  type EncryptedGroupMessage,
  encryptGroupMessage,
  readGroupMessageHeader,
} from './group-cipher.ts';
export type { SenderKeyRecord } from './sender-key-record.ts';
