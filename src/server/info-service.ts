import { loadavg } from 'node:os';
import { getActiveResourcesInfo, memoryUsage, resourceUsage, uptime } from 'node:process';
import type { Clock } from '../base/clock.js';
import type { ResourceAggregate } from '../model/quota.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import type { Persistence } from '../storage/persistence.js';
import type { Store } from '../storage/store.js';
import { agentsPage, maintenanceJson, offersJson, pendingTasksJson, stateJson } from './cluster-views.js';
import type { AgentSupervisor } from './agent-supervisor.js';
import type { CommitLoop } from './commit-loop.js';
import { collectMetrics, DerivedStats, prometheusText, varsText, type Metrics } from './metrics.js';
import { graphView } from './graph-view.js';
import { HttpRefusal } from './http-body.js';
import { memberAddress, structDump, utilizationPage } from './operator-pages.js';
import type { Snapshots } from './snapshots.js';
import { StatHistory, type GraphData, type StatHistoryOptions } from './stat-history.js';
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
  readonly history: StatHistoryOptions;
  /** Orderly end of the daemon; agents and tasks live on. */
  readonly quit: () => void;
  /** The same at once: nothing waits for anything. */
  readonly halt: () => void;
}

/** What was asked for behind the page's own path: its rest as in the URL, without the leading slash, and the query. */
export interface PageRequest {
  readonly rest: string;
  readonly query: ReadonlyMap<string, string>;
  /** The query as it came, with its question mark. */
  readonly search: string;
}

export type Page = (request: PageRequest) => HttpAnswer;

/** The original's small endpoints for operators and monitors. They show what is in memory now. */
export class InfoService {
  readonly #dependencies: InfoServiceDependencies;
  readonly #derived = new DerivedStats();
  readonly #history: StatHistory;

  constructor(dependencies: InfoServiceDependencies) {
    this.#dependencies = dependencies;
    this.#history = new StatHistory(dependencies.history, dependencies.clock, () => this.#collect());
  }

  /** From now on stats are sampled. */
  start(): void {
    this.#history.start();
  }

  stop(): void {
    this.#history.stop();
  }

  /** A path that ends in a slash and a star has pages behind it, too. */
  pages(): ReadonlyArray<readonly [path: string, page: Page]> {
    const { scheduler, store } = this.#dependencies;
    const agents = (): HttpAnswer => agentsPage(scheduler.agentStates());
    return [
      ['/health', () => plain('OK\n')],
      ['/leaderhealth', () => plain(LEADER_HEALTH)],
      ['/vars', () => plain(varsText(this.#collect()))],
      [
        '/vars.json',
        ({ query }) => json(Object.fromEntries(this.#collect()), query.get('pretty') === 'true'),
      ],
      [
        '/metrics',
        () => ({
          status: 200,
          headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
          body: prometheusText(this.#collect()),
        }),
      ],
      ['/quotas', ({ query }) => json(quotasJson(store.quotas, query.get('role')))],
      ['/cron', () => json({ scheduled: {} })],
      ['/maintenance', () => json(maintenanceJson(store))],
      ['/offers', () => json(offersJson(scheduler.offers()))],
      ['/pendingtasks', () => json(pendingTasksJson(scheduler))],
      ['/agents', agents],
      ['/slaves', agents],
      ['/state', () => json(stateJson(store))],
      ['/tiers', () => json(tiersJson(scheduler))],
      ['/services', () => json([{ name: 'scheduler', state: 'RUNNING' }])],
      ['/graphdata', ({ query }) => json(this.#graph(query) ?? this.#history.names())],
      ['/graphview', ({ query }) => graphView(this.#history.names(), this.#graph(query))],
      ['/threads', () => plain(threadsText(getActiveResourcesInfo()))],
      ['/contention', () => plain('The scheduler is one thread: no lock is waited for.\n')],
      [
        '/utilization/*',
        ({ rest }) => {
          const [metric, role] = rest.split('/').filter((part) => part !== '');
          return utilizationPage(scheduler.consumptions(), metric, role);
        },
      ],
      ['/structdump/*', ({ rest }) => structDump(store, rest)],
      ['/mname/*', ({ rest, search }) => memberAddress(store, rest, search)],
    ];
  }

  #graph(query: ReadonlyMap<string, string>): GraphData | undefined {
    const metrics = query.get('metrics');
    if (metrics === undefined || metrics === '') return undefined;
    const since = query.get('since') ?? '';
    if (!/^\d{0,16}$/.test(since)) throw new HttpRefusal(400, 'since must be a time in ms since the epoch.');
    return this.#history.data(metrics.split(',').slice(0, MOST_GRAPHS), Number(since));
  }

  quit(): HttpAnswer {
    this.#dependencies.quit();
    return plain('Notifying quit listener.');
  }

  halt(): HttpAnswer {
    this.#dependencies.halt();
    return plain('Halting.');
  }

  #collect(): ReadonlyMap<string, number> {
    const { scheduler, metrics, commits, snapshots, supervisors, clock, persistence } = this.#dependencies;
    const { rss, heapUsed, heapTotal } = memoryUsage();
    const { userCPUTime, systemCPUTime } = resourceUsage();
    const own = new Map([
      ...LIFECYCLE.map((state) => [`scheduler_lifecycle_${state}`, Number(state === 'ACTIVE')] as const),
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

const MOST_GRAPHS = 100;

/** Aurora's states of a scheduler: one that answers is in the last but one. */
const LIFECYCLE = [
  'IDLE',
  'PREPARING_STORAGE',
  'STORAGE_PREPARED',
  'LEADER_AWAITING_REGISTRATION',
  'ACTIVE',
  'DEAD',
];

/** What keeps the one thread awake, counted by kind. */
function threadsText(resources: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const resource of resources) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  const lines = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `  ${kind} ${count}`);
  return ['main: the event loop, waiting for', ...lines, ''].join('\n');
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
