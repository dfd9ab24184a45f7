export { receiveSpqr, type SpqrState, sendSpqr, startSpqr, wipeSpqr } from './state.ts';
export { decodeSpqr, encodeSpqr } from './state-codec.ts';
