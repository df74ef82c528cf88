import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFileSystem } from '../../src/base/file-system.js';
import { below, seededRandom, type Random } from '../../src/base/random.js';
import { StorageFailure } from '../../src/storage/persistence.js';
import { recoverStore } from '../../src/storage/recover.js';
import { snapshotOps, stateDigest } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import { sampleOps } from './ops.js';

export interface DamageTortureOptions {
  /** Every so many bytes of each file are damaged, of the last 64 KB. */
  readonly stride: number;
  readonly seed: number;
  readonly onCase?: (done: number) => void;
}

export interface DamageTortureReport {
  readonly cases: number;
  /** Read as if nothing had happened, and refused with what is wrong. */
  readonly same: number;
  readonly refused: number;
  /** A state that is not the one that was acknowledged, or an error that says nothing. */
  readonly violations: readonly string[];
}

const FILES = ['store.db', 'store.db-wal', 'store.seq'];
const SWEPT_BYTES = 64 << 10;

/** Cuts each file of a store at every place, and flips a bit of every byte: never a silent loss. */
export async function runDamageTorture(options: DamageTortureOptions): Promise<DamageTortureReport> {
  const { stride, seed, onCase } = options;
  const random = seededRandom(seed);
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'aurora-damage-'));
  const counts = { cases: 0, same: 0, refused: 0 };
  const violations: string[] = [];
  try {
    const killed = join(root, 'killed');
    const expected = makeStore(join(root, 'origin'), killed);
    const path = join(root, 'damaged');
    for (const name of FILES) {
      const whole = readFileSync(join(killed, name));
      for (let at = Math.max(0, whole.length - SWEPT_BYTES); at < whole.length; at += stride) {
        for (const [what, damaged] of damages(whole, at, random)) {
          copyStore(killed, path);
          writeFileSync(join(path, name), damaged);
          const outcome = open(path, expected);
          counts.cases += 1;
          if (outcome === 'same') counts.same += 1;
          else if (outcome === 'refused') counts.refused += 1;
          else violations.push(`${name} ${what} at ${at}: ${outcome}`);
          onCase?.(counts.cases);
        }
        // Between turns of the event loop the database gives back its descriptors.
        await new Promise((resolve) => setImmediate(resolve));
        if (violations.length >= 10) return { ...counts, violations };
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return { ...counts, violations };
}

/** Snapshot, log and write-ahead log, as a kill leaves them; gives the state's digest. */
function makeStore(directory: string, killed: string): string {
  mkdirSync(directory);
  const persistence = openSqlitePersistence({ directory, fileSystem: diskFileSystem });
  const store = recoverStore(persistence);
  const transactions = sampleOps(110);
  const write = (ops: (typeof transactions)[number]): void => {
    for (const op of ops) store.apply(op);
    persistence.persist(ops);
  };
  transactions.slice(0, 80).forEach(write);
  const snapshot = persistence.startSnapshot(snapshotOps(store));
  while (!snapshot.step());
  transactions.slice(80).forEach(write);
  copyStore(directory, killed);
  persistence.close();
  return stateDigest(store);
}

function copyStore(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const name of FILES) copyFileSync(join(from, name), join(to, name));
}

function damages(whole: Buffer, at: number, random: Random): ReadonlyArray<readonly [string, Buffer]> {
  const flipped = Buffer.from(whole);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << below(random, 8));
  return [
    ['cut', whole.subarray(0, at)],
    ['flipped', flipped],
  ];
}

function open(directory: string, expected: string): string {
  try {
    const persistence = openSqlitePersistence({ directory, fileSystem: diskFileSystem });
    try {
      return stateDigest(recoverStore(persistence)) === expected ? 'same' : 'another state';
    } finally {
      persistence.close();
    }
  } catch (error) {
    return error instanceof StorageFailure && error.kind === 'damaged' ? 'refused' : String(error);
  }
}
