import { FakeClock } from '../src/base/clock.js';
import { silentLogger } from '../src/base/logging.js';
import { encodeReply, type ApiArguments, type ApiCall, type ApiMethod } from '../src/thrift/api.js';
import type { Protocol } from '../src/thrift/message.js';
import { ApiService } from '../src/server/api-service.js';
import { CommitLoop } from '../src/server/commit-loop.js';
import { Metrics } from '../src/server/metrics.js';
import { BenchCluster, resourcesOf } from './cluster.js';
import type { Row } from './row.js';

export const name = 'api';

const JOBS = 100;
const INSTANCES = 1000;
const CALLS = 100;
const WARM_UP_CALLS = 20;

/**
 * The API's own work for one call, from its arguments to the bytes of its answer: the page of 10,000 tasks that a
 * client of the largest installations asks for, a job's status, a role summary; 100,000 tasks in the store.
 */
export async function run(): Promise<Row[]> {
  const cluster = new BenchCluster();
  cluster.addHosts(1000, { cpus: 200, ramMb: 1 << 20, diskMb: 1 << 22 });
  const data = JSON.stringify({ task: { processes: [{ name: 'run', cmdline: 'x'.repeat(1000) }] } });
  for (let job = 0; job < JOBS; job++) {
    cluster.create(INSTANCES, {
      resources: resourcesOf(1, 128, 128),
      executorConfig: { name: 'AuroraExecutor', data },
    });
    cluster.report('STARTING', 'RUNNING');
  }
  const service = serviceOf(cluster);
  const ofJob = { role: 'role', environment: 'prod', jobName: 'job7' };
  const page = { role: 'role', limit: 10_000, offset: 10_000 };
  return [
    await measure(service, 'binary', 'getTasksStatus', { query: page }, '10,000 tasks'),
    await measure(service, 'json', 'getTasksStatus', { query: page }, '10,000 tasks'),
    await measure(service, 'binary', 'getTasksWithoutConfigs', { query: page }, '10,000 tasks'),
    await measure(service, 'binary', 'getTasksStatus', { query: ofJob }, 'a job of 1,000 tasks'),
    await measure(service, 'binary', 'getRoleSummary', {}, '100,000 tasks'),
    await measure(service, 'binary', 'getJobSummary', { role: 'role' }, '100 jobs, 100,000 tasks'),
  ];
}

async function measure<M extends ApiMethod>(
  service: ApiService,
  protocol: Protocol,
  method: M,
  args: ApiArguments[M],
  what: string,
): Promise<Row> {
  const times: number[] = [];
  let bytes = 0;
  for (let call = -WARM_UP_CALLS; call < CALLS; call++) {
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    const response = await service.call({ method, args, sequenceId: 1 } as unknown as ApiCall);
    bytes = encodeReply(protocol, method, 1, response).length;
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpuBefore);
    if (call >= 0) times.push(Math.min(wallMs, (user + system) / 1000));
  }
  times.sort((a, b) => a - b);
  return {
    metric: `${method} (${protocol}), ${what}, p99`,
    value: times[Math.floor(CALLS * 0.99)] ?? 0,
    unit: 'ms',
    target: 50,
    note: `p50 ${(times[CALLS >> 1] ?? 0).toFixed(1)} ms; ${(bytes / 2 ** 20).toFixed(1)} MB`,
  };
}

function serviceOf({ scheduler }: BenchCluster): ApiService {
  const fail = (error: unknown): void => {
    throw error;
  };
  const commits = new CommitLoop({
    scheduler,
    persistence: { persist: () => undefined },
    dispatch: () => undefined,
    fail,
    soon: setImmediate,
  });
  return new ApiService({
    clusterName: 'bench',
    context: { scheduler, user: 'bench' } as ConstructorParameters<typeof ApiService>[0]['context'],
    commits,
    metrics: new Metrics(),
    clock: new FakeClock(),
    logger: silentLogger,
    fail,
  });
}
