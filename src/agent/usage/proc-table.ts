import type { FileSystem } from '../../base/file-system.js';
import { statusName, type ProcessFacts, type ProcessTable } from './process-table.js';

/** Linux counts CPU time for user space in hundredths of a second on every architecture. */
const TICKS_PER_SECOND = 100;

/**
 * Reads /proc: `PID/stat` for the numbers and `PID/task/TID/children` for the tree, so that a sample costs
 * what the task's own processes cost, however many others the host runs. Kernels without `children` get one
 * pass over all processes instead.
 */
export class ProcTable implements ProcessTable {
  readonly #pageSize: number;
  readonly #hasChildren: boolean;

  constructor(private readonly fileSystem: FileSystem) {
    this.#pageSize = readPageSize(fileSystem);
    this.#hasChildren = this.#read('/proc/thread-self/children') !== undefined;
  }

  async trees(roots: readonly number[]): Promise<ReadonlyMap<number, readonly ProcessFacts[]>> {
    const childrenOf = this.#hasChildren ? (pid: number) => this.#children(pid) : this.#scan();
    return new Map(roots.map((root) => [root, this.#tree(root, childrenOf)]));
  }

  #tree(root: number, childrenOf: (pid: number) => readonly number[]): ProcessFacts[] {
    const facts: ProcessFacts[] = [];
    const seen = new Set([root]);
    for (const pid of seen) {
      const stat = this.#stat(pid);
      if (!stat) continue;
      facts.push(stat);
      for (const child of childrenOf(pid)) seen.add(child);
    }
    return facts;
  }

  #stat(pid: number): ProcessFacts | undefined {
    const text = this.#read(`/proc/${pid}/stat`);
    return text === undefined ? undefined : parseStat(text, this.#pageSize);
  }

  #children(pid: number): number[] {
    const threads = this.#list(`/proc/${pid}/task`);
    return threads.flatMap((thread) =>
      (this.#read(`/proc/${pid}/task/${thread}/children`) ?? '')
        .split(' ')
        .map(Number)
        .filter((child) => child > 0),
    );
  }

  #scan(): (pid: number) => readonly number[] {
    const children = new Map<number, number[]>();
    for (const name of this.#list('/proc')) {
      const facts = /^\d+$/.test(name) ? this.#stat(Number(name)) : undefined;
      if (!facts) continue;
      const siblings = children.get(facts.parentPid);
      if (siblings) siblings.push(facts.pid);
      else children.set(facts.parentPid, [facts.pid]);
    }
    return (pid) => children.get(pid) ?? [];
  }

  #read(path: string): string | undefined {
    try {
      return this.fileSystem.readText(path);
    } catch {
      return undefined;
    }
  }

  #list(path: string): string[] {
    try {
      return this.fileSystem.readDirectory(path);
    } catch {
      return [];
    }
  }
}

/** Fields as in proc(5), counted after the command's closing bracket: the command may hold anything. */
export function parseStat(text: string, pageSize: number): ProcessFacts | undefined {
  const close = text.lastIndexOf(')');
  const pid = Number.parseInt(text, 10);
  if (close < 0 || !(pid > 0)) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const number = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid,
    status: statusName(fields[0] ?? ''),
    parentPid: number(1),
    userSecs: number(11) / TICKS_PER_SECOND,
    systemSecs: number(12) / TICKS_PER_SECOND,
    nice: number(16),
    threads: number(17),
    virtualBytes: number(20),
    residentBytes: number(21) * pageSize,
  };
}

/** The kernel tells resident memory in kB here and in pages there. */
function readPageSize(fileSystem: FileSystem): number {
  const usual = 4096;
  try {
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(fileSystem.readText('/proc/self/status'))?.[1]);
    const pages = Number(fileSystem.readText('/proc/self/statm').split(' ')[1]);
    const size = 2 ** Math.round(Math.log2((kilobytes * 1024) / pages));
    return size >= usual && size <= 65_536 ? size : usual;
  } catch {
    return usual;
  }
}
