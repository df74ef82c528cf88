import type { AgentAnswer, TaskExplanation } from '../model/cluster.js';
import type { JobKey } from '../model/job-key.js';
import type { PendingReason, TaskQuery } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import type { ConfigRecord, TaskEntry } from '../storage/store.js';
import { queryEntries } from '../storage/task-query.js';
import { toResources } from './amounts.js';
import { requestOf, type Core } from './core.js';
import type { Host } from './host.js';
import { activeEntries } from './job-changes.js';
import { findVictims } from './preemptor.js';
import { answer, invalid, type Reply } from './reply.js';
import { findVetoes } from './scheduling-filter.js';
import { toTaskRequest } from './task-request.js';
import { NO_VETOES, totalScore, type Veto } from './veto.js';

/** Why each pending task waits: what the host nearest to fitting says now, asked of the filter itself. */
export function getPendingReason(core: Core, query: TaskQuery): Reply<PendingReason[]> {
  if (query.slaveHosts && query.slaveHosts.length > 0)
    return invalid(`SlaveHosts are not supported in ${JSON.stringify(query)}`);
  if (query.statuses && query.statuses.length > 0)
    return invalid(`Statuses is not supported in ${JSON.stringify(query)}`);
  const entries = queryEntries(core.store, { ...query, statuses: ['PENDING'] });
  const hosts = hostsToAsk(new Set(entries.map(({ config }) => config)).size);
  const reasons = new Map<ConfigRecord, string>();
  return answer(
    entries.map(({ task, config }) => {
      const reason = reasons.get(config) ?? pendingReasons(core, config, hosts).join(',');
      reasons.set(config, reason);
      return { taskId: task.assignedTask.taskId, reason };
    }),
  );
}

/** Pending tasks that are tried together. */
export interface PendingGroup {
  readonly job: JobKey;
  readonly taskIds: readonly string[];
  /** The wait between two attempts now; 0 before the first that failed. */
  readonly penaltyMs: number;
  readonly reasons: readonly string[];
}

export function pendingGroups(core: Core): PendingGroup[] {
  const hosts = hostsToAsk(core.groups.all.size);
  return [...core.groups.all.values()].flatMap(({ configId, tasks, penaltyMs }) => {
    const record = core.store.config(configId);
    if (!record || tasks.size === 0) return [];
    return [
      {
        job: record.config.job,
        taskIds: [...tasks.keys()],
        penaltyMs,
        reasons: pendingReasons(core, record, hosts),
      },
    ];
  });
}

/** So many hosts are asked for each of many configurations: the answer must not hold up the scheduler. */
function hostsToAsk(configurations: number): number {
  return Math.max(FEWEST_HOSTS, Math.floor(MOST_QUESTIONS / Math.max(1, configurations)));
}

const MOST_QUESTIONS = 500_000;
const FEWEST_HOSTS = 100;

/** What stands in the way of a pending task of this configuration, in words; never empty. */
function pendingReasons(core: Core, { id, config }: ConfigRecord, mostHosts: number): readonly string[] {
  if (core.pool.list.length === 0) return [NO_AGENT];
  const nearest = nearestFit(core, config, id, mostHosts);
  if (nearest === 'reserved') return [RESERVED];
  return nearest.length === 0 ? [NOT_TRIED] : nearest.map((veto) => veto.reason);
}

/** Said where there is no host whose vetoes could be told. */
export const NO_AGENT = 'No agent is registered';
const RESERVED = 'Reserved for another job that is preempting tasks there';
const NOT_TRIED = 'Fits now, and is placed at its next attempt';

/**
 * The vetoes of the host that is nearest to fitting; of those that fit, one that is not reserved counts first. When
 * not all hosts are asked, those that are lie evenly among them.
 */
function nearestFit(
  core: Core,
  config: TaskConfig,
  configId: number,
  mostHosts: number,
): readonly Veto[] | 'reserved' {
  const request = toTaskRequest(config, core.options, core.tiers);
  const count = core.spread.counter(request.jobKey);
  const now = core.clock.monotonicMs();
  let nearest: readonly Veto[] | 'reserved' = NO_VETOES;
  let nearestScore = Infinity;
  const hosts = core.pool.list;
  const step = Math.max(1, Math.ceil(hosts.length / mostHosts));
  for (let i = 0; i < hosts.length; i += step) {
    const host = hosts[i] as Host;
    const vetoes = findVetoes(request, host, host.free, count);
    const fits = vetoes.length === 0;
    if (fits && host.isFor(configId, now)) return NO_VETOES;
    const score = fits ? -1 : totalScore(vetoes);
    if (score >= nearestScore) continue;
    nearest = fits ? 'reserved' : vetoes;
    nearestScore = score;
  }
  return nearest;
}

/** For each active task of the job (or one instance): the nearest reason, every agent's answer, and preemption. */
export function explain(core: Core, key: JobKey, instanceId: number | undefined): TaskExplanation[] {
  return activeEntries(core, key)
    .filter(({ task }) => instanceId === undefined || task.assignedTask.instanceId === instanceId)
    .map((entry) => explainTask(core, entry));
}

function explainTask(core: Core, { task, config }: TaskEntry): TaskExplanation {
  const { taskId, instanceId } = task.assignedTask;
  const base = { taskId, instanceId, status: task.status };
  if (task.status !== 'PENDING')
    return { ...base, reason: task.taskEvents.at(-1)?.message ?? '', agents: [] };
  const answers = answersOf(core, config.config, config.id);
  const preemption = answers.some(({ vetoes }) => vetoes.length === 0)
    ? undefined
    : wouldPreempt(core, config.config);
  return {
    ...base,
    reason: pendingReasons(core, config, Infinity).join(', '),
    wants: toResources(requestOf(core, config).amounts),
    agents: answers,
    ...(preemption && { preemption }),
  };
}

/** What each agent says to one instance of this configuration. */
export function answersOf(
  core: Core,
  config: TaskConfig,
  configId: number | undefined,
): readonly AgentAnswer[] {
  const request = toTaskRequest(config, core.options, core.tiers);
  const count = core.spread.counter(request.jobKey);
  const now = core.clock.monotonicMs();
  return Array.from(core.pool.byId.values(), (host) => ({
    host: host.name,
    vetoes: host.isFor(configId ?? -1, now)
      ? findVetoes(request, host, host.free, count).map((veto) => veto.reason)
      : [RESERVED],
    free: toResources(host.free),
  })).sort((a, b) => (a.host < b.host ? -1 : 1));
}

export function wouldPreempt(
  core: Core,
  config: TaskConfig,
): { readonly host: string; readonly victims: readonly string[] } | undefined {
  if (!core.options.enablePreemptor) return undefined;
  const request = toTaskRequest(config, core.options, core.tiers);
  for (const host of core.pool.byId.values()) {
    const victims = findVictims(core, request, host);
    if (victims) return { host: host.name, victims };
  }
  return undefined;
}
