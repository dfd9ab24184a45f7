export { receiveSpqr, type SpqrState, sendSpqr, startSpqr } from './state.ts';
export { decodeSpqr, encodeSpqr } from './state-codec.ts';
