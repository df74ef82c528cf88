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
import Database from 'libsql';
import { diskFileSystem } from '../../src/base/file-system.js';
import { below, seededRandom, type Random } from '../../src/base/random.js';
import type { Persistence, SnapshotWriter } from '../../src/storage/persistence.js';
import { recoverStore } from '../../src/storage/recover.js';
import { snapshotOps, stateDigest } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import type { Store } from '../../src/storage/store.js';
import { sampleOps } from './ops.js';

export interface SectorTortureOptions {
  /** Crashes to play through. */
  readonly plans: number;
  readonly seed: number;
  readonly onPlan?: (plan: number) => void;
  /** For the test of this test: what is done to each image before it is opened. */
  readonly sabotage?: (image: Map<string, Buffer>) => void;
}

export interface SectorTortureReport {
  readonly plans: number;
  /** How many plans recovered the state before, and the state after, the write that was cut off. */
  readonly before: number;
  readonly after: number;
  readonly violations: readonly string[];
}

const DATABASE = 'store.db';
const LOG = 'store.db-wal';
const WITNESS = 'store.seq';
const SECTOR_BYTES = 512;

/** Every file's content after one acknowledged step, and the state that it stands for. */
interface Moment {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly digest: string;
}

/**
 * Power losses, sector by sector, as SQLite's own crash tests model them: of what was written since the last sync,
 * any subset of the 512-byte sectors is on the disk, in any order, and a file that grew has any length in between
 * or holes of zeros. Between two acknowledged steps of our store, these are the writes:
 *
 *     1. frames into the write-ahead log, then a sync         the database is as it was; a log that begins anew has
 *                                                             its head synced first
 *     2. now and then a checkpoint: pages into the database, then a sync      the log is whole
 *     3. a number into the witness, never synced              it may lack or keep any of its sectors
 *
 * A store that is opened after such a loss has the state before the step or the state after it, nothing else, and
 * the state after it once the log was synced.
 */
