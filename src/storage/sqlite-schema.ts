import type { Database } from 'libsql';
import { StorageFailure } from './persistence.js';

/**
 * The store's tables. `log` has one row a committed transaction; `snapshot_part` has the ops of snapshots,
 * complete or still being written; `meta.snapshot` names the complete one. Checksums are crc32 over the text,
 * seeded with the row's number, so that a row in the wrong place is found, too.
 *
 * A migration takes them from the version before it to its own; all run in one transaction.
 */
export type Migration = (database: Database) => void;

export const MIGRATIONS: ReadonlyMap<number, Migration> = new Map([
  [
    1,
    (database: Database) => {
      database.exec(`
        CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE log(sequence INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, ops TEXT NOT NULL);
        CREATE TABLE snapshot_part(
          id INTEGER PRIMARY KEY, snapshot INTEGER NOT NULL, checksum INTEGER NOT NULL, ops TEXT NOT NULL);
      `);
    },
  ],
  // The tables are the same; transactions have a shorter form (see op-codec) that the first version cannot read.
  [2, () => undefined],
]);

/** Brings the tables to the newest version, or refuses those of a newer program. */
export function migrate(database: Database, path: string, migrations = MIGRATIONS): void {
  const newest = Math.max(...migrations.keys());
  const version = readVersion(database);
  if (version > newest) {
    throw new StorageFailure(
      'newer',
      `The store ${path} has format ${version}, written by a newer version of this program; ` +
        `this one reads formats up to ${newest}. Use the newer version, or another directory. Nothing was changed.`,
    );
  }
  if (version === newest) return;
  try {
    database.exec('BEGIN IMMEDIATE');
    for (let next = version + 1; next <= newest; next++) migrations.get(next)?.(database);
    database.exec(`PRAGMA user_version = ${newest}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function readVersion(database: Database): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  return row.user_version;
}
