import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { diskFileSystem, type FileSystem } from '../../src/base/file-system.js';
import { StorageFailure } from '../../src/storage/persistence.js';
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

/** A disk that does so many changes and then nothing any more, as after a kill or with no space left. */
function failingAfter(changes: number): FileSystem {
  let left = changes;
  const count = (): void => {
    if (left-- <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  return {
    ...diskFileSystem,
    writeFileDurably: (...given) => {
      count();
      diskFileSystem.writeFileDurably(...given);
    },
    makeDirectory: (...given) => {
      count();
      diskFileSystem.makeDirectory(...given);
    },
    rename: (...given) => {
      count();
      diskFileSystem.rename(...given);
    },
    remove: (...given) => {
      count();
      diskFileSystem.remove(...given);
    },
  };
}

test('a repair cut off at any of its steps leaves the old store, the new one, or a refusal, and can be repeated', () => {
  const origin = join(directory, 'origin');
  mkdirSync(origin);
  const running = openSqlitePersistence({ directory: origin, fileSystem: diskFileSystem });
  recoverStore(running);
  for (const ops of sampleOps(40)) running.persist(ops);
  // Copied while it is open, as a kill leaves it: with a write-ahead log.
  const killed = join(directory, 'killed');
  mkdirSync(killed);
  for (const name of readdirSync(origin))
    if (name !== 'store.lock') copyFileSync(join(origin, name), join(killed, name));
  running.close();
  const old = stateDigest(filledStore(40));
  const backup = filledStore(17);
  const digestOf = (path: string): string => {
    const persistence = openSqlitePersistence({ directory: path, fileSystem: diskFileSystem });
    try {
      return stateDigest(recoverStore(persistence));
    } catch (error) {
      if (error instanceof StorageFailure && error.kind === 'damaged') return 'refused';
      throw error;
    } finally {
      persistence.close();
    }
  };
  const outcomes = new Set<string>();
  let completed = false;
  for (let changes = 0; !completed; changes++) {
    const path = join(directory, `cut-${changes}`);
    mkdirSync(path);
    for (const name of readdirSync(killed)) copyFileSync(join(killed, name), join(path, name));
    try {
      restoreStore(failingAfter(changes), path, snapshotOps(backup), NOW);
      completed = true;
    } catch (error) {
      expect(String(error)).toMatch(/no space left|the disk is full/);
    }
    const digest = digestOf(path);
    expect([old, stateDigest(backup), 'refused']).toContain(digest);
    outcomes.add(digest);
    restoreStore(diskFileSystem, path, snapshotOps(backup), NOW + 1);
    expect(digestOf(path)).toBe(stateDigest(backup));
  }
  expect([...outcomes]).toEqual([old, 'refused', stateDigest(backup)]);
});
