import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { LocalCluster } from './local-cluster.js';
import type { Row } from './row.js';

/** What a local cluster costs while nothing happens: the scheduler and its three agents. */
export const name = 'idle';

const SETTLE_MS = 10_000;
const WATCHED_MS = 60_000;
const TICKS_PER_SECOND = 100;

export async function run(): Promise<Row[]> {
  const cluster = new LocalCluster();
  try {
    cluster.start();
    await wait(SETTLE_MS);
    const pids = cluster.pids();
    const before = sum(pids.map(cpuTicks));
    const start = performance.now();
    await wait(WATCHED_MS);
    const cpuSeconds = (sum(pids.map(cpuTicks)) - before) / TICKS_PER_SECOND;
    const seconds = (performance.now() - start) / 1000;
    const note = `${pids.length} processes`;
    return [
      { metric: 'memory (Pss)', value: sum(pids.map(pssMb)), unit: 'MB', target: 180, note },
      { metric: 'CPU', value: (100 * cpuSeconds) / seconds, unit: '% of a core', target: 0.5, note },
    ];
  } finally {
    cluster.dispose();
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** User and system time: fields 14 and 15 of /proc/PID/stat. */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function pssMb(pid: number): number {
  const match = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(match?.[1]) / 1024;
}
