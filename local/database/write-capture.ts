// Captures every write that dynalite applies, with the item before and after it, for the stream of the table.
//
// dynalite has no streams. Every write of an item first updates its indexes and then the item, both under one lock of the
// item. The images are recorded in the first step and reported after the second, before the lock is released: so the
// writes of an item are reported in order, without failed ones, and before their callers are answered.
import type { MessagePort } from 'node:worker_threads';
import db, { type Item, type ItemStore } from 'dynalite/db/index.js';

export interface Write {
  tableName: string;
  /** Absent when the item is new. */
  before: Item | undefined;
  /** Absent when the item was deleted. */
  after: Item | undefined;
}

type Pending = Map<string, Write>;

/** Captures nothing until the follower asks for it. */
export function captureWritesFor(follower: MessagePort): void {
  follower.on('message', (message: unknown) => {
    if (message === 'capture') {
      captureWrites((write) => follower.postMessage(write));
    } else if (message === 'catch up') {
      follower.postMessage('caught up');
    }
  });
}

function captureWrites(report: (write: Write) => void): void {
  const pendingIn = new WeakMap<ItemStore, Pending>();
  const updateIndexes = db.updateIndexes;

  function watched(items: ItemStore): Pending {
    const known = pendingIn.get(items);
    if (known !== undefined) {
      return known;
    }
    const pending: Pending = new Map();
    pendingIn.set(items, pending);
    const reportAfter = (key: string, done: Done) => (error?: unknown) => {
      const write = pending.get(key);
      pending.delete(key);
      if (write !== undefined && !error) {
        report(write);
      }
      done(error);
    };
    const { put, del } = items;
    items.put = (key, item, done) => put(key, item, reportAfter(key, done));
    items.del = (key, done) => del(key, reportAfter(key, done));
    return pending;
  }

  db.updateIndexes = (store, table, before, after, done) => {
    const item = after ?? before;
    if (item) {
      const write = { tableName: table.TableName, before: before ?? undefined, after: after ?? undefined };
      watched(store.getItemDb(table.TableName)).set(db.createKey(item, table), write);
    }
    updateIndexes(store, table, before, after, done);
  };
}

type Done = (error?: unknown) => void;
