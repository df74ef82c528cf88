import { dirname, join } from 'node:path';
import { readPids, removeTree } from './cgroup-tree.js';
import { makeDirectory, removeDirectory, write, type ControlFiles } from './control-files.js';
import { reportOf, type Isolation, type Refusal, type TaskIsolation, type TaskLimits } from './isolation.js';

type V2Controller = 'cpu' | 'memory' | 'pids';

const WANTED: readonly V2Controller[] = ['cpu', 'memory', 'pids'];
const PERIOD_US = 100_000;
const TASK = 'aurora-task-';

/**
 * The unified hierarchy, below the agent's own cgroup when that has been delegated to it:
 *
 *     OWN/                 controllers enabled for the children
 *     OWN/aurora-agent     the agent itself: a cgroup with limited children may hold no processes
 *     OWN/aurora-task-ID   one a task
 *
 * `mount` is where cgroup2 is mounted, `own` the agent's path in it, from /proc/self/cgroup.
 */
export function probeCgroupV2(
  files: ControlFiles,
  mount: string,
  own: string,
  pid: number,
): Isolation | Refusal {
  // A restarted agent finds itself inside its own leaf.
  const base = join(mount, own).replace(/\/aurora-agent$/, '');
  const offered = words(files.read(join(base, 'cgroup.controllers')));
  const available = WANTED.filter((controller) => offered.includes(controller));
  if (available.length === 0) return { refused: `cgroup v2 at ${base} offers none of ${WANTED.join(', ')}` };
  if (!enable(files, base, pid, available))
    return { refused: `cgroup v2 at ${base} is not delegated to this agent` };
  const probe = join(base, 'aurora-probe');
  if (!makeDirectory(files, probe)) return { refused: `cgroup v2 at ${base} cannot be written` };
  removeDirectory(files, probe);
  const enabled = words(files.read(join(base, 'cgroup.subtree_control')));
  const controllers = new Set(WANTED.filter((controller) => enabled.includes(controller)));
  return {
    report: reportOf('cgroup v2', controllers, []),
    open: (taskId, limits, entryFiles) =>
      openTask(files, placeOf(files, base, taskId, entryFiles), controllers, limits),
    leftovers: () =>
      files
        .directories(base)
        .filter((name) => name.startsWith(TASK))
        .map((name) => name.slice(TASK.length)),
    // Agents here do not share a directory: a scope goes with the last of its processes.
    forget: () => undefined,
  };
}

function words(text: string | undefined): string[] {
  return (text ?? '').trim().split(/\s+/);
}

/** Enables controllers for the children, moving the agent out of the way when its presence forbids that. */
function enable(files: ControlFiles, base: string, pid: number, wanted: readonly V2Controller[]): boolean {
  const control = join(base, 'cgroup.subtree_control');
  const already = words(files.read(control));
  const missing = wanted.filter((controller) => !already.includes(controller));
  if (missing.length === 0) return true;
  const request = missing.map((name) => `+${name}`).join(' ');
  if (write(files, control, request)) return true;
  const leaf = join(base, 'aurora-agent');
  const moved = makeDirectory(files, leaf) && write(files, join(leaf, 'cgroup.procs'), String(pid));
  if (moved && write(files, control, request)) return true;
  if (moved) write(files, join(base, 'cgroup.procs'), String(pid));
  removeDirectory(files, leaf);
  return false;
}

function placeOf(
  files: ControlFiles,
  base: string,
  taskId: string,
  entryFiles: readonly string[] | undefined,
): string {
  const known = (entryFiles ?? []).map((file) => dirname(file)).find((path) => files.exists(path));
  return known ?? join(base, `${TASK}${taskId}`);
}

function openTask(
  files: ControlFiles,
  path: string,
  controllers: ReadonlySet<V2Controller>,
  limits: TaskLimits,
): TaskIsolation {
  const opened = makeDirectory(files, path);
  setLimits(files, path, controllers, limits);
  const peak = (): number | undefined => Number(files.read(join(path, 'memory.peak'))) || undefined;
  const events = (): string => files.read(join(path, 'memory.events')) ?? '';
  return {
    entryFiles: opened ? [join(path, 'cgroup.procs')] : [],
    pids: () => readPids(files, path),
    memoryKills: () => Number(/^oom_kill (\d+)/m.exec(events())?.[1] ?? 0),
    peakRamBytes: peak,
    kill: () => write(files, join(path, 'cgroup.kill'), '1'),
    close: () => removeTree(files, path),
  };
}

function setLimits(
  files: ControlFiles,
  path: string,
  controllers: ReadonlySet<V2Controller>,
  limits: TaskLimits,
): void {
  const set = (name: string, value: string): void => {
    write(files, join(path, name), value);
  };
  if (controllers.has('cpu')) {
    set('cpu.weight', String(cpuWeight(limits.cpus)));
    if (limits.cpuQuota) {
      const quota = Math.max(1000, Math.round(limits.cpus * PERIOD_US));
      set('cpu.max', `${quota} ${PERIOD_US}`);
    }
  }
  if (controllers.has('memory') && limits.ramBytes > 0) {
    set('memory.max', String(limits.ramBytes));
    set('memory.swap.max', '0');
    set('memory.oom.group', '1');
  }
  if (controllers.has('pids')) set('pids.max', String(limits.processes));
}

/** Docker's and systemd's mapping of 2..262144 shares onto 1..10000, at 1024 shares a core. */
function cpuWeight(cpus: number): number {
  const shares = Math.min(262_144, Math.max(2, Math.round(cpus * 1024)));
  return 1 + Math.floor(((shares - 2) * 9999) / 262_142);
}
