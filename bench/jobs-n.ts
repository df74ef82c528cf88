import { localMachine } from '../src/base/machine.js';
import { convertJob } from '../src/config/convert.js';
import { loadConfigText } from '../src/config/load.js';
import { pickJob, prepareJob } from '../src/config/prepare-job.js';
import { jobsProgram } from './jobs-program.js';
import { median, type Row } from './row.js';

export const name = 'jobs-n';

const UNBOUNDED = { steps: 1e12, valueBytes: 1e13, wallMs: 1e9 };

/** Published figures of the original on the same workload: the whole client, and Pystachio alone. */
const PEER = 'original client';
const PEER_US = 97_600;

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [count, repetitions] of [
    [1_000, 7],
    [10_000, 5],
    [100_000, 3],
  ] as const) {
    const runs = Array.from({ length: repetitions }, () => measure(count));
    rows.push({
      metric: `us a job, ${count} jobs`,
      value: median(runs.map((each) => each.cpuUs / count)),
      unit: 'us',
      target: 100,
      peer: PEER,
      peerValue: PEER_US,
    });
    rows.push({
      metric: `resident memory, ${count} jobs`,
      value: median(runs.map((each) => each.rssMb)),
      unit: 'MB',
      note: 'all jobs and all JobConfigurations held at once',
    });
  }
  rows.push({
    metric: 'one of 1,000 jobs',
    value: median(Array.from({ length: 7 }, pickOne)),
    unit: 'ms',
    target: 250,
    peer: PEER,
    peerValue: 9_200,
    note: 'load, pick and convert; CPU time',
  });
  return rows;
}

function measure(count: number): { cpuUs: number; rssMb: number } {
  const before = process.cpuUsage();
  const config = loadConfigText(
    { path: 'jobs.aurora', text: jobsProgram(count) },
    { host: localMachine(), budgets: UNBOUNDED },
  );
  const converted = config.jobs.map((_, index) => convertJob(prepareJob(config, index), { user: 'bench' }));
  const used = process.cpuUsage(before);
  if (converted.length !== count) throw new Error(`${converted.length} jobs instead of ${count}`);
  return { cpuUs: used.user + used.system, rssMb: process.memoryUsage().rss / 2 ** 20 };
}

function pickOne(): number {
  const before = process.cpuUsage();
  const config = loadConfigText(
    { path: 'jobs.aurora', text: jobsProgram(1_000) },
    { host: localMachine(), budgets: UNBOUNDED },
  );
  const key = { cluster: 'east', role: 'www', environment: 'prod', name: 'app-777' };
  convertJob(pickJob(config, key), { user: 'bench' });
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}
