import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { diskFileSystem } from '../../src/base/file-system.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';

/** Another program that has all of the store for half a second, as its last reader has while it closes it. */
const OTHER = `
const Database = require(process.argv[2]);
const database = new Database(process.argv[1]);
database.exec('PRAGMA journal_mode = WAL');
database.exec('PRAGMA locking_mode = EXCLUSIVE');
database.exec('BEGIN EXCLUSIVE');
console.log('locked');
setTimeout(() => database.close(), 500);
`;

test('a store that another program has locked for a moment is waited for', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'aurora-store-'));
  const libsql = createRequire(import.meta.url).resolve('libsql');
  const other = spawn(process.execPath, ['-e', OTHER, join(directory, 'store.db'), libsql]);
  try {
    const ended = once(other, 'exit');
    await Promise.race([once(other.stdout, 'data'), ended]);
    const persistence = openSqlitePersistence({ directory, fileSystem: diskFileSystem });
    expect([...persistence.recover()]).toEqual([]);
    persistence.close();
    expect(await ended).toEqual([0, null]);
  } finally {
    other.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
});
