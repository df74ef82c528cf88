import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { diskFileSystem } from '../../src/base/file-system.js';
import { seededRandom, below } from '../../src/base/random.js';
import { StorageFailure, type Persistence } from '../../src/storage/persistence.js';
import { recoverStore } from '../../src/storage/recover.js';
import { snapshotOps, stateDigest } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import { MIGRATIONS } from '../../src/storage/sqlite-schema.js';
import { Store } from '../../src/storage/store.js';
import { sampleOps } from './ops.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-store-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function open(path = directory): Persistence {
  return openSqlitePersistence({ directory: path, fileSystem: diskFileSystem, restoreHint: 'Restore it.' });
}

/** The state after each of the transactions, the empty one first. */
function digests(transactions: ReturnType<typeof sampleOps>): string[] {
  const store = new Store();
  return [
    stateDigest(store),
    ...transactions.map((ops) => {
      for (const op of ops) store.apply(op);
      return stateDigest(store);
    }),
  ];
}

function recoveredDigest(path = directory): string {
  const persistence = open(path);
  try {
    return stateDigest(recoverStore(persistence));
  } finally {
    persistence.close();
  }
}

function fill(transactions: ReturnType<typeof sampleOps>, path = directory): void {
  const persistence = open(path);
  recoverStore(persistence);
  for (const ops of transactions) persistence.persist(ops);
  persistence.close();
}

function failure(act: () => unknown): StorageFailure {
  try {
    act();
  } catch (error) {
    if (error instanceof StorageFailure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what is written is there', () => {
  test('after every transaction, byte for byte', () => {
    const transactions = sampleOps(40);
    const expected = digests(transactions);
    const persistence = open();
    recoverStore(persistence);
    transactions.forEach((ops, i) => {
      persistence.persist(ops);
      if (i % 8 !== 0) return;
      // A copy of the files at this moment is what a kill -9 leaves.
      const copy = mkdtempSync(join(tmpdir(), 'aurora-copy-'));
      for (const name of readdirSync(directory)) copyFileSync(join(directory, name), join(copy, name));
      expect(recoveredDigest(copy)).toBe(expected[i + 1]);
      rmSync(copy, { recursive: true });
    });
    persistence.close();
    expect(recoveredDigest()).toBe(expected.at(-1));
    expect(recoveredDigest()).toBe(expected.at(-1));
  });

  test('a snapshot and the log after it give what the whole log gives, wherever the snapshot stops', () => {
    const transactions = sampleOps(60);
    const expected = digests(transactions);
    for (const steps of [0, 1, 2, 3, 4, 99]) {
      const path = mkdtempSync(join(tmpdir(), 'aurora-snapshot-'));
      const persistence = open(path);
      const store = recoverStore(persistence);
      const apply = (ops: (typeof transactions)[number]): void => {
        for (const op of ops) store.apply(op);
        persistence.persist(ops);
      };
      transactions.slice(0, 30).forEach(apply);
      const writer = persistence.startSnapshot(snapshotOps(store));
      let done = false;
      for (let i = 0; i < steps && !done; i++) {
        done = writer.step();
        const next = transactions[30 + i];
        if (next) apply(next);
      }
      const written = 30 + Math.min(steps, 30, done ? 30 : steps);
      persistence.close();
      const digest = recoveredDigest(path);
      expect(digest).toBe(stateDigest(store));
      expect(expected).toContain(digest);
      expect(written).toBeGreaterThanOrEqual(30);
      rmSync(path, { recursive: true });
    }
  });

  test('a complete snapshot leaves only the log after it', () => {
    const persistence = open();
    const store = recoverStore(persistence);
    for (const ops of sampleOps(150)) {
      for (const op of ops) store.apply(op);
      persistence.persist(ops);
    }
    for (let round = 0; round < 2; round++) {
      const writer = persistence.startSnapshot(snapshotOps(store));
      while (!writer.step());
    }
    expect(persistence.transactionsSinceSnapshot()).toBe(0);
    persistence.close();
    const database = new Database(join(directory, 'store.db'));
    expect(database.prepare('SELECT count(*) AS n FROM log').get()).toMatchObject({ n: 0 });
    expect(database.prepare('SELECT count(DISTINCT snapshot) AS n FROM snapshot_part').get()).toMatchObject({
      n: 1,
    });
    database.close();
    expect(recoveredDigest()).toBe(stateDigest(store));
  });
});

describe('one daemon a directory', () => {
  test('a second one is refused at once, and may start when the first is gone', () => {
    const first = open();
    const refusal = failure(() => open());
    expect(refusal.kind).toBe('locked');
    expect(refusal.message).toMatch(/Another scheduler is already running on /);
    first.close();
    open().close();
  });
});

describe('damage', () => {
  test('the newest transactions cannot vanish unnoticed: the log cut at any place', () => {
    const transactions = sampleOps(30);
    const expected = new Set(digests(transactions));
    const persistence = open();
    recoverStore(persistence);
    for (const ops of transactions) persistence.persist(ops);
    const wal = readFileSync(join(directory, 'store.db-wal'));
    const random = seededRandom(1);
    const full = digests(transactions).at(-1);
    for (let round = 0; round < 15; round++) {
      const copy = copyFiles();
      truncateSync(join(copy, 'store.db-wal'), below(random, wal.length));
      expect(outcome(copy, full)).toBe('refused');
      // Without the witness a cut is a torn tail: some earlier state, whole.
      const tail = copyFiles();
      rmSync(join(tail, 'store.seq'));
      truncateSync(join(tail, 'store.db-wal'), below(random, wal.length));
      expect(expected).toContain(recoveredDigest(tail));
      rmSync(copy, { recursive: true });
      rmSync(tail, { recursive: true });
    }
    persistence.close();
  });

  test('a flipped bit is harmless or refused, never a silent loss', () => {
    const transactions = sampleOps(60);
    fill(transactions);
    const reopened = open();
    const store = recoverStore(reopened);
    const writer = reopened.startSnapshot(snapshotOps(store));
    while (!writer.step());
    const more = sampleOps(75).slice(60);
    for (const ops of more) reopened.persist(ops);
    const full = digests([...transactions, ...more]).at(-1);
    const random = seededRandom(2);
    const outcomes = new Map<string, number>();
    for (const name of ['store.db', 'store.db-wal', 'store.seq']) {
      const bytes = readFileSync(join(directory, name));
      for (let round = 0; round < 25; round++) {
        const copy = copyFiles();
        const damaged = Buffer.from(bytes);
        const at = below(random, damaged.length);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << below(random, 8));
        writeFileSync(join(copy, name), damaged);
        const result = outcome(copy, full);
        outcomes.set(result, (outcomes.get(result) ?? 0) + 1);
        rmSync(copy, { recursive: true });
      }
    }
    reopened.close();
    expect([...outcomes.keys()].sort()).toEqual(['refused', 'same']);
  });

  test('says what is wrong and how to restore', () => {
    fill(sampleOps(20));
    const database = new Database(join(directory, 'store.db'));
    database.exec("UPDATE log SET ops = replace(ops, 'PENDING', 'RUNNING') WHERE sequence = 2");
    database.close();
    expect(failure(() => recoveredDigest()).message).toBe(
      `The store ${directory}/store.db is damaged: transaction 2 does not match its checksum. Nothing was changed. Restore it.`,
    );
  });

  test('a missing transaction, a missing file and a file that is no store are told apart', () => {
    fill(sampleOps(20));
    const database = new Database(join(directory, 'store.db'));
    database.exec('DELETE FROM log WHERE sequence = 7');
    database.close();
    expect(failure(() => recoveredDigest()).message).toContain('transaction 7 is missing');
    for (const name of ['store.db', 'store.db-wal', 'store.db-shm'])
      rmSync(join(directory, name), { force: true });
    expect(failure(() => recoveredDigest()).message).toContain('its newest 20 transactions are missing');
    for (const name of readdirSync(directory)) rmSync(join(directory, name));
    writeFileSync(join(directory, 'store.db'), 'this is a text file, and not a short one'.repeat(40));
    const refusal = failure(() => recoveredDigest());
    expect(refusal.kind).toBe('damaged');
    expect(refusal.message).toContain('not a database');
  });

  function copyFiles(): string {
    const copy = mkdtempSync(join(tmpdir(), 'aurora-damage-'));
    for (const name of ['store.db', 'store.db-wal', 'store.seq'])
      copyFileSync(join(directory, name), join(copy, name));
    return copy;
  }

  function outcome(path: string, full: string | undefined): string {
    try {
      return recoveredDigest(path) === full ? 'same' : 'LOST';
    } catch (error) {
      if (error instanceof StorageFailure && error.kind === 'damaged') return 'refused';
      throw error;
    }
  }
});

