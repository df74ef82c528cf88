import { localMachine } from '../src/base/machine.js';
import { convertJob } from '../src/config/convert.js';
import type { JobConfiguration } from '../src/model/job-configuration.js';
import { loadConfigText } from '../src/config/load.js';
import type { LoadedConfig } from '../src/config/loaded-config.js';
import { pickJob, prepareJob } from '../src/config/prepare-job.js';
import { collectGarbage } from './garbage.js';
import { dictsProgram, jobsProgram } from './jobs-program.js';
import { median, type Row } from './row.js';
import { pythonMs, starlarkMs } from './starlark.js';

export const name = 'jobs-n';

const UNBOUNDED = { steps: 1e12, valueBytes: 1e13, wallMs: 1e9 };

/** Published figures of the original on the same workload: the whole client, and Pystachio alone. */
const PEER = 'original client';
const PEER_US = 97_600;

/** The aim was set where starlark-go took 14 us a job for the evaluation alone: this many times as long as it, then. */
const TARGET_US = 100;
const STARLARK_US_THERE = 14;

/** Jobs of the row that measures the program alone. */
const EVALUATED = 10_000;

export async function run(): Promise<Row[]> {
  const evaluation = evaluationRow();
  const starlarkUs = evaluation.peerValue;
  const rows: Row[] = [evaluation];
  for (const [count, repetitions] of [
    [1_000, 7],
    [10_000, 5],
    [100_000, 3],
  ] as const) {
    const runs = Array.from({ length: repetitions }, () => measure(count));
    rows.push({
      metric: `us a job, ${count} jobs`,
      value: median(runs) / count,
      unit: 'us',
      target: starlarkUs === undefined ? TARGET_US : (TARGET_US * starlarkUs) / STARLARK_US_THERE,
      peer: PEER,
      peerValue: PEER_US,
      ...(starlarkUs !== undefined && {
        note: `target: ${TARGET_US} us where starlark-go takes ${STARLARK_US_THERE}`,
      }),
    });
    rows.push({
      metric: `resident memory, ${count} jobs`,
      value: residentMb(count),
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

/** From text to jobs with their templates still open, beside the same loop making dicts elsewhere. */
function evaluationRow(): Row {
  const ours: number[] = [];
  const starlark: number[] = [];
  const python: number[] = [];
  for (let i = 0; i < 5; i++) {
    ours.push(evaluationUs());
    const [starlarks, pythons] = [peerUs(starlarkMs), peerUs(pythonMs)];
    if (starlarks !== undefined) starlark.push(starlarks);
    if (pythons !== undefined) python.push(pythons);
  }
  return {
    metric: `us a job, evaluation alone, ${EVALUATED} jobs`,
    value: median(ours),
    unit: 'us',
    ...(starlark.length > 0 && { peer: 'starlark-go, dicts', peerValue: median(starlark) }),
    ...(python.length > 0 && { note: `CPython, dicts: ${median(python).toFixed(1)}` }),
  };
}

function evaluationUs(): number {
  const before = process.cpuUsage();
  load(EVALUATED);
  const used = process.cpuUsage(before);
  return (used.user + used.system) / EVALUATED;
}

function peerUs(run: (text: string) => number | undefined): number | undefined {
  const whole = run(dictsProgram(EVALUATED));
  const empty = run(dictsProgram(0));
  return whole === undefined || empty === undefined ? undefined : ((whole - empty) * 1000) / EVALUATED;
}

function load(count: number): LoadedConfig {
  return loadConfigText(
    { path: 'jobs.aurora', text: jobsProgram(count) },
    { host: localMachine(), budgets: UNBOUNDED },
  );
}

/** Beginning without what earlier runs left behind; the collection also undoes compilation, so no time is taken here. */
function residentMb(count: number): number {
  collectGarbage();
  const { config, converted } = compile(count);
  const { rss } = process.memoryUsage();
  if (converted.length !== config.jobs.length) throw new Error(`${converted.length} jobs of ${count}`);
  return rss / 2 ** 20;
}

function measure(count: number): number {
  const before = process.cpuUsage();
  const { converted } = compile(count);
  const used = process.cpuUsage(before);
  if (converted.length !== count) throw new Error(`${converted.length} jobs instead of ${count}`);
  return used.user + used.system;
}

function compile(count: number): { config: LoadedConfig; converted: readonly JobConfiguration[] } {
  const config = load(count);
  const converted = config.jobs.map((_, index) => convertJob(prepareJob(config, index), { user: 'bench' }));
  return { config, converted };
}

function pickOne(): number {
  const before = process.cpuUsage();
  const config = load(1_000);
  const key = { cluster: 'east', role: 'www', environment: 'prod', name: 'app-777' };
  convertJob(pickJob(config, key), { user: 'bench' });
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}
