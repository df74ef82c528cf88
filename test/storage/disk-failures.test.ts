import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import Database from 'libsql';
import { diskFileSystem, type FileSystem } from '../../src/base/file-system.js';
import { diskProblem } from '../../src/storage/disk-problem.js';
import { StorageFailure } from '../../src/storage/persistence.js';
import { recoverStore } from '../../src/storage/recover.js';
import { snapshotOps, stateDigest } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import { Store } from '../../src/storage/store.js';
import { FailingDisk, type DiskErrorCode } from '../rig/failing-files.js';
import { FailingDatabase } from './failing-database.js';
import { sampleOps } from './ops.js';

const TRANSACTIONS = sampleOps(10);
const DIGESTS = digestsOf(TRANSACTIONS);
/** A snapshot is written after this one. */
const SNAPSHOT_AFTER = 5;

const DISK_CODES: readonly DiskErrorCode[] = ['EIO', 'ENOSPC', 'EMFILE', 'ENFILE', 'ENOMEM', 'EDQUOT'];
const SQLITE_CODES = [
  'SQLITE_IOERR_FSYNC',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_READ',
  'SQLITE_FULL',
  'SQLITE_CANTOPEN',
  'SQLITE_NOMEM',
];

interface Disk {
  readonly files: FileSystem;
  readonly openDatabase?: (path: string) => Database.Database;
  readonly hasFailed: () => boolean;
}

/** What a life of the store came to: how much was acknowledged, and the failure that ended it. */
interface Life {
  readonly acknowledged: number;
  readonly failure: unknown;
}

function live(directory: string, { files, openDatabase }: Disk): Life {
  let acknowledged = 0;
  let persistence;
  try {
    const options = { directory, fileSystem: files, restoreHint: '' };
    persistence = openSqlitePersistence(openDatabase ? { ...options, openDatabase } : options);
    const store = recoverStore(persistence);
    for (const ops of TRANSACTIONS) {
      for (const op of ops) store.apply(op);
      persistence.persist(ops);
      acknowledged += 1;
      if (acknowledged !== SNAPSHOT_AFTER) continue;
      const writer = persistence.startSnapshot(snapshotOps(store));
      while (!writer.step());
    }
    return { acknowledged, failure: undefined };
  } catch (failure) {
    return { acknowledged, failure };
  } finally {
    persistence?.close();
  }
}

/** One call after the other fails, until a life has no such call any more. */
function sweep(diskOf: (call: number) => Disk): number {
  for (let call = 0; ; call++) {
    const directory = mkdtempSync(join(tmpdir(), 'aurora-disk-'));
    try {
      const disk = diskOf(call);
      const { acknowledged, failure } = live(directory, disk);
      // All that was acknowledged is there; the one that was not is there whole or not at all.
      expect(DIGESTS.slice(acknowledged, acknowledged + 2)).toContain(digestOf(directory));
      if (!disk.hasFailed()) {
        expect([acknowledged, failure]).toEqual([TRANSACTIONS.length, undefined]);
        return call;
      }
      expect(failure).toBeInstanceOf(StorageFailure);
      const { kind, message } = failure as StorageFailure;
      expect(kind).toBe('disk');
      expect(message).toMatch(
        /^The store \S+ cannot be used: (?:opening|reading|writing to) it failed: [^\n]+\. What was acknowledged is safe; [^\n]+ once [^\n]+\.$|: writing a snapshot failed: /,
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

test.each(DISK_CODES)(
  'whichever call to the files beside the database fails with %s: the store says so plainly and loses nothing',
  (code) => {
    const calls = sweep((call) => {
      const disk = new FailingDisk(code, call, false);
      return { files: disk.wrap(diskFileSystem), hasFailed: () => disk.hasFailed };
    });
    expect(calls).toBeGreaterThan(TRANSACTIONS.length);
  },
);

test.each(
  SQLITE_CODES.flatMap((code) => [
    [code, 'and was not carried out', false] as const,
    [code, 'although it was carried out', true] as const,
  ]),
)(
  'whichever call to SQLite fails with %s %s: the store says so plainly and loses nothing',
  (code, _, carriedOut) => {
    const calls = sweep((call) => {
      const failing = new FailingDatabase(code, call, carriedOut);
      return {
        files: diskFileSystem,
        openDatabase: (path) => failing.wrap(new Database(path, { timeout: 0 })),
        hasFailed: () => failing.hasFailed,
      };
    });
    expect(calls).toBeGreaterThan(TRANSACTIONS.length);
  },
);

test.each([
  ['ENOSPC', 'the disk is full', 'there is room'],
  ['SQLITE_FULL', 'the disk is full', 'there is room'],
  ['EDQUOT', "this user's share of the disk is used up", 'there is room'],
  ['EMFILE', 'a file could not be opened', 'more files may be open'],
  ['ENFILE', 'a file could not be opened', 'more files may be open'],
  ['SQLITE_CANTOPEN', 'a file could not be opened', 'more files may be open'],
  ['ENOMEM', 'there is no memory left', 'there is some'],
  ['EIO', 'the disk reports an error', 'the disk works again'],
  ['SQLITE_IOERR_FSYNC', 'the disk reports an error', 'the disk works again'],
])('%s is said in words: %s', (code, reason, remedy) => {
  const problem = diskProblem(code, 'text');
  expect(problem.reason).toContain(reason);
  expect(problem.remedy).toContain(remedy);
});

function digestOf(directory: string): string {
  const persistence = openSqlitePersistence({ directory, fileSystem: diskFileSystem });
  try {
    return stateDigest(recoverStore(persistence));
  } finally {
    persistence.close();
  }
}

function digestsOf(transactions: typeof TRANSACTIONS): string[] {
  const store = new Store();
  const digests = [stateDigest(store)];
  for (const ops of transactions) {
    for (const op of ops) store.apply(op);
    digests.push(stateDigest(store));
  }
  return digests;
}
