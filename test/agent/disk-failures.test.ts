import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { diskFileSystem, type FileSystem } from '../../src/base/file-system.js';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

/** The disk fails one task: its last event says so, nothing of it is left, and its neighbour notices nothing. */
describe('F6: a disk that fails one task', () => {
  let rig: AgentRig;
  let broken: { readonly code: string; readonly below: string } | undefined;

  beforeEach(async () => {
    broken = undefined;
    rig = new AgentRig();
    rig.fileSystem = failingBelow(() => broken);
    await rig.scheduler.start();
    await rig.start();
    await rig.launch('neighbour', oneProcess('sleep 1000'));
    await rig.scheduler.untilStatus('neighbour', 'RUNNING');
  });

  afterEach(async () => {
    expect(rig.scheduler.statusesOf('neighbour')).toHaveLength(2);
    expect(rig.composed?.agent.tasks.find('neighbour')?.status).toBe('RUNNING');
    await rig.dispose();
    expect(rig.pidsLeft()).toEqual([]);
  });

  const lastOf = async (taskId: string): Promise<string | undefined> =>
    (await rig.scheduler.untilEnd(taskId)).at(-1);
  const task = (name: string): string => join(rig.directory, 'tasks', name);

  test.each(['ENOSPC', 'EIO', 'EMFILE'])('%s when a process ends', async (code) => {
    const job = {
      task: {
        name: 't',
        processes: [
          { name: 'short', cmdline: 'until [ -e go ]; do sleep 0.02; done', min_duration: 0 },
          { name: 'long', cmdline: 'setsid sleep 1000 & sleep 1000', min_duration: 0 },
        ],
        resources: { cpu: 0.1, ram: 64 * 1024 ** 2, disk: 64 * 1024 ** 2 },
        finalization_wait: 2,
      },
      lifecycle: {},
    };
    await rig.launch('t', job);
    await rig.scheduler.untilStatus('t', 'RUNNING');
    broken = { code, below: join(task('t'), 'checkpoints') };
    writeFileSync(join(task('t'), 'sandbox/go'), '');
    expect(await lastOf('t')).toMatch(
      new RegExp(`^LOST: Task lost\\. \\(its runner could not go on: ${code}: .*checkpoints/t/runner`),
    );
    expect(rig.pidsLeft()).toHaveLength(2);
  });

  test('when it is killed', async () => {
    await rig.launch('t', oneProcess('sleep 1000'));
    await rig.scheduler.untilStatus('t', 'RUNNING');
    broken = { code: 'ENOSPC', below: task('t') };
    await rig.kill('t');
    expect(await lastOf('t')).toMatch(
      /^KILLED: Instructed to kill task\. \(its runner could not go on: ENOSPC/,
    );
    // No record of its end could be written: it has no name any more under which it would be started again.
    expect(existsSync(join(task('t'), 'launch.json'))).toBe(false);
    await rig.leave();
    broken = undefined;
    await rig.start();
    expect(rig.composed?.agent.tasks.find('t')).toBeUndefined();
    await rig.launch('t', oneProcess('sleep 1000'));
    expect(rig.composed?.agent.tasks.find('t')).toBeUndefined();
  });

  test('before it has started', async () => {
    broken = { code: 'ENOSPC', below: task('t') };
    await expect(rig.launch('t', oneProcess('true'))).rejects.toThrow(/ENOSPC/);
    expect(existsSync(task('t'))).toBe(false);
    broken = { code: 'ENOSPC', below: join(task('t'), 'checkpoints') };
    await rig.launch('t', oneProcess('true'));
    expect(await lastOf('t')).toMatch(/^FAILED: Task initialization failed: ENOSPC/);
  });

  test('a checkpoint damaged while the agent was away: nothing of the task goes on running', async () => {
    await rig.launch('t', oneProcess('sleep 1000'));
    await rig.scheduler.untilStatus('t', 'RUNNING');
    await rig.leave();
    const path = join(task('t'), 'checkpoints/checkpoints/t/runner');
    const bytes = readFileSync(path);
    bytes[60] = 0xff ^ (bytes[60] ?? 0);
    bytes[41] = 0xff;
    writeFileSync(path, bytes);
    await rig.start();
    expect(await lastOf('t')).toMatch(
      /^FAILED: Task initialization failed: Checkpoint .* is damaged at byte /,
    );
    expect(rig.pidsLeft()).toHaveLength(2);
  });

  const canMount = process.getuid?.() === 0 && mounts(['-t', 'tmpfs', '-o', 'size=64k', 'none']);
  (canMount ? test : test.skip)('a real disk that is full', async () => {
    mkdirSync(join(task('t'), 'checkpoints'), { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20k', 'none', join(task('t'), 'checkpoints')]);
    try {
      await rig.launch('t', oneProcess('exit 1', { max_failures: 0 }));
      expect(await lastOf('t')).toMatch(/^(LOST|FAILED): .*ENOSPC: no space left on device/);
    } finally {
      execFileSync('umount', ['-l', join(task('t'), 'checkpoints')]);
    }
  });
});

/** Whether this process may mount at all: containers often may not, whoever they run as. */
function mounts(words: readonly string[]): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', ...words, '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function failingBelow(
  broken: () => { readonly code: string; readonly below: string } | undefined,
): FileSystem {
  const check = (path: string): void => {
    const now = broken();
    if (!now || !path.startsWith(now.below)) return;
    throw Object.assign(new Error(`${now.code}: the disk fails, '${path}'`), { code: now.code });
  };
  return {
    ...diskFileSystem,
    makeDirectory: (path, mode) => {
      check(path);
      diskFileSystem.makeDirectory(path, mode);
    },
    writeFileDurably: (path, data, mode) => {
      check(path);
      diskFileSystem.writeFileDurably(path, data, mode);
    },
    openAppend: (path, mode) => {
      check(path);
      const file = diskFileSystem.openAppend(path, mode);
      return {
        ...file,
        append: (data) => {
          check(path);
          file.append(data);
        },
      };
    },
  };
}
