export { answerPopupState, type PopupState, requestPopupState } from './popup-state.ts';
