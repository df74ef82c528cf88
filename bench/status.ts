import { CommitLoop } from '../src/server/commit-loop.js';
import { BenchCluster } from './cluster.js';
import { collectYoungGarbage } from './garbage.js';
import { median, type Row } from './row.js';

export const name = 'status';

const UPDATES = 1000;
const ROUNDS = 15;
const WARM_UP_ROUNDS = 100;

/**
 * Aurora's StatusUpdateBenchmark through the daemon's own commit loop: 1,000 agents' updates STARTING to RUNNING,
 * each a message of its own that waits for its acknowledgement, against a storage that blocks for so long in each
 * commit. Whatever arrives before a commit shares it, so that all of them need one latency and their own computing.
 *
 * As Aurora's own benchmark does, it warms up first: a scheduler that has run for a day is compiled. The garbage of
 * making a round's cluster is collected before the clock starts. Nothing is subtracted, not even what the wait that
 * stands for the storage takes beyond its latency; the note says how much that is.
 */
export async function run(): Promise<Row[]> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) await oneRound(0);
  const rows: Row[] = [];
  for (const latencyMs of [5, 25, 100]) {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await oneRound(latencyMs));
    rows.push({
      metric: `1,000 updates, storage latency ${latencyMs} ms`,
      value: median(rounds.map(({ wallMs }) => wallMs / latencyMs)),
      unit: 'latencies',
      target: 1.2,
      note: `${median(rounds.map(({ commits }) => commits))} commit; ${median(rounds.map(({ cpuMs }) => cpuMs)).toFixed(1)} ms of computing; the wait alone took ${median(rounds.map(({ waitedMs }) => waitedMs)).toFixed(2)} ms`,
    });
  }
  return rows;
}

interface Round {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Of the wall time, what the storage took. */
  readonly waitedMs: number;
  readonly commits: number;
}

async function oneRound(latencyMs: number): Promise<Round> {
  const cluster = new BenchCluster();
  cluster.addHosts(100, { cpus: 16, ramMb: 65_536, diskMb: 1_000_000 });
  cluster.create(UPDATES);
  const launches = cluster.takeCommands().flatMap((command) => (command.kind === 'launch' ? [command] : []));
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let waitedMs = 0;
  const loop = new CommitLoop({
    scheduler: cluster.scheduler,
    persistence: {
      persist: () => {
        const start = performance.now();
        if (latencyMs > 0) Atomics.wait(sleeper, 0, 0, latencyMs);
        waitedMs += performance.now() - start;
      },
    },
    dispatch: () => undefined,
    fail: (error) => {
      throw error;
    },
    soon: setImmediate,
  });
  const reportAll = (status: 'STARTING' | 'RUNNING'): Promise<unknown> =>
    Promise.all(
      launches.map(({ agentId, task: { taskId } }) =>
        loop.run(() =>
          cluster.scheduler.statusUpdates({
            agentId,
            updates: [{ uuid: taskId, taskId, status, timestampMs: 0 }],
          }),
        ),
      ),
    );
  await reportAll('STARTING');
  collectYoungGarbage();
  waitedMs = 0;
  const commitsBefore = loop.commits;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await reportAll('RUNNING');
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  const running = cluster.store.entriesInStatus('RUNNING').size;
  if (running !== UPDATES) throw new Error(`${running} tasks run`);
  return { wallMs, cpuMs: (user + system) / 1000, waitedMs, commits: loop.commits - commitsBefore };
}
