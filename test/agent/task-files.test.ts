import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInside, readRange } from '../../src/agent/safe-file.js';
import {
  listFiles,
  readLog,
  wholeCharacters,
  type LogRequest,
  type TaskView,
} from '../../src/agent/task-files.js';

let directory: string;
let sandbox: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agent-files-'));
  sandbox = join(directory, 'sandbox');
  mkdirSync(join(sandbox, '.logs/p/0'), { recursive: true });
  mkdirSync(join(sandbox, '.logs/p/1'), { recursive: true });
  mkdirSync(join(directory, 'sandbox2'));
  writeFileSync(join(directory, 'secret'), 'secret');
  writeFileSync(join(directory, 'sandbox2', 'f'), 'sibling');
  writeFileSync(join(sandbox, 'f'), 'inside');
  writeFileSync(join(sandbox, '.logs/p/0/stdout'), 'first run\n');
  writeFileSync(join(sandbox, '.logs/p/1/stdout'), 'zwölf Boxkämpfer\n');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('B10: opening inside a sandbox', () => {
  test('what is inside is opened, also through links that stay inside', () => {
    symlinkSync('f', join(sandbox, 'link'));
    for (const path of ['f', './f', 'link', '.logs/../f']) {
      const file = openInside(sandbox, path);
      expect(file && readRange(file.descriptor, 0, 100).toString()).toBe('inside');
      if (file) closeSync(file.descriptor);
    }
  });

  test('nothing else is', () => {
    symlinkSync('/etc/shadow', join(sandbox, 'shadow'));
    symlinkSync('../secret', join(sandbox, 'climb'));
    symlinkSync('..', join(sandbox, 'up'));
    symlinkSync('loop', join(sandbox, 'loop'));
    execFileSync('mkfifo', [join(sandbox, 'fifo')]);
    const paths = [
      '../secret',
      '../sandbox2/f',
      '/etc/passwd',
      'shadow',
      'climb',
      'up/secret',
      'up/sandbox2/f',
      'loop',
      'fifo',
      'nope',
      'f\0',
      'f/x',
      '../../../../../../proc/self/mem',
    ];
    expect(paths.map((path) => openInside(sandbox, path))).toEqual(paths.map(() => undefined));
  });

  test('a sandbox that is itself behind a link is fine', () => {
    symlinkSync(sandbox, join(directory, 'alias'));
    const file = openInside(join(directory, 'alias'), 'f');
    expect(file).toBeDefined();
    if (file) closeSync(file.descriptor);
  });
});

describe('logs', () => {
  const task = (state: string, live = true): TaskView => ({
    taskId: 't',
    sandbox,
    live,
    processes: [{ name: 'p', run: 1, state }],
  });
  const read = (request: Partial<LogRequest>, state = 'RUNNING', live = true): ReturnType<typeof readLog> =>
    readLog(task(state, live), {
      process: 'p',
      run: undefined,
      stream: 'stdout',
      offset: undefined,
      length: undefined,
      ...request,
    });

  test('the newest run, from its beginning', () => {
    expect(read({})).toEqual({ offset: 0, length: 19, data: 'zwölf Boxkämpfer\n', end: false });
    expect(read({ process: undefined }).data).toBe('zwölf Boxkämpfer\n');
    expect(read({}, 'SUCCESS').end).toBe(true);
    expect(read({}, 'RUNNING', false).end).toBe(true);
  });

  test('an older run has ended', () => {
    expect(read({ run: 0 })).toEqual({ offset: 0, length: 10, data: 'first run\n', end: true });
  });

  test('a character is never cut: its beginning stays for the next chunk', () => {
    expect(read({ length: 3 })).toEqual({ offset: 0, length: 2, data: 'zw', end: false });
    expect(read({ offset: 2, length: 4 })).toEqual({ offset: 2, length: 4, data: 'ölf', end: false });
    expect(wholeCharacters(Buffer.from('a€').subarray(0, 3))).toBe(1);
    expect(wholeCharacters(Buffer.from('a€'))).toBe(4);
    expect(wholeCharacters(Buffer.from([0xff, 0xfe, 0x80]))).toBe(3);
    expect(wholeCharacters(Buffer.alloc(0))).toBe(0);
  });

  test('a negative offset counts from the end, one beyond it is the end', () => {
    expect(read({ offset: -5 }).data).toBe('pfer\n');
    expect(read({ offset: -1e15 }).offset).toBe(0);
    expect(read({ offset: 1e15 })).toEqual({ offset: 19, length: 0, data: '', end: false });
  });

  test('a file cut while it is followed', () => {
    truncateSync(join(sandbox, '.logs/p/1/stdout'), 3);
    expect(read({ offset: 19 })).toMatchObject({ offset: 3, length: 0 });
  });

  test('a stream that is not there yet is empty', () => {
    expect(read({ stream: 'stderr' })).toEqual({ offset: 0, length: 0, data: '', end: false });
  });

  test.each([
    [{ process: 'q' }, 'task t has no process "q", only: p'],
    [{ run: 2 }, 'process p has had 2 runs, counted from 0'],
    [{ run: -1 }, 'process p has had 2 runs, counted from 0'],
    [{ stream: 'stdlog' }, 'No such log type: stdlog'],
  ])('%j is refused', (request, message) => {
    expect(() => read(request)).toThrow(message);
  });
});

test('a directory of the sandbox is listed', () => {
  const task: TaskView = { taskId: 't', sandbox, live: true, processes: [] };
  symlinkSync('/etc/shadow', join(sandbox, 'shadow'));
  const { entries } = listFiles(task, '.');
  expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
    ['.logs', 'directory'],
    ['f', 'file'],
    ['shadow', 'symlink'],
  ]);
  expect(() => listFiles(task, '..')).toThrow('no such directory');
  expect(() => listFiles(task, 'f')).toThrow('not a directory');
});
