import type { TaskExplanation } from '../model/cluster.js';
import type { JobKey } from '../model/job-key.js';
import type { PendingReason, TaskQuery } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import type { TaskEntry } from '../storage/store.js';
import { queryEntries } from '../storage/task-query.js';
import { requestOf, type Core } from './core.js';
import { activeEntries } from './job-changes.js';
import { findVictims } from './preemptor.js';
import { answer, invalid, type Reply } from './reply.js';
import { findVetoes } from './scheduling-filter.js';
import { NO_VETOES, totalScore, type Veto } from './veto.js';

/** Why each pending task waits: what the host nearest to fitting says now, asked of the filter itself. */
export function getPendingReason(core: Core, query: TaskQuery): Reply<PendingReason[]> {
  if (query.slaveHosts && query.slaveHosts.length > 0)
    return invalid(`SlaveHosts are not supported in ${JSON.stringify(query)}`);
  if (query.statuses && query.statuses.length > 0)
    return invalid(`Statuses is not supported in ${JSON.stringify(query)}`);
  const reasons = new Map<TaskConfig, string>();
  return answer(
    queryEntries(core.store, { ...query, statuses: ['PENDING'] }).map(({ task, config }) => {
      const reason = reasons.get(config.config) ?? showReasons(nearestFit(core, config.config), ',');
      reasons.set(config.config, reason);
      return { taskId: task.assignedTask.taskId, reason };
    }),
  );
}

/** The vetoes of the host that is nearest to fitting; empty when one fits, or when there is no host. */
export function nearestFit(core: Core, config: TaskConfig): readonly Veto[] {
  const request = requestOf(core, config);
  const count = core.spread.counter(request.jobKey);
  let nearest: readonly Veto[] | undefined;
  let nearestScore = Infinity;
  for (const host of core.pool.byId.values()) {
    const vetoes = findVetoes(request, host, host.free, count);
    const score = totalScore(vetoes);
    if (score >= nearestScore) continue;
    nearest = vetoes;
    nearestScore = score;
    if (score === 0) break;
  }
  return nearest ?? NO_VETOES;
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
    reason:
      core.pool.byId.size === 0
        ? 'No agent is registered'
        : showReasons(nearestFit(core, config.config), ', '),
    agents: answers,
    ...(preemption && { preemption }),
  };
}

/** What each agent says to one instance of this configuration. */
export function answersOf(
  core: Core,
  config: TaskConfig,
  configId: number | undefined,
): ReadonlyArray<{ readonly host: string; readonly vetoes: readonly string[] }> {
  const request = requestOf(core, config);
  const count = core.spread.counter(request.jobKey);
  const now = core.clock.monotonicMs();
  return Array.from(core.pool.byId.values(), (host) => ({
    host: host.name,
    vetoes: host.isFor(configId ?? -1, now)
      ? findVetoes(request, host, host.free, count).map((veto) => veto.reason)
      : ['Reserved for another job that is preempting tasks there'],
  })).sort((a, b) => (a.host < b.host ? -1 : 1));
}

export function wouldPreempt(
  core: Core,
  config: TaskConfig,
): { readonly host: string; readonly victims: readonly string[] } | undefined {
  if (!core.options.enablePreemptor) return undefined;
  const request = requestOf(core, config);
  for (const host of core.pool.byId.values()) {
    const victims = findVictims(core, request, host);
    if (victims) return { host: host.name, victims };
  }
  return undefined;
}

function showReasons(vetoes: readonly Veto[], separator: string): string {
  return vetoes.map((veto) => veto.reason).join(separator);
}
