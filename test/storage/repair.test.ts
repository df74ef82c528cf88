import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { diskFileSystem } from '../../src/base/file-system.js';
import { recoverStore } from '../../src/storage/recover.js';
import { restoreStore, salvageStore } from '../../src/storage/repair.js';
import { snapshotOps, stateDigest } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import { Store } from '../../src/storage/store.js';
import { sampleOps } from './ops.js';

const NOW = Date.UTC(2026, 10, 25, 3, 7);
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-repair-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function filledStore(transactions = 80): Store {
  const store = new Store();
  for (const ops of sampleOps(transactions)) for (const op of ops) store.apply(op);
  return store;
}

test('a damaged store is replaced by a backup, or by what is sound of itself', () => {
  const store = filledStore(40);
  const open = (): Store => {
    const persistence = openSqlitePersistence({ directory, fileSystem: diskFileSystem });
    try {
      return recoverStore(persistence);
    } finally {
      persistence.close();
    }
  };
  const persistence = openSqlitePersistence({ directory, fileSystem: diskFileSystem });
  recoverStore(persistence);
  for (const ops of sampleOps(40)) persistence.persist(ops);
  expect(() => salvageStore(diskFileSystem, directory, NOW)).toThrow(/Another scheduler is already running/);
  persistence.close();
  rmSync(join(directory, 'store.db'));
  expect(open).toThrow(/damaged/);
  expect(salvageStore(diskFileSystem, directory, NOW)).toMatchObject({
    tasks: 0,
    damage: expect.stringContaining('missing') as unknown,
  });
  expect(open().taskCount).toBe(0);
  restoreStore(diskFileSystem, directory, snapshotOps(store), NOW + 1);
  expect(stateDigest(open())).toBe(stateDigest(store));
});
