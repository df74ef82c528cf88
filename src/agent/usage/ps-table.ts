import { execFile } from 'node:child_process';
import { statusName, type ProcessFacts, type ProcessTable } from './process-table.js';

const COLUMNS = 'pid=,ppid=,state=,nice=,rss=,vsz=,time=';

/** Asks `ps`, which every Unix has: macOS, BSD. One call a sample. */
export class PsTable implements ProcessTable {
  constructor(private readonly list: () => Promise<string> = runPs) {}

  async trees(roots: readonly number[]): Promise<ReadonlyMap<number, readonly ProcessFacts[]>> {
    const all = parsePs(await this.list());
    const children = new Map<number, ProcessFacts[]>();
    for (const facts of all) {
      const siblings = children.get(facts.parentPid);
      if (siblings) siblings.push(facts);
      else children.set(facts.parentPid, [facts]);
    }
    const byPid = new Map(all.map((facts) => [facts.pid, facts]));
    return new Map(roots.map((root) => [root, descend(root, byPid, children)]));
  }
}

export function parsePs(output: string): ProcessFacts[] {
  return output.split('\n').flatMap((line) => {
    const [pid, parentPid, state, nice, rss, vsz, time] = line.trim().split(/\s+/);
    if (time === undefined || pid === undefined) return [];
    return [
      {
        pid: Number(pid),
        parentPid: Number(parentPid),
        status: statusName((state ?? '')[0] ?? ''),
        nice: Number.isFinite(Number(nice)) ? Number(nice) : undefined,
        residentBytes: Number(rss) * 1024,
        virtualBytes: Number(vsz) * 1024,
        // ps tells no thread count that all systems share.
        threads: 1,
        userSecs: parseTime(time),
        systemSecs: 0,
      },
    ];
  });
}

function descend(
  root: number,
  byPid: ReadonlyMap<number, ProcessFacts>,
  children: ReadonlyMap<number, readonly ProcessFacts[]>,
): ProcessFacts[] {
  const seen = new Set([root]);
  for (const pid of seen) for (const child of children.get(pid) ?? []) seen.add(child.pid);
  return [...seen].flatMap((pid) => byPid.get(pid) ?? []);
}

/** `[[dd-]hh:]mm:ss[.cc]` */
function parseTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text];
  const seconds = (clock ?? '').split(':').reduce((total, part) => total * 60 + Number(part), 0);
  return Number(days) * 86_400 + (Number.isFinite(seconds) ? seconds : 0);
}

function runPs(): Promise<string> {
  return new Promise((resolve) => {
    execFile('ps', ['-axo', COLUMNS], { timeout: 5000, maxBuffer: 16 * 1024 * 1024 }, (_error, stdout) => {
      resolve(stdout);
    });
  });
}
