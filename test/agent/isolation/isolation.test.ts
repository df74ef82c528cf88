import { describe, expect, test } from '@jest/globals';
import type { ControlFiles } from '../../../src/agent/isolation/control-files.js';
import { probeIsolation } from '../../../src/agent/isolation/probe.js';

/** The kernel's view, as far as the probe can see it: directories, files, and what refuses to be written. */
class FakeKernel implements ControlFiles {
  readonly files = new Map<string, string>();
  readonly directoriesMade = new Set<string>();
  readonly writes: string[] = [];
  refuseWrite: (path: string, text: string) => boolean = () => false;
  refuseDirectory: (path: string) => boolean = () => false;
  /** Files that appear in each new directory. */
  template: readonly string[] = ['cgroup.procs'];

  read(path: string): string | undefined {
    return this.files.get(path);
  }

  write(path: string, text: string): void {
    if (this.refuseWrite(path, text)) throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
    this.writes.push(`${path}=${text}`);
    if (path.endsWith('subtree_control'))
      this.files.set(path, `${this.files.get(path) ?? ''} ${text.replaceAll('+', '')}`);
  }

  makeDirectory(path: string): void {
    if (this.refuseDirectory(path)) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    this.directoriesMade.add(path);
    for (const name of this.template) this.files.set(`${path}/${name}`, '');
  }

  removeDirectory(path: string): void {
    if ((this.files.get(`${path}/cgroup.procs`) ?? '') !== '') throw new Error('EBUSY');
    this.directoriesMade.delete(path);
    for (const name of this.template) this.files.delete(`${path}/${name}`);
  }

  directories(path: string): string[] {
    return [...this.directoriesMade]
      .filter((made) => made.startsWith(`${path}/`) && !made.slice(path.length + 1).includes('/'))
      .map((made) => made.slice(path.length + 1));
  }

  exists(path: string): boolean {
    return this.directoriesMade.has(path) || this.files.has(path);
  }
}

const LIMITS = { cpus: 0.5, ramBytes: 64 * 1024 ** 2, processes: 100, cpuQuota: true };

function unified(): FakeKernel {
  const kernel = new FakeKernel();
  kernel.files.set('/proc/self/mountinfo', '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw');
  kernel.files.set('/proc/self/cgroup', '0::/user.slice/app.scope');
  kernel.files.set('/sys/fs/cgroup/user.slice/app.scope/cgroup.controllers', 'cpu io memory pids\n');
  kernel.files.set('/sys/fs/cgroup/user.slice/app.scope/cgroup.subtree_control', '\n');
  return kernel;
}

function separate(): FakeKernel {
  const kernel = new FakeKernel();
  kernel.files.set(
    '/proc/self/mountinfo',
    [
      '31 23 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct',
      '32 23 0:28 / /sys/fs/cgroup/mem\\040ory rw - cgroup cgroup rw,memory',
      '33 23 0:29 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids',
    ].join('\n'),
  );
  kernel.files.set('/proc/self/cgroup', '3:cpu,cpuacct:/a\n2:memory:/b\n1:pids:/\n');
  return kernel;
}

describe('cgroup v2', () => {
  const base = '/sys/fs/cgroup/user.slice/app.scope';

  test('a delegated scope enforces cpu, ram and processes', () => {
    const kernel = unified();
    const isolation = probeIsolation(kernel, 'agent', 42);
    expect(isolation.report).toEqual({
      mechanism: 'cgroup v2',
      enforced: ['cpu', 'ram', 'processes'],
      observed: ['disk'],
      refused: [],
    });
    const place = isolation.open('t', LIMITS);
    expect(place.entryFiles).toEqual([`${base}/aurora-task-t/cgroup.procs`]);
    const settings = kernel.writes.filter((write) => write.includes('aurora-task-t'));
    expect(settings.map((write) => write.slice(`${base}/aurora-task-t/`.length))).toEqual([
      'cpu.weight=20',
      'cpu.max=50000 100000',
      'memory.max=67108864',
      'memory.swap.max=0',
      'memory.oom.group=1',
      'pids.max=100',
    ]);
    kernel.files.set(`${base}/aurora-task-t/memory.events`, 'low 0\noom 2\noom_kill 3\n');
    kernel.files.set(`${base}/aurora-task-t/memory.peak`, '67108864\n');
    expect([place.memoryKills(), place.peakRamBytes()]).toEqual([3, 67108864]);
    kernel.files.set(`${base}/aurora-task-t/cgroup.procs`, '7\n8\n');
    expect(place.pids()).toEqual([7, 8]);
    expect(place.kill()).toBe(true);
    expect(place.close()).toBe(false);
    kernel.files.set(`${base}/aurora-task-t/cgroup.procs`, '');
    expect(place.close()).toBe(true);
    expect(isolation.leftovers()).toEqual([]);
  });

  test('the agent moves into a leaf when its own processes are in the way', () => {
    const kernel = unified();
    let moved = false;
    kernel.refuseWrite = (path, text) => {
      if (path.endsWith('aurora-agent/cgroup.procs') && text === '42') moved = true;
      return path.endsWith('subtree_control') && !moved;
    };
    expect(probeIsolation(kernel, 'agent', 42).report.mechanism).toBe('cgroup v2');
    expect(kernel.directories(base)).toEqual(['aurora-agent']);
  });

  test('without delegation it is given back and said so', () => {
    const kernel = unified();
    kernel.refuseWrite = (path) => path.endsWith('subtree_control');
    const { report } = probeIsolation(kernel, 'agent', 42);
    expect(report.mechanism).toBe('sampling');
    expect(report.enforced).toEqual([]);
    expect(report.refused).toEqual([`cgroup v2 at ${base} is not delegated to this agent`]);
    expect(kernel.directories(base)).toEqual([]);
    expect(kernel.writes.at(-1)).toBe(`${base}/cgroup.procs=42`);
  });

  test('a restarted agent finds its own leaf', () => {
    const kernel = unified();
    kernel.files.set('/proc/self/cgroup', '0::/user.slice/app.scope/aurora-agent');
    kernel.files.set(`${base}/cgroup.subtree_control`, 'cpu memory pids\n');
    const isolation = probeIsolation(kernel, 'agent', 43);
    expect(isolation.open('t', LIMITS).entryFiles).toEqual([`${base}/aurora-task-t/cgroup.procs`]);
  });

  test('only some controllers', () => {
    const kernel = unified();
    kernel.files.set(`${base}/cgroup.controllers`, 'pids\n');
    expect(probeIsolation(kernel, 'agent', 42).report).toMatchObject({
      enforced: ['processes'],
      observed: ['cpu', 'ram', 'disk'],
    });
  });
});

