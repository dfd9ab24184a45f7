export {
  encodePreKeySignalMessage,
  type PreKeySignalMessage,
  type PreKeySignalMessageBytes,
  parsePreKeySignalMessage,
} from './pre-key-signal-message.ts';
export {
  encodeSenderKeyDistribution,
  parseSenderKeyDistribution,
  type SenderKeyDistributionMessage,
} from './sender-key-distribution-message.ts';
export {
  encodeSenderKeyMessage,
  encodeSignedPart,
  parseSenderKeyMessage,
  type SenderKeyMessage,
} from './sender-key-message.ts';
export {
  encodeSignalMessage,
  parseSignalMessage,
  type SignalMessage,
  type SignalMessageBytes,
  serializeAuthenticated,
} from './signal-message.ts';