describe('versions', () => {
  test.each([1, 2])('a store written in format %i is read as it was', (format) => {
    for (const name of ['store.db', 'store.seq'])
      copyFileSync(join('test/storage/golden', `${name}.v${format}`), join(directory, name));
    expect(recoveredDigest()).toBe(digests(sampleOps(40)).at(-1));
  });

  test('a newer store is refused, an older one is brought up to date', () => {
    fill(sampleOps(5));
    const before = recoveredDigest();
    const newer = new Map([
      ...MIGRATIONS,
      [3, (database: Database.Database) => database.exec('CREATE TABLE extra(x)')] as const,
    ]);
    const options = { directory, fileSystem: diskFileSystem };
    const migrated = openSqlitePersistence({ ...options, migrations: newer });
    expect(stateDigest(recoverStore(migrated))).toBe(before);
    migrated.close();
    const refusal = failure(() => open());
    expect(refusal.kind).toBe('newer');
    expect(refusal.message).toContain(
      'has format 3, written by a newer version of this program; this one reads formats up to 2',
    );
  });
});

describe('a disk that refuses', () => {
  test('a failed commit throws, says so plainly, and leaves what was acknowledged', () => {
    const transactions = sampleOps(400);
    const full = openSqlitePersistence({
      directory,
      fileSystem: diskFileSystem,
      openDatabase: (path) => {
        const database = new Database(path);
        database.exec('PRAGMA max_page_count = 12');
        return database;
      },
    });
    recoverStore(full);
    let acknowledged = 0;
    const refusal = failure(() => {
      for (const ops of transactions) {
        full.persist(ops);
        acknowledged += 1;
      }
    });
    expect(refusal.kind).toBe('disk');
    expect(refusal.message).toContain(
      'writing to it failed: the disk is full. What was acknowledged is safe',
    );
    full.close();
    expect(acknowledged).toBeGreaterThan(10);
    expect(recoveredDigest()).toBe(digests(transactions)[acknowledged]);
  });
});
