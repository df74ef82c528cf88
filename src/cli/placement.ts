import type { AgentState } from '../model/cluster.js';
import type { ScheduledTask } from '../model/scheduled-task.js';
import { AGENT_ASSIGNED_STATES } from '../model/scheduled-task.js';
import { subtractResources } from '../model/resources.js';
import type { TaskConfig } from '../model/task-config.js';
import { accumulate, toAmounts, type Amounts } from '../scheduler/amounts.js';
import { hostAttributes } from '../scheduler/host.js';
import { DEFAULT_OPTIONS } from '../scheduler/options.js';
import { findVetoes, type Place } from '../scheduler/scheduling-filter.js';
import { toTaskRequest } from '../scheduler/task-request.js';
import { DEFAULT_TIERS } from '../scheduler/tiers.js';
import { totalScore } from '../scheduler/veto.js';

/** Where instances of a job could go, one after the other, asked of the filter that placement uses. */
export interface PlannedInstance {
  readonly instanceId: number;
  /** Undefined when no agent takes it. */
  readonly host: string | undefined;
  /** Why the agent nearest to fitting refuses it. */
  readonly reasons: readonly string[];
}

interface Candidate extends Place {
  readonly host: string;
  readonly free: Amounts;
}

/**
 * Puts each instance on the agent with the most free cpu among those that take it. The scheduler chooses
 * among them at random: which agent it will be is not certain, whether there is one is.
 */
export function planPlacement(
  config: TaskConfig,
  instances: readonly number[],
  agents: readonly AgentState[],
  jobTasks: readonly ScheduledTask[],
): PlannedInstance[] {
  const request = toTaskRequest(config, DEFAULT_OPTIONS, DEFAULT_TIERS);
  const candidates = agents.filter((agent) => agent.status === 'REGISTERED').map(toCandidate);
  const taken = jobTasks
    .filter(
      (task) => AGENT_ASSIGNED_STATES.has(task.status) && !instances.includes(task.assignedTask.instanceId),
    )
    .map((task) => task.assignedTask.slaveHost ?? '');
  return instances.map((instanceId): PlannedInstance => {
    const count = (attribute: string, value: string): number =>
      taken.filter((host) =>
        candidates
          .find((each) => each.host === host)
          ?.attributes.get(attribute)
          ?.includes(value),
      ).length;
    const answers = candidates
      .map((candidate) => ({ candidate, vetoes: findVetoes(request, candidate, candidate.free, count) }))
      .sort(
        (a, b) =>
          totalScore(a.vetoes) - totalScore(b.vetoes) ||
          b.candidate.free.cpuMilli - a.candidate.free.cpuMilli,
      );
    const [best] = answers;
    if (!best) return { instanceId, host: undefined, reasons: ['No agent is registered'] };
    if (best.vetoes.length > 0)
      return { instanceId, host: undefined, reasons: best.vetoes.map((veto) => veto.reason) };
    accumulate(best.candidate.free, request.amounts, -1);
    taken.push(best.candidate.host);
    return { instanceId, host: best.candidate.host, reasons: [] };
  });
}

function toCandidate({ host, mode, attributes, total, allocated }: AgentState): Candidate {
  return {
    host,
    mode,
    attributes: hostAttributes(host, attributes),
    free: toAmounts(subtractResources(total, allocated)),
  };
}
