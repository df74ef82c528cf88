import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../src/base/clock.js';
import type { Census } from '../../src/thermos/census.js';
import type { ProcessInfo, ProcessTable } from '../../src/thermos/process-table.js';
import { Sweeper } from '../../src/thermos/sweeper.js';

/** A host of which only the pids count. Whoever has HOME /task is to be swept away. */
class Host {
  readonly clock = new FakeClock();
  readonly alive = new Map<number, ProcessInfo>();
  readonly signals: string[] = [];
  scans = 0;
  lastPid: number | undefined = 0;
  /** Called before a process dies of SIGKILL. */
  onKill: (pid: number) => void = () => undefined;
  readonly #strangers = new Set<number>();

  readonly table: ProcessTable = {
    lookUp: (pid) => this.alive.get(pid),
    scan: () => {
      this.scans += 1;
      return [...this.alive.values()];
    },
    lastPid: () => this.lastPid,
    owner: () => 0,
    environmentValue: (pid) => (this.#strangers.has(pid) ? '/elsewhere' : '/task'),
    commandLine: () => undefined,
    openFiles: () => [],
    uptimeSecs: () => this.clock.monotonicMs() / 1000,
    startedMs: () => 0,
    signal: (pid, signal) => {
      this.signals.push(`${signal} ${pid}`);
      return this.#kill(pid);
    },
    signalGroup: (leader, signal) => {
      this.signals.push(`${signal} -${leader}`);
      const members = [...this.alive.values()].filter(({ processGroup }) => processGroup === leader);
      for (const { pid } of members) this.#kill(pid);
      return members.length > 0;
    },
  };

  start(pid: number, session: number, isStranger = false): void {
    this.alive.set(pid, { pid, parentPid: 1, processGroup: session, session, state: 'S', startTicks: pid });
    if (isStranger) this.#strangers.add(pid);
    this.lastPid &&= Math.max(this.lastPid, pid);
    if (this.lastPid === 0) this.lastPid = pid;
  }

  /** Who could not be killed. */
  sweep(find = (census: Census): readonly ProcessInfo[] => census.withHome('/task')): number[] | undefined {
    const sweeper = new Sweeper(this.clock, this.table);
    let left: number[] | undefined;
    sweeper.sweep(find, (survivors) => {
      left = survivors.map(({ pid }) => pid);
    });
    for (let step = 0; step < 100 && !left; step++) this.clock.advance(10);
    return left;
  }

  #kill(pid: number): boolean {
    if (!this.alive.has(pid)) return false;
    this.onKill(pid);
    return this.alive.delete(pid);
  }
}

describe('Sweeper', () => {
  test('a session dies in one call, and the whole table is read once', () => {
    const host = new Host();
    host.start(1000, 1000);
    host.start(1001, 1000);
    host.start(1002, 1000);
    host.start(1003, 1003, true);
    expect(host.sweep()).toEqual([]);
    expect(host.signals).toEqual(['SIGKILL -1000']);
    expect(host.scans).toBe(1);
    expect([...host.alive.keys()]).toEqual([1003]);
  });

  test('who is of the task in the session of a stranger is signalled alone', () => {
    const host = new Host();
    host.start(1000, 1000, true);
    host.start(1001, 1000);
    expect(host.sweep()).toEqual([]);
    expect(host.signals).toEqual(['SIGKILL 1001']);
    expect(host.alive.has(1000)).toBe(true);
  });

  test('who was born while the others died is found among the new pids', () => {
    const host = new Host();
    host.start(1000, 1000);
    host.onKill = (pid) => {
      if (pid < 1002) host.start(pid + 1, pid + 1);
    };
    expect(host.sweep()).toEqual([]);
    expect(host.alive.size).toBe(0);
    expect(host.scans).toBe(1);
  });

  test('a newcomer is known by the leader of its session, who was there before', () => {
    const host = new Host();
    host.start(10, 10);
    host.start(1000, 10);
    host.onKill = (pid) => {
      if (pid === 1000) host.start(1001, 10);
    };
    const left = host.sweep((census) =>
      census.byPid.has(10) ? census.inSession(10).filter(({ pid }) => pid !== 10) : [],
    );
    expect(left).toEqual([]);
    expect([...host.alive.keys()]).toEqual([10]);
    expect(host.scans).toBe(1);
  });

  test('who had a pid already, but was not to be seen yet, is found, too', () => {
    const host = new Host();
    host.start(1000, 1000);
    host.start(1005, 1005, true);
    host.onKill = (pid) => {
      if (pid === 1000) host.start(990, 990);
    };
    expect(host.sweep()).toEqual([]);
    expect(host.alive.has(990)).toBe(false);
  });

  test.each([
    ['pids have begun anew', (host: Host) => (host.lastPid = 5)],
    ['many pids were given out', (host: Host) => (host.lastPid = 5000)],
    ['the system does not tell', (host: Host) => (host.lastPid = undefined)],
  ])('the whole table is read again where %s', (_what, change) => {
    const host = new Host();
    host.start(1000, 1000);
    host.onKill = (pid) => {
      if (pid !== 1000) return;
      host.start(3, 3);
      change(host);
    };
    expect(host.sweep()).toEqual([]);
    expect(host.alive.size).toBe(0);
    expect(host.scans).toBeGreaterThan(1);
  });
});