export async function runSectorTorture(options: SectorTortureOptions): Promise<SectorTortureReport> {
  const random = seededRandom(options.seed);
  const violations: string[] = [];
  const counts = { before: 0, after: 0 };
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'aurora-sectors-'));
  try {
    const moments = record(join(root, 'origin'), random);
    for (let plan = 0; plan < options.plans && violations.length < 10; plan++) {
      const at = below(random, moments.length - 1);
      const [from, to] = [moments[at] as Moment, moments[at + 1] as Moment];
      const checkpointed = !sameBytes(from.files.get(DATABASE), to.files.get(DATABASE));
      const synced = below(random, checkpointed ? 2 : 4) === 0;
      const image = crash(from, to, synced, random);
      options.sabotage?.(image);
      const directory = join(root, 'crashed');
      const digest = recover(directory, image, plan % 4 === 0);
      if (digest === to.digest) counts.after += 1;
      else if (digest === from.digest && !synced) counts.before += 1;
      else violations.push(`seed ${options.seed}, plan ${plan}, after step ${at}: ${digest}`);
      options.onPlan?.(plan);
      // The database's statements, and the descriptors that they hold, are given back between turns of the event loop.
      if (plan % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return { plans: options.plans, ...counts, violations };
}

/** Transactions and snapshots of a store with a checkpoint every few pages; its files after each. */
function record(directory: string, random: Random): Moment[] {
  mkdirSync(directory);
  const persistence = open(directory);
  const store = recoverStore(persistence);
  const moments = [capture(directory, store)];
  let snapshot: SnapshotWriter | undefined;
  for (const ops of sampleOps(TRANSACTIONS)) {
    for (const op of ops) store.apply(op);
    persistence.persist(ops);
    moments.push(capture(directory, store));
    if (!snapshot && below(random, 25) === 0) snapshot = persistence.startSnapshot(snapshotOps(store));
    if (!snapshot) continue;
    const restarts = snapshot.step();
    // The end of a snapshot starts the witness anew, durably and in one piece.
    if (restarts) snapshot = undefined;
    moments.push(capture(directory, store));
  }
  persistence.close();
  return moments;
}

const TRANSACTIONS = 120;

function open(directory: string): Persistence {
  return openSqlitePersistence({
    directory,
    fileSystem: diskFileSystem,
    openDatabase: (path) => {
      const database = new Database(path);
      database.exec('PRAGMA wal_autocheckpoint = 12');
      return database;
    },
  });
}

function capture(directory: string, store: Store): Moment {
  const files = new Map<string, Buffer>();
  for (const name of [DATABASE, LOG, WITNESS])
    if (existsSync(join(directory, name))) files.set(name, readFileSync(join(directory, name)));
  return { files, digest: stateDigest(store) };
}

/** The files as the disk may have them after a loss of power on the way from one moment to the next. */
function crash(from: Moment, to: Moment, synced: boolean, random: Random): Map<string, Buffer> {
  const image = new Map<string, Buffer>();
  const put = (name: string, content: Buffer | undefined): void => {
    if (content) image.set(name, content);
  };
  const [database, log, witness] = [DATABASE, LOG, WITNESS].map((name) => from.files.get(name));
  const [nextDatabase, nextLog, nextWitness] = [DATABASE, LOG, WITNESS].map((name) => to.files.get(name));
  put(DATABASE, synced ? torn(database, nextDatabase, random) : database);
  put(LOG, synced ? nextLog : tornLog(log, nextLog, random));
  const seen = synced && below(random, 2) === 0 ? nextWitness : witness;
  put(WITNESS, seen && torn(seen.subarray(0, ENTRY_BYTES), seen, random));
  return image;
}

/** A log that begins anew has its head written and synced before the first frame, on top of the old ones. */
function tornLog(old: Buffer | undefined, written: Buffer | undefined, random: Random): Buffer | undefined {
  if (!old || !written || old.subarray(0, HEAD_BYTES).equals(written.subarray(0, HEAD_BYTES)))
    return torn(old, written, random);
  if (below(random, 4) === 0) return old;
  const begun = Buffer.from(old);
  written.copy(begun, 0, 0, HEAD_BYTES);
  return below(random, 4) === 0 ? begun : torn(begun, written, random);
}

const HEAD_BYTES = 32;

/** The witness's first entry is synced when the file is made. */
const ENTRY_BYTES = 12;

function torn(old: Buffer | undefined, written: Buffer | undefined, random: Random): Buffer | undefined {
  if (!written) return old;
  const before = old ?? Buffer.alloc(0);
  const shortest = Math.min(before.length, written.length);
  const cut = shortest + below(random, Math.abs(written.length - before.length) + 1);
  const length = below(random, 2) === 0 ? Math.max(before.length, written.length) : cut;
  const result = Buffer.alloc(length);
  // Sometimes nearly all is lost, sometimes hardly anything.
  const share = random.next();
  for (let start = 0; start < length; start += SECTOR_BYTES) {
    const source = random.next() < share ? written : before;
    if (start < source.length) source.copy(result, start, start, Math.min(start + SECTOR_BYTES, length));
  }
  return result;
}

function recover(directory: string, image: ReadonlyMap<string, Buffer>, twice: boolean): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const [name, content] of image) writeFileSync(join(directory, name), content);
  try {
    const first = digestOf(directory);
    if (!twice) return first;
    // What the recovery left is opened once more.
    const again = join(directory, 'again');
    mkdirSync(again);
    for (const name of [DATABASE, LOG, WITNESS])
      if (existsSync(join(directory, name))) copyFileSync(join(directory, name), join(again, name));
    const second = digestOf(again);
    return first === second ? first : `a second recovery gives ${second} instead of ${first}`;
  } catch (error) {
    return String(error);
  }
}

function digestOf(directory: string): string {
  const persistence = open(directory);
  try {
    return stateDigest(recoverStore(persistence));
  } finally {
    persistence.close();
  }
}

function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.equals(b));
}
