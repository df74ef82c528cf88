import { crc32 } from 'node:zlib';
import Database from 'libsql';
import type { FileSystem } from '../base/file-system.js';
import { decodeOps, encodeOps } from './op-codec.js';
import type { Op } from './op.js';
import { StorageFailure, type Persistence, type SnapshotWriter } from './persistence.js';
import { readWitness, SequenceWitness } from './sequence-witness.js';
import { SqliteSnapshotWriter } from './sqlite-snapshot.js';
import { migrate, MIGRATIONS } from './sqlite-schema.js';
import { diskProblem, errorCode } from './disk-problem.js';
import { openStoreLock } from './store-lock.js';

export interface SqlitePersistenceOptions {
  /** Exists, and is used by nothing else. Holds store.db, store.lock and store.seq. */
  readonly directory: string;
  readonly fileSystem: FileSystem;
  /** The sentence that ends a report of damage: how this user restores a backup. */
  readonly restoreHint?: string;
  readonly migrations?: typeof MIGRATIONS;
  /** How store.db is opened; the default is what everybody wants. */
  readonly openDatabase?: (path: string) => Database.Database;
}

export const STORE_FILE = 'store.db';
export const LOCK_FILE = 'store.lock';
export const WITNESS_FILE = 'store.seq';

/**
 * The durable store in one SQLite file: a log of transactions, each one row, and the snapshot that the log
 * continues. One commit is one fsync. Throws StorageFailure when the directory is in use, the file is
 * damaged or newer than this program, or the disk refuses.
 */
export function openSqlitePersistence(options: SqlitePersistenceOptions): Persistence {
  const { directory } = options;
  const lock = openStoreLock(`${directory}/${LOCK_FILE}`, directory);
  try {
    return new SqlitePersistence(options, lock);
  } catch (error) {
    lock.close();
    throw error;
  }
}

interface LogRow {
  readonly sequence: number;
  readonly checksum: number;
  readonly ops: string;
}

interface PartRow {
  readonly checksum: number;
  readonly ops: string;
  readonly id: number;
}

const ROWS_A_READ = 64;

class SqlitePersistence implements Persistence {
  readonly #path: string;
  readonly #database: Database.Database;
  readonly #insert: Database.Statement<[number, number, string]>;
  readonly #witnessPath: string;
  #witness: SequenceWitness | undefined;
  /** What the witness says was committed, at least. */
  readonly #expectedSequence: number;
  #sequence = 0;
  #snapshotSequence = 0;

  constructor(
    private readonly options: SqlitePersistenceOptions,
    private readonly lock: Database.Database,
  ) {
    this.#path = `${options.directory}/${STORE_FILE}`;
    this.#witnessPath = `${options.directory}/${WITNESS_FILE}`;
    try {
      this.#expectedSequence = readWitness(options.fileSystem, this.#witnessPath);
      this.#database = (options.openDatabase ?? openDatabase)(this.#path);
    } catch (error) {
      throw this.#explain(error, 'opening it');
    }
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      migrate(this.#database, this.#path, options.migrations);
      this.#insert = this.#database.prepare('INSERT INTO log(sequence, checksum, ops) VALUES (?, ?, ?)');
    } catch (error) {
      this.#database.close();
      throw this.#explain(error, 'opening it');
    }
  }

