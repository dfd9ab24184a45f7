/** What is kept: sealed, in one transaction a step, and never taken for what it is not. See docs/conversation.md. */
export type { DatabasePlatform, TableName } from './database.ts';
export { type EraseOptions, eraseStore } from './erase.ts';
export type { StoreFailureCode } from './failure.ts';
export { createStorageKeeper, type KeyKeeper, type StorageArea } from './keeper.ts';
export { createMemoryLocks, createWebLocks, type LockManagerLike, type Locks } from './locks.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export type { RowCodec } from './row-codec.ts';
export * as row from './row-codec.ts';
export type { RowName, Rows, RowTable, WritableRows } from './rows.ts';
export type { Store } from './store.ts';
