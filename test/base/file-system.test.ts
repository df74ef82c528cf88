import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { diskFileSystem as disk } from '../../src/base/file-system.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-fs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('diskFileSystem', () => {
  test('a durable write replaces whole files and leaves no temporary', () => {
    const path = join(folder, 'a');
    disk.writeFileDurably(path, 'one');
    disk.writeFileDurably(path, 'two', 0o600);
    expect(disk.readText(path)).toBe('two');
    expect(disk.readDirectory(folder)).toEqual(['a']);
  });

  test('appends, syncs, truncates and tells sizes', () => {
    const path = join(folder, 'log');
    const file = disk.openAppend(path);
    file.append(Buffer.from('abc'));
    file.append(Buffer.from('def'));
    file.sync();
    file.close();
    expect(disk.stat(path)).toMatchObject({ kind: 'file', size: 6 });
    disk.truncate(path, 4);
    expect(disk.readText(path)).toBe('abcd');
    expect(disk.stat(join(folder, 'none'))).toBeUndefined();
  });

  test('makes the directories above, and refuses what is no directory or cannot be made', () => {
    disk.makeDirectory(join(folder, 'a', 'b', 'c'), 0o700);
    disk.makeDirectory(join(folder, 'a', 'b', 'c'));
    expect(disk.stat(join(folder, 'a', 'b', 'c'))).toMatchObject({ kind: 'directory', mode: 0o700 });
    disk.writeFileDurably(join(folder, 'file'), '');
    expect(() => {
      disk.makeDirectory(join(folder, 'file', 'below'));
    }).toThrow('ENOTDIR');
    expect(() => {
      disk.makeDirectory(join(folder, 'file'));
    }).toThrow('EEXIST');
    expect(() => {
      disk.makeDirectory('/proc/aurora/home');
    }).toThrow('ENOENT');
  });
});
