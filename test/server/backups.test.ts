import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../src/base/clock.js';
import { diskFileSystem, type FileSystem } from '../../src/base/file-system.js';
import { silentLogger } from '../../src/base/logging.js';
import { readBackup } from '../../src/server/backup-file.js';
import { Backups } from '../../src/server/backups.js';
import { Metrics } from '../../src/server/metrics.js';
import { stateDigest } from '../../src/storage/snapshot.js';
import { Store } from '../../src/storage/store.js';

const HOUR_MS = 3_600_000;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-backups-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Backups of a store that grows by one quota a commit, on a fake clock and the real disk. */
class Rig {
  readonly clock = new FakeClock(Date.now());
  readonly store = new Store();
  readonly metrics = new Metrics();
  readonly backups: Backups;
  commits = 0;
  slices: Array<() => void> = [];

  constructor(most = 3, files: FileSystem = diskFileSystem) {
    this.backups = new Backups({
      store: this.store,
      directory,
      intervalMs: HOUR_MS,
      most,
      files,
      clock: this.clock,
      metrics: this.metrics,
      logger: silentLogger,
      commit: () => undefined,
      commits: () => this.commits,
      later: (slice) => this.slices.push(slice),
    });
  }

  change(): void {
    this.commits += 1;
    const resources = [{ numCpus: this.commits }, { ramMb: 1 }, { diskMb: 1 }];
    this.store.apply({ op: 'saveQuota', role: `r${this.commits}`, quota: { resources } });
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    while (this.slices.length > 0) this.slices.shift()?.();
  }
}

describe('periodic backups', () => {
  test('are written each interval in which something changed, and the oldest go', () => {
    const rig = new Rig();
    rig.backups.start();
    rig.pass(HOUR_MS - 1);
    expect(rig.backups.list()).toEqual([]);
    for (let hour = 1; hour <= 5; hour++) {
      rig.change();
      rig.pass(HOUR_MS);
      expect(rig.backups.list()).toHaveLength(Math.min(hour, 3));
    }
    const before = rig.backups.list();
    rig.pass(5 * HOUR_MS);
    expect(rig.backups.list()).toEqual(before);
    const copy = new Store();
    for (const op of readBackup(diskFileSystem, rig.backups.path(before.at(-1) ?? ''))) copy.apply(op);
    expect(stateDigest(copy)).toBe(stateDigest(rig.store));
    expect(rig.metrics.entries().get('scheduler_backup_success')).toBe(5);
  });

  test('hold the state of the moment when they began, whatever comes between their slices', () => {
    const rig = new Rig();
    rig.change();
    const digest = stateDigest(rig.store);
    rig.backups.start();
    rig.clock.advance(HOUR_MS);
    rig.change();
    rig.pass(0);
    const copy = new Store();
    for (const op of readBackup(diskFileSystem, rig.backups.path(rig.backups.list()[0] ?? '')))
      copy.apply(op);
    expect(stateDigest(copy)).toBe(digest);
  });

  test('start anew after a start: what was half written is removed, the newest counts', () => {
    writeFileSync(join(directory, 'scheduler-backup-2026-01-01-00-00.unfinished'), 'x');
    writeFileSync(join(directory, 'scheduler-backup-2026-01-01-00-00'), 'x');
    const rig = new Rig();
    rig.clock.advance(HOUR_MS / 2);
    rig.backups.start();
    expect(readdirSync(directory)).toEqual(['scheduler-backup-2026-01-01-00-00']);
    rig.change();
    rig.pass(HOUR_MS / 2 + 1000);
    expect(rig.backups.list()).toHaveLength(2);
  });

  test('that are cut short leave nothing', () => {
    const rig = new Rig();
    rig.change();
    rig.backups.start();
    rig.clock.advance(HOUR_MS);
    rig.backups.stop();
    rig.pass(2 * HOUR_MS);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('on a full disk stop nothing, are counted, and are tried again', () => {
    let full = true;
    const files: FileSystem = {
      ...diskFileSystem,
      openAppend: (path, mode) => {
        const file = diskFileSystem.openAppend(path, mode);
        const append = (data: Uint8Array): void => {
          if (full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          file.append(data);
        };
        return { ...file, append };
      },
    };
    const rig = new Rig(3, files);
    rig.change();
    rig.backups.start();
    rig.pass(HOUR_MS);
    expect(readdirSync(directory)).toEqual([]);
    expect(rig.metrics.entries().get('scheduler_backup_failed')).toBe(1);
    expect(() => {
      rig.backups.writeNow();
    }).toThrow('no space left');
    full = false;
    rig.pass(HOUR_MS);
    expect(rig.backups.list()).toHaveLength(1);
  });
});
