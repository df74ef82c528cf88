import { writeSync } from 'node:fs';
import { diskFileSystem } from '../../src/base/file-system.js';
import { recoverStore } from '../../src/storage/recover.js';
import { snapshotOps } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import { sampleOps } from './ops.js';

/**
 * `node store-writer.js DIRECTORY`: goes on with the sample transactions where the store ends, says the number of each
 * once it is durable, and takes a snapshot now and then, until it is killed.
 */
const [directory = ''] = process.argv.slice(2);
const persistence = openSqlitePersistence({ directory, fileSystem: diskFileSystem });
const store = recoverStore(persistence);
const transactions = sampleOps(5000);
// Each transaction is told from the others by a quota that holds its number.
const [done] = store.quotas.get('done')?.resources ?? [];
let next = done && 'numCpus' in done ? done.numCpus : 0;
let snapshot: ReturnType<typeof persistence.startSnapshot> | undefined;
for (; next < transactions.length; next++) {
  const marker = {
    op: 'saveQuota',
    role: 'done',
    quota: { resources: [{ numCpus: next + 1 }] },
  } as const;
  const ops = [...(transactions[next] ?? []), marker];
  for (const op of ops) store.apply(op);
  persistence.persist(ops);
  writeSync(1, `${next + 1}\n`);
  if (next % 20 === 19) snapshot ??= persistence.startSnapshot(snapshotOps(store));
  if (snapshot?.step() === true) snapshot = undefined;
}
