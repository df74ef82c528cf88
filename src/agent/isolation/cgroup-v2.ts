import { join } from 'node:path';
import { attempt, type ControlFiles } from './control-files.js';
import type { Isolation, Limit, TaskIsolation, TaskLimits } from './isolation.js';

const WANTED = ['cpu', 'memory', 'pids'] as const;
const PERIOD_US = 100_000;

export type Refusal = { readonly refused: string };

/**
 * The unified hierarchy, below the agent's own cgroup when that has been delegated to it:
 *
 *     OWN/                 controllers enabled for the children
 *     OWN/aurora-agent     the agent itself: a cgroup with limited children may hold no processes
 *     OWN/aurora-TASK      one a task
 *
 * `mount` is where cgroup2 is mounted, `own` the agent's path in it, from /proc/self/cgroup.
 */
export function probeCgroupV2(
  files: ControlFiles,
  mount: string,
  own: string,
  pid: number,
): Isolation | Refusal {
  const base = ownBase(join(mount, own));
  const offered = (files.read(join(base, 'cgroup.controllers')) ?? '').trim().split(/\s+/);
  const available = WANTED.filter((controller) => offered.includes(controller));
  if (available.length === 0) return { refused: `cgroup v2 at ${base} offers none of ${WANTED.join(', ')}` };
  const wasEnabled = enabled(files, base);
  const enabling = available.filter((controller) => !wasEnabled.includes(controller));
  if (!moveAside(files, base, pid, enabling))
    return { refused: `cgroup v2 at ${base} is not delegated to this agent` };
  const usable = enabled(files, base).filter((name) => (WANTED as readonly string[]).includes(name));
  const probe = join(base, 'aurora-probe');
  if (
    !attempt(() => {
      files.makeDirectory(probe);
    })
  )
    return { refused: `cgroup v2 at ${base} cannot be written` };
  attempt(() => {
    files.removeDirectory(probe);
  });
  return makeIsolation(files, base, new Set(usable));
}

/** A restarted agent finds itself inside its own leaf. */
function ownBase(path: string): string {
  return path.replace(/\/aurora-agent$/, '');
}

function enabled(files: ControlFiles, base: string): string[] {
  return (files.read(join(base, 'cgroup.subtree_control')) ?? '').trim().split(/\s+/);
}

function moveAside(files: ControlFiles, base: string, pid: number, enabling: readonly string[]): boolean {
  if (enabling.length === 0) return true;
  const leaf = join(base, 'aurora-agent');
  const enable = (): boolean =>
    attempt(() => {
      files.write(join(base, 'cgroup.subtree_control'), enabling.map((name) => `+${name}`).join(' '));
    });
  if (enable()) return true;
  const moved =
    attempt(() => {
      files.makeDirectory(leaf);
    }) &&
    attempt(() => {
      files.write(join(leaf, 'cgroup.procs'), String(pid));
    });
  if (moved && enable()) return true;
  if (moved)
    attempt(() => {
      files.write(join(base, 'cgroup.procs'), String(pid));
    });
  attempt(() => {
    files.removeDirectory(leaf);
  });
  return false;
}

function makeIsolation(files: ControlFiles, base: string, controllers: ReadonlySet<string>): Isolation {
  const enforced: Limit[] = [
    ...(controllers.has('cpu') ? (['cpu'] as const) : []),
    ...(controllers.has('memory') ? (['ram'] as const) : []),
    ...(controllers.has('pids') ? (['processes'] as const) : []),
  ];
  const all: Limit[] = ['cpu', 'ram', 'processes', 'disk'];
  return {
    report: {
      mechanism: 'cgroup v2',
      enforced,
      observed: all.filter((limit) => !enforced.includes(limit)),
      refused: [],
    },
    open: (taskId, limits) => openTask(files, join(base, `aurora-task-${taskId}`), controllers, limits),
    leftovers: () =>
      files
        .directories(base)
        .flatMap((name) => (name.startsWith('aurora-task-') ? [name.slice('aurora-task-'.length)] : [])),
  };
}

function openTask(
  files: ControlFiles,
  path: string,
  controllers: ReadonlySet<string>,
  limits: TaskLimits,
): TaskIsolation {
  const set = (name: string, value: string): void => {
    attempt(() => {
      files.write(join(path, name), value);
    });
  };
  const opened = attempt(() => {
    files.makeDirectory(path);
  });
  if (controllers.has('cpu')) {
    set('cpu.weight', String(cpuWeight(limits.cpus)));
    if (limits.cpuQuota)
      set('cpu.max', `${Math.max(1000, Math.round(limits.cpus * PERIOD_US))} ${PERIOD_US}`);
  }
  if (controllers.has('memory') && limits.ramBytes > 0) {
    set('memory.max', String(limits.ramBytes));
    set('memory.swap.max', '0');
    set('memory.oom.group', '1');
  }
  if (controllers.has('pids')) set('pids.max', String(limits.processes));
  const peak = (): number | undefined => {
    const value = Number(files.read(join(path, 'memory.peak')));
    return value > 0 ? value : undefined;
  };
  return {
    entryFiles: opened ? [join(path, 'cgroup.procs')] : [],
    pids: () => readPids(files, path),
    memoryKills: () =>
      Number(/^oom_kill (\d+)/m.exec(files.read(join(path, 'memory.events')) ?? '')?.[1] ?? 0),
    peakRamBytes: peak,
    kill: () =>
      attempt(() => {
        files.write(join(path, 'cgroup.kill'), '1');
      }),
    close: () => removeTree(files, path),
  };
}

/** Docker's and systemd's mapping of 2..262144 shares onto 1..10000, at 1024 shares a core. */
function cpuWeight(cpus: number): number {
  const shares = Math.min(262_144, Math.max(2, Math.round(cpus * 1024)));
  return 1 + Math.floor(((shares - 2) * 9999) / 262_142);
}

export function readPids(files: ControlFiles, path: string): number[] | undefined {
  const own = files.read(join(path, 'cgroup.procs'));
  if (own === undefined) return undefined;
  const below = files.directories(path).flatMap((name) => readPids(files, join(path, name)) ?? []);
  return [
    ...own
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0),
    ...below,
  ];
}

/** A task may have made cgroups of its own: innermost first. */
export function removeTree(files: ControlFiles, path: string): boolean {
  if (!files.exists(path)) return true;
  for (const name of files.directories(path)) removeTree(files, join(path, name));
  return (
    attempt(() => {
      files.removeDirectory(path);
    }) || !files.exists(path)
  );
}
