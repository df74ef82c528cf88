import type { FileSystem } from '../base/file-system.js';
import type { Op } from './op.js';
import { StorageFailure, type Persistence } from './persistence.js';
import { snapshotOps } from './snapshot.js';
import { LOCK_FILE, openSqlitePersistence, STORE_FILE, WITNESS_FILE } from './sqlite-persistence.js';
import { openStoreLock } from './store-lock.js';
import { Store } from './store.js';

/** What became of a store that was replaced. */
export interface RepairReport {
  /** Where the files that were there before are now. */
  readonly setAside: string;
  readonly tasks: number;
  /** For a salvage: the damage that ended the reading; undefined when all was sound. */
  readonly damage?: string;
}

/** Replaces the store in `directory` by the ops of a backup. Refused while a scheduler runs there. */
export function restoreStore(
  fileSystem: FileSystem,
  directory: string,
  backup: Iterable<Op>,
  nowMs: number,
): RepairReport {
  openStoreLock(`${directory}/${LOCK_FILE}`, directory).close();
  const store = new Store();
  for (const op of backup) store.apply(op);
  return replaceStore(fileSystem, directory, store, nowMs);
}

/** Keeps all that is sound before the first damage, and says what that was. Refused while a scheduler runs there. */
export function salvageStore(fileSystem: FileSystem, directory: string, nowMs: number): RepairReport {
  const store = new Store();
  let damage: string | undefined;
  let persistence: Persistence | undefined;
  try {
    persistence = openSqlitePersistence({ directory, fileSystem, restoreHint: '' });
    for (const op of persistence.recover()) store.apply(op);
  } catch (error) {
    if (!(error instanceof StorageFailure) || error.kind !== 'damaged') throw error;
    damage = error.message;
  } finally {
    persistence?.close();
  }
  const report = replaceStore(fileSystem, directory, store, nowMs);
  return damage === undefined ? report : { ...report, damage };
}

function replaceStore(fileSystem: FileSystem, directory: string, store: Store, nowMs: number): RepairReport {
  // Opened in a new directory first: the old files move only once the new ones are whole.
  const fresh = `${directory}/repair-${nowMs}`;
  fileSystem.makeDirectory(fresh, 0o700);
  const persistence = openSqlitePersistence({ directory: fresh, fileSystem });
  for (const _op of persistence.recover());
  const writer = persistence.startSnapshot(snapshotOps(store));
  while (!writer.step());
  persistence.close();
  const setAside = `${directory}/before-repair-${nowMs}`;
  fileSystem.makeDirectory(setAside, 0o700);
  for (const name of FILES) {
    if (fileSystem.exists(`${directory}/${name}`))
      fileSystem.rename(`${directory}/${name}`, `${setAside}/${name}`);
    if (fileSystem.exists(`${fresh}/${name}`)) fileSystem.rename(`${fresh}/${name}`, `${directory}/${name}`);
    // The order below must hold after a power loss, too.
    for (const changed of [setAside, directory]) fileSystem.syncDirectory(changed);
  }
  fileSystem.remove(fresh);
  return { setAside, tasks: store.taskCount };
}

/**
 * In this order a crash on the way leaves a store that is refused, and can be repaired again, but never one that
 * opens with a part of the other: an old write-ahead log beside a new database would be replayed into it, and
 * without the old witness an empty database would look like a new one.
 */
const FILES = [`${STORE_FILE}-wal`, `${STORE_FILE}-shm`, STORE_FILE, WITNESS_FILE];
