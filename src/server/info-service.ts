import { loadavg } from 'node:os';
import { memoryUsage, resourceUsage, uptime } from 'node:process';
import type { Clock } from '../base/clock.js';
import type { ResourceAggregate } from '../model/quota.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import type { Persistence } from '../storage/persistence.js';
import type { Store } from '../storage/store.js';
import { agentsPage, maintenanceJson, offersJson, pendingTasksJson, stateJson } from './cluster-views.js';
import type { AgentSupervisor } from './agent-supervisor.js';
import type { CommitLoop } from './commit-loop.js';
import { collectMetrics, DerivedStats, prometheusText, varsText, type Metrics } from './metrics.js';
import type { Snapshots } from './snapshots.js';
import type { HttpAnswer } from './thrift-route.js';

export interface InfoServiceDependencies {
  readonly scheduler: Scheduler;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly commits: CommitLoop;
  readonly snapshots: Snapshots;
  readonly persistence: Pick<Persistence, 'transactionsSinceSnapshot'>;
  readonly clock: Clock;
  readonly supervisors: readonly AgentSupervisor[];
  /** Orderly end of the daemon; agents and tasks live on. */
  readonly quit: () => void;
}

export type Page = (query: ReadonlyMap<string, string>) => HttpAnswer | Promise<HttpAnswer>;

/** The original's small endpoints for operators and monitors. They show what is in memory now. */
export class InfoService {
  readonly #dependencies: InfoServiceDependencies;
  readonly #derived = new DerivedStats();

  constructor(dependencies: InfoServiceDependencies) {
    this.#dependencies = dependencies;
  }

  pages(): ReadonlyArray<readonly [path: string, page: Page]> {
    const { scheduler, store } = this.#dependencies;
    const agents = (): HttpAnswer => html(agentsPage(scheduler.agentStates()));
    return [
      ['/health', () => plain('OK\n')],
      ['/leaderhealth', () => plain(LEADER_HEALTH)],
      ['/vars', () => plain(varsText(this.#collect()))],
      ['/vars.json', (query) => json(Object.fromEntries(this.#collect()), query.get('pretty') === 'true')],
      [
        '/metrics',
        () => ({
          status: 200,
          headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
          body: prometheusText(this.#collect()),
        }),
      ],
      ['/quotas', (query) => json(quotasJson(store.quotas, query.get('role')))],
      ['/cron', () => json({ scheduled: {} })],
      ['/maintenance', () => json(maintenanceJson(store))],
      ['/offers', () => json(offersJson(scheduler.offers()))],
      ['/pendingtasks', () => json(pendingTasksJson(scheduler))],
      ['/agents', agents],
      ['/slaves', agents],
      ['/state', () => json(stateJson(store))],
      ['/tiers', () => json(tiersJson(scheduler))],
      ['/services', () => json([{ name: 'scheduler', state: 'RUNNING' }])],
    ];
  }

  quit(): HttpAnswer {
    this.#dependencies.quit();
    return plain('Notifying quit listener.');
  }

  #collect(): ReadonlyMap<string, number> {
    const { scheduler, metrics, commits, snapshots, supervisors, clock, persistence } = this.#dependencies;
    const { rss, heapUsed, heapTotal } = memoryUsage();
    const { userCPUTime, systemCPUTime } = resourceUsage();
    const own = new Map([
      ['scheduler_lifecycle_ACTIVE', 1],
      ['scheduler_log_entries_written', commits.opsWritten],
      ['scheduler_log_un_snapshotted_transactions', persistence.transactionsSinceSnapshot()],
      ['scheduler_log_snapshots', snapshots.written],
      ['agent_restarts', supervisors.reduce((sum, { restarts }) => sum + restarts, 0)],
      ['system_load_avg', loadavg()[0] ?? 0],
      ['process_cpu_cores_used_seconds_total', (userCPUTime + systemCPUTime) / 1e6],
      ['process_resident_memory_bytes', rss],
      ['process_heap_used_bytes', heapUsed],
      ['process_heap_size_bytes', heapTotal],
      ['process_uptime_secs', Math.floor(uptime())],
    ]);
    const all = collectMetrics(scheduler.stats(), own, metrics.entries());
    this.#derived.addTo(all, clock.monotonicMs());
    return all;
  }
}

/** There is one scheduler here, and it leads. */
const LEADER_HEALTH = `Current status: This is the leading scheduler.

200: This is the leading scheduler.
503: Another instance is the leading scheduler.
502: There is no leading scheduler or the leader is unknown.
`;

function quotasJson(quotas: ReadonlyMap<string, ResourceAggregate>, role: string | undefined): unknown {
  const chosen = [...quotas].filter(([name]) => role === undefined || role === '' || name === role);
  return Object.fromEntries(chosen.map(([name, quota]) => [name, quotaJson(quota)]));
}

function quotaJson({ resources }: ResourceAggregate): unknown {
  const amounts = { cpu_cores: 0, ram_mb: 0, disk_mb: 0 };
  for (const resource of resources) {
    if ('numCpus' in resource) amounts.cpu_cores = resource.numCpus;
    else if ('ramMb' in resource) amounts.ram_mb = resource.ramMb;
    else if ('diskMb' in resource) amounts.disk_mb = resource.diskMb;
  }
  return amounts;
}

function tiersJson(scheduler: Scheduler): unknown {
  const { defaultTierName, tiers } = scheduler.getTierConfigs();
  const flag = (settings: ReadonlyMap<string, string>, name: string): boolean =>
    settings.get(name) === 'true';
  return {
    default: defaultTierName,
    tiers: Object.fromEntries(
      tiers.map(({ name, settings }) => [
        name,
        { preemptible: flag(settings, 'preemptible'), revocable: flag(settings, 'revocable') },
      ]),
    ),
  };
}

function plain(body: string): HttpAnswer {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function json(value: unknown, pretty = false): HttpAnswer {
  const body = pretty ? JSON.stringify(value, undefined, 2) : JSON.stringify(value);
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function html(body: string): HttpAnswer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
  };
  return { status: 200, headers, body };
}
