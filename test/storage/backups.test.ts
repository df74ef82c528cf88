import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { diskFileSystem } from '../../src/base/file-system.js';
import { Backups } from '../../src/storage/backups.js';
import { MemoryPersistence } from '../../src/storage/memory-persistence.js';
import { recoverStore } from '../../src/storage/recover.js';
import { restoreBackup, salvageStore } from '../../src/storage/repair.js';
import { stateDigest } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import { Store } from '../../src/storage/store.js';
import { sampleOps } from './ops.js';

const NOW = Date.UTC(2026, 10, 25, 3, 7);
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-backup-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function filledStore(transactions = 80): Store {
  const store = new Store();
  for (const ops of sampleOps(transactions)) for (const op of ops) store.apply(op);
  return store;
}

test('a backup is made, listed, staged, thinned out and committed', () => {
  const backups = new Backups(diskFileSystem, join(directory, 'backups'));
  const store = filledStore();
  expect(backups.list()).toEqual([]);
  expect(backups.backupNow(store, NOW)).toBe('scheduler-backup-2026-11-25-03-07');
  expect(backups.query({})).toEqual({ ok: false, error: 'No backup loaded.' });
  expect(backups.stage('nothing')).toEqual({ ok: false, error: 'Backup nothing does not exist.' });
  expect(backups.stage('../ops')).toMatchObject({ ok: false });
  expect(backups.stage('scheduler-backup-2026-11-25-03-07').ok).toBe(true);
  expect(backups.stage('scheduler-backup-2026-11-25-03-07')).toEqual({
    ok: false,
    error: 'Another backup is already loaded.',
  });
  const before = store.taskCount;
  backups.deleteTasks({ instanceIds: [1] });
  const staged = backups.query({});
  expect(staged.ok && staged.value.length).toBe(before - 1);
  const persistence = new MemoryPersistence();
  persistence.persist(sampleOps(5).flat());
  expect(backups.commit(persistence).ok).toBe(true);
  expect(recoverStore(persistence).taskCount).toBe(before - 1);
  expect(backups.unload()).toEqual({ ok: false, error: 'No backup loaded.' });
});

test('only the newest are kept', () => {
  const backups = new Backups(diskFileSystem, directory, 3);
  for (let minute = 0; minute < 5; minute++) backups.backupNow(new Store(), NOW + minute * 60_000);
  expect(backups.list().map((name) => name.slice(-2))).toEqual(['09', '10', '11']);
});

test('a damaged backup is refused, wherever it is cut or changed', () => {
  const backups = new Backups(diskFileSystem, directory);
  const name = backups.backupNow(filledStore(20), NOW);
  const path = join(directory, name);
  const sound = readFileSync(path);
  for (let cut = 0; cut < sound.length - 1; cut += 97) {
    writeFileSync(path, sound.subarray(0, cut));
    expect(backups.stage(name)).toMatchObject({ ok: false });
  }
  for (let at = 0; at < sound.length; at += 101) {
    const changed = Buffer.from(sound);
    changed[at] = (changed[at] ?? 0) ^ 4;
    writeFileSync(path, changed);
    const staged = backups.stage(name);
    if (staged.ok) {
      // Only the moment of its making may have changed.
      expect(at).toBeLessThan(sound.indexOf(10));
      backups.unload();
    }
  }
});

test('a damaged store is replaced by a backup, or by what is sound of itself', () => {
  const backups = new Backups(diskFileSystem, join(directory, 'backups'));
  const store = filledStore(40);
  const name = backups.backupNow(store, NOW);
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
  restoreBackup(diskFileSystem, directory, join(directory, 'backups', name), NOW + 1);
  expect(stateDigest(open())).toBe(stateDigest(store));
});
