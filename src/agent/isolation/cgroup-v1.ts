import { dirname, join } from 'node:path';
import { makeDirectory, removeDirectory, write, type ControlFiles } from './control-files.js';
import { readPids, removeTree } from './cgroup-tree.js';
import { reportOf, type Isolation, type Refusal, type TaskIsolation, type TaskLimits } from './isolation.js';

export type V1Controller = 'cpu' | 'memory' | 'pids';

/** A control file that only its controller has. */
const MARKS: ReadonlyArray<readonly [V1Controller, string]> = [
  ['cpu', 'cpu.shares'],
  ['memory', 'memory.limit_in_bytes'],
  ['pids', 'pids.max'],
];
const PERIOD_US = 100_000;
const MOST_KILL_ROUNDS = 50;

/**
 * The separate hierarchies, as root: `aurora/AGENT/TASK` below the agent's own cgroup in each, so that limits on
 * the agent still hold for its tasks. `own` is the directory of the agent's cgroup by controller. Directories
 * are there only while a task is inside.
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
    if (makeDirectory(files, probe) && files.exists(join(probe, 'cgroup.procs')))
      usable.set(controller, base);
    removeUpwards(files, probe);
  }
  if (usable.size === 0) return { refused: 'cgroup v1: no hierarchy of cpu, memory or pids can be written' };
  return {
    report: reportOf('cgroup v1', new Set(usable.keys()), []),
    open: (taskId, limits, entryFiles) =>
      openTask(files, placesOf(files, usable, taskId, entryFiles), limits),
    leftovers: () => [...new Set([...usable.values()].flatMap((base) => files.directories(base)))],
    forget: (name) => {
      for (const base of usable.values()) closePlace(files, join(dirname(base), name));
    },
  };
}

function placesOf(
  files: ControlFiles,
  bases: ReadonlyMap<V1Controller, string>,
  taskId: string,
  entryFiles: readonly string[] | undefined,
): Map<V1Controller, string> {
  const known = (entryFiles ?? []).map((file) => dirname(file)).filter((path) => files.exists(path));
  if (known.length > 0) {
    const found = known.flatMap((path) =>
      MARKS.filter(([, file]) => files.exists(join(path, file))).map(
        ([controller]) => [controller, path] as const,
      ),
    );
    return new Map(found);
  }
  const made = [...bases].map(([controller, base]) => [controller, join(base, taskId)] as const);
  return new Map(made.filter(([, path]) => makeDirectory(files, path)));
}

function openTask(
  files: ControlFiles,
  paths: ReadonlyMap<V1Controller, string>,
  limits: TaskLimits,
): TaskIsolation {
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
    close: () => [...paths.values()].map((path) => closePlace(files, path)).every(Boolean),
  };
}

function setLimits(files: ControlFiles, paths: ReadonlyMap<V1Controller, string>, limits: TaskLimits): void {
  const set = (controller: V1Controller, name: string, value: number): void => {
    const path = paths.get(controller);
    if (path !== undefined) write(files, join(path, name), String(value));
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
    for (const pid of alive) killOne(pid);
  }
  return true;
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function closePlace(files: ControlFiles, path: string): boolean {
  if (!removeTree(files, path)) return false;
  removeUpwards(files, path);
  return true;
}

/** `aurora/AGENT/TASK`, innermost first, as far as the kernel lets them go. */
function removeUpwards(files: ControlFiles, path: string): void {
  removeDirectory(files, path);
  if (removeDirectory(files, dirname(path))) removeDirectory(files, dirname(dirname(path)));
}
