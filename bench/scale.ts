import { writeFileSync } from 'node:fs';
import type { TaskConfig } from '../src/model/task-config.js';
import { BenchCluster, cpuSeconds, limit, resourcesOf, values } from './cluster.js';
import { renderPlots, type Curve } from './line-plot.js';
import { median, type Row } from './row.js';

export const name = 'scale';

const PLOT = 'docs/scaling.svg';
const SIZES = [100, 1000, 10_000, 100_000];
const TASKS_A_JOB = 50;
const ROUNDS = 7;
const SHAPE = { cpus: 64, ramMb: 262_144, diskMb: 1_000_000, perRack: 5 };

interface Case {
  readonly title: string;
  readonly task: Partial<TaskConfig>;
  /** It fits nowhere: an attempt of one task is measured. */
  readonly rejected?: true;
}

const CASES: readonly Case[] = [
  { title: 'any host', task: {} },
  { title: 'at most 4 of the job a rack', task: { constraints: [limit('rack', 4)] } },
  { title: 'one of the job a host', task: { constraints: [limit('host', 1)] } },
  { title: 'only hosts of one rack', task: { constraints: [values('rack', 'r7')] } },
  { title: 'fits nowhere', task: { resources: resourcesOf(65, 1, 1) }, rejected: true },
];

/**
 * What a placement costs, and what a second costs in which nothing happens but heartbeats and timers, in clusters of
 * 100 to 100,000 agents that hold two tasks each. Besides its table it draws docs/scaling.svg.
 */
export async function run(): Promise<Row[]> {
  const placements = new Map<string, Array<readonly [number, number]>>();
  const idle: Array<readonly [number, number]> = [];
  warmUp();
  for (const agents of SIZES) {
    const cluster = filled(agents);
    for (const kind of CASES) {
      const points = placements.get(kind.title) ?? [];
      placements.set(kind.title, points);
      points.push([agents, median(Array.from({ length: ROUNDS }, () => placementMicros(cluster, kind)))]);
    }
    idle.push([agents, median(Array.from({ length: ROUNDS }, () => idleSecondMillis(cluster, agents)))]);
  }
  const curves: Curve[] = Array.from(placements, ([title, points]) => ({ name: title, points }));
  writeFileSync(
    PLOT,
    renderPlots([
      { title: 'Placement', xLabel: 'agents', yLabel: 'CPU µs a task', curves },
      {
        title: 'A second without work: heartbeats every 5 s, two tasks an agent',
        xLabel: 'agents',
        yLabel: 'CPU ms a second',
        curves: [{ name: 'heartbeats and timers', points: idle }],
      },
    ]),
  );
  return [
    ...curves.map(({ name: title, points }): Row => ({
      metric: `${title}: 100,000 agents over 1,000`,
      value: (points.at(-1)?.[1] ?? 0) / (points[1]?.[1] ?? 1),
      unit: 'ratio',
      note: points.map(([agents, micros]) => `${agents}: ${micros.toFixed(1)} us`).join(', '),
    })),
    {
      metric: 'an idle second, per 1,000 agents (at 100,000)',
      value: (idle.at(-1)?.[1] ?? 0) / 100,
      unit: 'CPU ms',
      note: idle.map(([agents, millis]) => `${agents}: ${millis.toFixed(2)} ms`).join(', '),
    },
  ];
}

function filled(agents: number): BenchCluster {
  const cluster = new BenchCluster({ enablePreemptor: false });
  cluster.addHosts(agents, SHAPE);
  for (let left = 2 * agents; left > 0; left -= 1000)
    cluster.create(Math.min(left, 1000), { resources: resourcesOf(1, 1024, 1024) });
  cluster.report('STARTING', 'RUNNING');
  return cluster;
}

function warmUp(): void {
  const cluster = filled(1000);
  for (const kind of CASES) for (let round = 0; round < 20; round++) placementMicros(cluster, kind);
}

/** Creating the job is part of it; its end is not. */
function placementMicros(cluster: BenchCluster, { task, rejected }: Case): number {
  const count = rejected ? 1 : TASKS_A_JOB;
  const jobs: string[] = [];
  const seconds = cpuSeconds(() => {
    for (let job = 0; job < 10; job++)
      jobs.push(cluster.create(count, { resources: resourcesOf(0.1, 16, 16), ...task }));
  });
  const launched = cluster.takeCommands().filter(({ kind }) => kind === 'launch').length;
  const wanted = rejected ? 0 : 10 * count;
  if (launched !== wanted) throw new Error(`${launched} of ${wanted} tasks were placed`);
  for (const job of jobs) cluster.kill(job);
  for (const command of cluster.takeCommands()) {
    if (command.kind !== 'kill') continue;
    const update = { uuid: 'k', taskId: command.taskId, status: 'KILLED' as const, timestampMs: 0 };
    cluster.scheduler.statusUpdates({ agentId: command.agentId, updates: [update] });
  }
  cluster.commit();
  return (seconds * 1e6) / (10 * count);
}

/** A fifth of the agents sends its heartbeat, every task named in it. */
function idleSecondMillis(cluster: BenchCluster, agents: number): number {
  const usage = { cpus: 1, ramBytes: 1, diskBytes: 1, processes: 1, threads: 1 };
  const beats = Array.from({ length: Math.ceil(agents / 5) }, (_, i) => {
    const host = `h${i}`;
    const tasks = Array.from(cluster.store.entriesOfHost(host))
      .filter(({ task }) => task.status === 'RUNNING')
      .map(({ task }) => ({ taskId: task.assignedTask.taskId, usage }));
    return { agentId: host, usage, tasks };
  });
  const seconds = cpuSeconds(() => {
    for (const beat of beats) cluster.scheduler.agentHeartbeat(beat);
    cluster.settle(1000);
  });
  return seconds * 1000;
}
