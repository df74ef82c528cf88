import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { diskFileSystem } from '../../src/base/file-system.js';
import { readBackup, writeBackup } from '../../src/server/backup-file.js';
import type { Op } from '../../src/storage/op.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-backup-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const ops: Op[] = [
  { op: 'saveQuota', role: 'www-data', quota: { resources: [{ numCpus: 1.5 }, { ramMb: 2 }] } },
  { op: 'saveHostAttributes', attributes: { host: 'h\n1', attributes: [], mode: 'DRAINED' } },
];

describe('a backup file', () => {
  test('gives back the ops that were written, and leaves nothing beside itself', () => {
    const path = join(directory, 'one');
    writeBackup(diskFileSystem, path, ops);
    expect(readBackup(diskFileSystem, path)).toEqual(ops);
    expect(readdirSync(directory)).toEqual(['one']);
  });

  test('is refused at every cut and every changed byte', () => {
    const path = join(directory, 'damaged');
    writeBackup(diskFileSystem, path, ops);
    const whole = readFileSync(path);
    for (let end = 0; end < whole.length; end++) {
      writeFileSync(path, whole.subarray(0, end));
      expect(() => readBackup(diskFileSystem, path)).toThrow();
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 4;
      writeFileSync(path, changed);
      expect(() => readBackup(diskFileSystem, path)).toThrow();
    }
  });

  test('says what is wrong', () => {
    const path = join(directory, 'wrong');
    writeFileSync(path, 'SQLite format 3\0');
    expect(() => readBackup(diskFileSystem, path)).toThrow('this is not a backup that this version can read');
    writeFileSync(path, 'aurora-backup 1\n[]\n');
    expect(() => readBackup(diskFileSystem, path)).toThrow('the file is cut off');
  });
});