describe('cgroup v1', () => {
  test('each hierarchy below the own cgroup', () => {
    const kernel = separate();
    const isolation = probeIsolation(kernel, 'x', 1);
    expect(isolation.report).toMatchObject({ mechanism: 'cgroup v1', enforced: ['cpu', 'ram', 'processes'] });
    const place = isolation.open('t', LIMITS);
    expect(place.entryFiles).toEqual([
      '/sys/fs/cgroup/cpu/a/aurora/x/t/cgroup.procs',
      '/sys/fs/cgroup/mem ory/b/aurora/x/t/cgroup.procs',
      '/sys/fs/cgroup/pids/aurora/x/t/cgroup.procs',
    ]);
    expect(kernel.writes).toEqual([
      '/sys/fs/cgroup/cpu/a/aurora/x/t/cpu.shares=512',
      '/sys/fs/cgroup/cpu/a/aurora/x/t/cpu.cfs_period_us=100000',
      '/sys/fs/cgroup/cpu/a/aurora/x/t/cpu.cfs_quota_us=50000',
      '/sys/fs/cgroup/mem ory/b/aurora/x/t/memory.limit_in_bytes=67108864',
      '/sys/fs/cgroup/mem ory/b/aurora/x/t/memory.memsw.limit_in_bytes=67108864',
      '/sys/fs/cgroup/pids/aurora/x/t/pids.max=100',
    ]);
    expect(isolation.leftovers()).toEqual(['t']);
    expect(place.close()).toBe(true);
    expect(isolation.leftovers()).toEqual([]);
  });

  test('the empty places of an agent that is gone are removed', () => {
    const kernel = separate();
    const gone = '/sys/fs/cgroup/pids/aurora/gone';
    for (const path of ['/sys/fs/cgroup/pids/aurora', gone, `${gone}/t1`]) kernel.makeDirectory(path);
    probeIsolation(kernel, 'x', 1).forget('gone');
    expect(kernel.directories('/sys/fs/cgroup/pids/aurora')).toEqual([]);
  });

  test('one that cannot be written is left out', () => {
    const kernel = separate();
    kernel.refuseDirectory = (path) => path.includes('mem ory');
    expect(probeIsolation(kernel, 'x', 1).report).toMatchObject({
      enforced: ['cpu', 'processes'],
      observed: ['ram', 'disk'],
    });
  });

  test('none: sampling, with the reason', () => {
    const kernel = separate();
    kernel.refuseDirectory = () => true;
    expect(probeIsolation(kernel, 'x', 1).report).toEqual({
      mechanism: 'sampling',
      enforced: [],
      observed: ['cpu', 'ram', 'processes', 'disk'],
      refused: ['cgroup v1: no hierarchy of cpu, memory or pids can be written'],
    });
  });
});

test('no /proc at all: sampling', () => {
  const isolation = probeIsolation(new FakeKernel(), 'x', 1);
  expect(isolation.report.refused).toEqual(['no cgroup hierarchy is mounted']);
  const place = isolation.open('t', LIMITS);
  expect([place.entryFiles, place.pids(), place.memoryKills(), place.kill(), place.close()]).toEqual([
    [],
    undefined,
    0,
    false,
    true,
  ]);
});
