/** Owns faults: a store and a keeper that break at the n-th thing that is awaited of them, before it or after it. */
import type { Store, WritableRows } from '../store/index.ts';
import type { Installation } from './test-installation.ts';

/** What a dying worker leaves behind: nothing, but the awaits that never came back. */
export class Crash extends Error {}

/** Counts what is awaited, and throws at one of them. */
export class FaultPlan {
  readonly #at: number;
  readonly #make: () => Error;
  count = 0;
  fired = '';

  /** `at`: the point that breaks, from 1. */
  constructor(at: number, make: () => Error = () => new Crash('crash')) {
    this.#at = at;
    this.#make = make;
  }

  point(name: string): void {
    this.count++;
    if (this.count !== this.#at) return;
    this.fired = name;
    throw this.#make();
  }
}

/** From now on everything that `installation` awaits of its store and keeper is a point of `plan`. Lifted by `restart`. */
export function injectFaults(installation: Installation, plan: FaultPlan): void {
  const { store, keeper } = installation;
  installation.around = { ...installation.around, store: faultyStore(store, plan) };
  const write = keeper.write.bind(keeper);
  keeper.write = async (record) => {
    plan.point('before the keeper is raised');
    await write(record);
    plan.point('after the keeper was raised');
  };
}

/** Lifts the faults without a restart: the same objects go on. */
export function liftFaults(installation: Installation): void {
  installation.around = { ...installation.around, store: installation.store };
  delete (installation.keeper as { write?: unknown }).write;
}

function faultyStore(store: Store, plan: FaultPlan): Store {
  return {
    read: async (step) => {
      plan.point('before reading');
      const value = await store.read(step);
      plan.point('after reading');
      return value;
    },
    transact: (step) => faultyStep(plan, step, (inner) => store.transact(inner)),
    note: (step) => faultyStep(plan, step, (inner) => store.note(inner)),
    close: () => store.close(),
  };
}

async function faultyStep<Value>(
  plan: FaultPlan,
  step: (rows: WritableRows) => Promise<Value>,
  run: (step: (rows: WritableRows) => Promise<Value>) => Promise<Value>,
): Promise<Value> {
  plan.point('before a step');
  const value = await run(async (rows) => {
    const result = await step(faultyRows(rows, plan));
    plan.point('before a commit');
    return result;
  });
  plan.point('after a commit');
  return value;
}

function faultyRows(rows: WritableRows, plan: FaultPlan): WritableRows {
  return {
    get: async (table, key) => {
      plan.point(`get ${table.name}`);
      return rows.get(table, key);
    },
    getMany: async (table, keys) => {
      plan.point(`getMany ${table.name}`);
      return rows.getMany(table, keys);
    },
    list: async (table, group) => {
      plan.point(`list ${table.name}`);
      return rows.list(table, group);
    },
    names: async (table, group) => {
      plan.point(`names ${table.name}`);
      return rows.names(table, group);
    },
    getNamed: async (table, names) => {
      plan.point(`getNamed ${table.name}`);
      return rows.getNamed(table, names);
    },
    put: async (table, key, group, value) => {
      plan.point(`put ${table.name}`);
      await rows.put(table, key, group, value);
    },
    delete: async (table, key) => {
      plan.point(`delete ${table.name}`);
      await rows.delete(table, key);
    },
  };
}
