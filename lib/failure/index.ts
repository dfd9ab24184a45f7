export { attempt, Failure, type Outcome, type Retry } from './failure.ts';
