import { join } from 'node:path';
import { readPids, removeTree, type Refusal } from './cgroup-v2.js';
import { attempt, type ControlFiles } from './control-files.js';
import type { Isolation, Limit, TaskIsolation, TaskLimits } from './isolation.js';

export type V1Controller = 'cpu' | 'memory' | 'pids';

const PERIOD_US = 100_000;
const MOST_KILL_ROUNDS = 50;

/**
 * The separate hierarchies, as root: `aurora/AGENT/TASK` below the agent's own cgroup in each, so that limits on
 * the agent still hold for its tasks. `own` is the directory of the agent's cgroup by controller.
 */
export function probeCgroupV1(
  files: ControlFiles,
  own: ReadonlyMap<V1Controller, string>,
  agentName: string,
): Isolation | Refusal {
  const usable = new Map<V1Controller, string>();
  for (const [controller, directory] of own) {
    const base = join(directory, 'aurora', agentName);
    const probe = join(base, 'probe');
    const writable =
      attempt(() => {
        files.makeDirectory(probe);
      }) && files.exists(join(probe, 'cgroup.procs'));
    if (
      attempt(() => {
        files.removeDirectory(probe);
      }) &&
      writable
    )
      usable.set(controller, base);
    else
      attempt(() => {
        files.removeDirectory(base);
      });
  }
  if (usable.size === 0) return { refused: 'cgroup v1: no hierarchy of cpu, memory or pids can be written' };
  return makeIsolation(files, usable);
}

function makeIsolation(files: ControlFiles, bases: ReadonlyMap<V1Controller, string>): Isolation {
  const enforced: Limit[] = [
    ...(bases.has('cpu') ? (['cpu'] as const) : []),
    ...(bases.has('memory') ? (['ram'] as const) : []),
    ...(bases.has('pids') ? (['processes'] as const) : []),
  ];
  const all: Limit[] = ['cpu', 'ram', 'processes', 'disk'];
  return {
    report: {
      mechanism: 'cgroup v1',
      enforced,
      observed: all.filter((limit) => !enforced.includes(limit)),
      refused: [],
    },
    open: (taskId, limits) => openTask(files, bases, taskId, limits),
    leftovers: () => [...new Set([...bases.values()].flatMap((base) => files.directories(base)))],
  };
}

function openTask(
  files: ControlFiles,
  bases: ReadonlyMap<V1Controller, string>,
  taskId: string,
  limits: TaskLimits,
): TaskIsolation {
  const paths = new Map<V1Controller, string>();
  for (const [controller, base] of bases) {
    const path = join(base, taskId);
    if (
      attempt(() => {
        files.makeDirectory(path);
      })
    )
      paths.set(controller, path);
  }
  setLimits(files, paths, limits);
  const memory = paths.get('memory');
  const readMemory = (name: string): string =>
    memory === undefined ? '' : (files.read(join(memory, name)) ?? '');
  const first = [...paths.values()][0];
  const pids = (): readonly number[] | undefined =>
    first === undefined ? undefined : readPids(files, first);
  return {
    entryFiles: [...paths.values()].map((path) => join(path, 'cgroup.procs')),
    pids,
    memoryKills: () => Number(/^oom_kill (\d+)/m.exec(readMemory('memory.oom_control'))?.[1] ?? 0),
    peakRamBytes: () => Number(readMemory('memory.max_usage_in_bytes')) || undefined,
    kill: () => killAll(pids),
    close: () => [...paths.values()].map((path) => removeTree(files, path)).every(Boolean),
  };
}

function setLimits(files: ControlFiles, paths: ReadonlyMap<V1Controller, string>, limits: TaskLimits): void {
  const set = (controller: V1Controller, name: string, value: number): void => {
    const path = paths.get(controller);
    if (path !== undefined)
      attempt(() => {
        files.write(join(path, name), String(value));
      });
  };
  set('cpu', 'cpu.shares', Math.max(2, Math.round(limits.cpus * 1024)));
  if (limits.cpuQuota) {
    set('cpu', 'cpu.cfs_period_us', PERIOD_US);
    set('cpu', 'cpu.cfs_quota_us', Math.max(1000, Math.round(limits.cpus * PERIOD_US)));
  }
  if (limits.ramBytes > 0) {
    set('memory', 'memory.limit_in_bytes', limits.ramBytes);
    set('memory', 'memory.memsw.limit_in_bytes', limits.ramBytes);
  }
  set('pids', 'pids.max', limits.processes);
}

/** Version 1 has no kill file: signal all, again for those forked meanwhile. */
function killAll(pids: () => readonly number[] | undefined): boolean {
  for (let round = 0; round < MOST_KILL_ROUNDS; round++) {
    const alive = pids();
    if (alive === undefined) return false;
    if (alive.length === 0) return true;
    for (const pid of alive) attempt(() => process.kill(pid, 'SIGKILL'));
  }
  return true;
}