  *recover(): Iterable<Op> {
    try {
      yield* this.#recoverSnapshot();
      yield* this.#recoverLog();
    } catch (error) {
      throw this.#explain(error, 'reading it');
    }
    if (this.#sequence < this.#expectedSequence) {
      const lost = this.#expectedSequence - this.#sequence;
      throw this.#damaged(
        `its newest ${lost === 1 ? 'transaction is' : `${lost} transactions are`} missing ` +
          `(it ends at number ${this.#sequence}, ${this.#expectedSequence} was committed)`,
      );
    }
    try {
      this.#witness = new SequenceWitness(this.options.fileSystem, this.#witnessPath, this.#sequence);
    } catch (error) {
      throw this.#explain(error, 'writing to it');
    }
  }

  persist(ops: readonly Op[]): void {
    if (ops.length === 0) return;
    const text = encodeOps(ops);
    const sequence = this.#sequence + 1;
    try {
      this.#insert.run(sequence, crc32(text, sequence), text);
      this.#sequence = sequence;
      this.#witness?.record(sequence);
    } catch (error) {
      throw this.#explain(error, 'writing to it');
    }
  }

  startSnapshot(ops: Iterable<Op>): SnapshotWriter {
    const sequence = this.#sequence;
    const writer = this.#newSnapshot(ops, sequence);
    return {
      step: () => {
        try {
          if (!writer.step()) return false;
          this.#witness?.restart(this.#sequence);
        } catch (error) {
          throw this.#explain(error, 'writing a snapshot');
        }
        this.#snapshotSequence = sequence;
        return true;
      },
    };
  }

  #newSnapshot(ops: Iterable<Op>, sequence: number): SqliteSnapshotWriter {
    try {
      return new SqliteSnapshotWriter(this.#database, ops, sequence);
    } catch (error) {
      throw this.#explain(error, 'writing a snapshot');
    }
  }

  transactionsSinceSnapshot(): number {
    return this.#sequence - this.#snapshotSequence;
  }

  close(): void {
    try {
      this.#witness?.close();
    } finally {
      this.#database.close();
      this.lock.close();
    }
  }

  *#recoverSnapshot(): Iterable<Op> {
    const row = this.#database.prepare("SELECT value FROM meta WHERE name = 'snapshot'").get() as
      { value: string } | undefined;
    const head = row && /^(\d+) (\d+) (\d+) (\d+)$/.exec(row.value)?.slice(1).map(Number);
    if (!row) return;
    const [snapshot = 0, parts = 0, sequence = 0, checksum] = head ?? [];
    if (!head || checksum !== crc32(`${snapshot} ${parts} ${sequence}`)) {
      throw this.#damaged('the head of its snapshot does not match its checksum');
    }
    const read = this.#database.prepare<[number, number]>(
      `SELECT id, checksum, ops FROM snapshot_part WHERE snapshot = ? AND id > ? ORDER BY id LIMIT ${ROWS_A_READ}`,
    );
    let found = 0;
    for (let after = 0; ;) {
      const rows = read.all(snapshot, after) as PartRow[];
      for (const part of rows) {
        found += 1;
        after = part.id;
        yield* this.#decode(part, part.id, `part ${found} of ${parts} of its snapshot`);
      }
      if (rows.length < ROWS_A_READ) break;
    }
    if (found !== parts)
      throw this.#damaged(`${parts - found} of the ${parts} parts of its snapshot are missing`);
    this.#sequence = sequence;
    this.#snapshotSequence = sequence;
  }

  *#recoverLog(): Iterable<Op> {
    const read = this.#database.prepare<[number]>(
      `SELECT sequence, checksum, ops FROM log WHERE sequence > ? ORDER BY sequence LIMIT ${ROWS_A_READ}`,
    );
    for (;;) {
      const rows = read.all(this.#sequence) as LogRow[];
      for (const row of rows) {
        if (row.sequence !== this.#sequence + 1)
          throw this.#damaged(`transaction ${this.#sequence + 1} is missing`);
        yield* this.#decode(row, row.sequence, `transaction ${row.sequence}`);
        this.#sequence = row.sequence;
      }
      if (rows.length < ROWS_A_READ) return;
    }
  }

  #decode(row: { checksum: number; ops: string }, seed: number, what: string): Op[] {
    if (typeof row.ops !== 'string' || crc32(row.ops, seed) !== row.checksum)
      throw this.#damaged(`${what} does not match its checksum`);
    return decodeOps(row.ops);
  }

  #damaged(what: string, cause?: unknown): StorageFailure {
    const hint = this.options.restoreHint ?? 'Restore a backup, or use another directory.';
    return new StorageFailure(
      'damaged',
      `The store ${this.#path} is damaged: ${what}. Nothing was changed. ${hint}`,
      { cause },
    );
  }

  #explain(error: unknown, doing: string): StorageFailure {
    if (error instanceof StorageFailure) return error;
    const code = errorCode(error);
    const text = error instanceof Error ? error.message : String(error);
    if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)|^undefined$/.test(code) || /malformed|not a database/.test(text))
      return this.#damaged(`${doing} failed (${text})`, error);
    const { reason, remedy } = diskProblem(code, text);
    return new StorageFailure(
      'disk',
      `The store ${this.#path} cannot be used: ${doing} failed: ${reason}. ` +
        `What was acknowledged is safe; the scheduler stops and can be started again once ${remedy}.`,
      { cause: error },
    );
  }
}

/** Who reads the store with another tool locks it for moments; the lock of its own keeps other daemons away. */
const BUSY_LIMIT_MS = 5_000;

function openDatabase(path: string): Database.Database {
  return new Database(path, { timeout: BUSY_LIMIT_MS });
}
