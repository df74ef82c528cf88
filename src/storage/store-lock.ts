import Database from 'libsql';
import { StorageFailure } from './persistence.js';

/**
 * One daemon a directory: an exclusive SQLite lock on a file of its own, so that store.db stays readable with
 * other tools. The kernel releases it with the process, however that ends.
 */
export function openStoreLock(path: string, directory: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    const code = (error as { code?: unknown }).code;
    if (code === 'SQLITE_BUSY') {
      throw new StorageFailure(
        'locked',
        `Another scheduler is already running on ${directory}: only one may use a directory at a time. ` +
          'Stop it, or use another directory.',
        { cause: error },
      );
    }
    throw new StorageFailure(
      'disk',
      `Cannot lock ${directory}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
