import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { diskFileSystem } from '../../src/base/file-system.js';
import { packageRoot } from '../../src/base/package-root.js';
import { below, seededRandom, type Random } from '../../src/base/random.js';
import { recoverStore } from '../../src/storage/recover.js';
import { stateDigest } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import { Store } from '../../src/storage/store.js';
import { sampleOps } from './ops.js';

/** Real processes on a busy machine. */
jest.setTimeout(120_000);

const ROUNDS_A_STORE = 15;
const STORES = 3;

let programs: string;
beforeAll(async () => {
  const cache = join(packageRoot(), 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  programs = mkdtempSync(join(cache, 'store-writer-'));
  await build({
    entryPoints: [join(packageRoot(), 'test/storage/store-writer-main.ts')],
    outfile: join(programs, 'store-writer.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['libsql'],
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(programs, { recursive: true, force: true });
});

test('a store whose writer is killed at any moment has all that was acknowledged, and nothing by halves', async () => {
  const transactions = sampleOps(5000);
  const outcomes = await Promise.all(
    Array.from({ length: STORES }, async (_, seed) => {
      const directory = mkdtempSync(join(tmpdir(), 'aurora-killed-'));
      const random = seededRandom(seed);
      try {
        let acknowledged = 0;
        for (let round = 0; round < ROUNDS_A_STORE; round++) {
          acknowledged = Math.max(acknowledged, await writeUntilKilled(directory, random));
          const { written, digest } = read(directory);
          // One may have become durable whose word was cut off.
          expect([acknowledged, acknowledged + 1]).toContain(written);
          expect(digest).toBe(digestAfter(transactions, written));
        }
        return acknowledged;
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }),
  );
  for (const acknowledged of outcomes) expect(acknowledged).toBeGreaterThan(ROUNDS_A_STORE);
});

/** The last number that was acknowledged before the kill. */
function writeUntilKilled(directory: string, random: Random): Promise<number> {
  const child = spawn(process.execPath, [join(programs, 'store-writer.mjs'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // After so many lines, or some microseconds later: at any point of the next transaction.
  const lines = 1 + below(random, 40);
  let text = '';
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.split('\n').length > lines) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', () => {
      resolve(Number(text.trimEnd().split('\n').at(-1)));
    });
  });
}

function read(directory: string): { readonly written: number; readonly digest: string } {
  const persistence = openSqlitePersistence({ directory, fileSystem: diskFileSystem });
  try {
    const store = recoverStore(persistence);
    const [done] = store.quotas.get('done')?.resources ?? [];
    store.apply({ op: 'removeQuota', role: 'done' });
    return { written: done && 'numCpus' in done ? done.numCpus : 0, digest: stateDigest(store) };
  } finally {
    persistence.close();
  }
}

function digestAfter(transactions: ReturnType<typeof sampleOps>, count: number): string {
  const store = new Store();
  for (const ops of transactions.slice(0, count)) for (const op of ops) store.apply(op);
  return stateDigest(store);
}
