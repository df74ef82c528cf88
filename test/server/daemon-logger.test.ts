import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openLog } from '../../src/server/daemon-logger.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-log-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('openLog', () => {
  test('writes a line of JSON for each message, at once, for this user only', () => {
    const path = join(directory, 'a.log');
    const log = openLog(path);
    log.info('up', { pid: 7, text: 'line\nbreak' });
    log.error('down');
    const lines = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { level: 'info', message: 'up', pid: 7, text: 'line\nbreak' },
      { level: 'error', message: 'down' },
    ]);
    expect(lines[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  test('goes on when the disk is full', () => {
    const log = openLog('/dev/full');
    for (let count = 0; count < 100; count++) log.warn('nobody will read this', { count });
  });

  test('sets a large log aside at the start', () => {
    const path = join(directory, 'b.log');
    writeFileSync(path, 'old\n');
    truncateSync(path, 17 << 20);
    openLog(path).info('new');
    expect(readFileSync(path, 'utf8')).toContain('"message":"new"');
    expect(existsSync(`${path}.1`)).toBe(true);
  });
});
