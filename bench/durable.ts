import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFileSystem } from '../src/base/file-system.js';
import type { Persistence } from '../src/storage/persistence.js';
import { openSqlitePersistence } from '../src/storage/sqlite-persistence.js';

/** A store on the real disk, gone afterwards. */
export async function withStore<T>(
  use: (open: () => Persistence, directory: string) => T | Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(process.env['AURORA_BENCH_DIRECTORY'] ?? tmpdir(), 'aurora-bench-'));
  try {
    return await use(() => openSqlitePersistence({ directory, fileSystem: diskFileSystem }), directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
