import type { JobConfiguration } from '../model/job-configuration.js';
import { accumulate, type Amounts } from './amounts.js';
import { sanitizeJob } from './configuration.js';
import type { Core } from './core.js';
import { NO_AGENT } from './explain.js';
import { activeEntries, range } from './job-changes.js';
import { checkInstanceAddition } from './quota.js';
import type { Host } from './host.js';
import { invalid, answer, type Reply } from './reply.js';
import { findVetoes } from './scheduling-filter.js';
import { toTaskRequest } from './task-request.js';
import { totalScore, type Veto } from './veto.js';

/** Where the new instances of a job would go now, and what stands in the way; nothing is changed. */
export interface PlacementPlan {
  /** Instances of the job that are active already and keep their place. */
  readonly present: readonly number[];
  readonly placements: readonly PlannedPlacement[];
  /** Aurora's sentence when the role's quota does not allow it. */
  readonly quota?: string;
}

export interface PlannedPlacement {
  readonly instanceId: number;
  /** Undefined: it would wait, for these reasons. */
  readonly host?: string;
  readonly reasons: readonly string[];
}

/** Plans `job` as if it were created, or grown to its instance count. The filter is the one that places. */
export function planJob(core: Core, job: JobConfiguration): Reply<PlacementPlan> {
  const sanitized = sanitizeJob(job, core.options, core.tiers);
  if (!sanitized.ok) return invalid(sanitized.error);
  const { taskConfig, instanceCount } = sanitized.value;
  const present = activeEntries(core, job.key).map(({ task }) => task.assignedTask.instanceId);
  const taken = new Set(present);
  const wanted = range(0, instanceCount).filter((instanceId) => !taken.has(instanceId));
  const quota = checkInstanceAddition(core, taskConfig, wanted.length);
  const attempt = new PlannedCluster(core, taskConfig);
  const placements = wanted.map((instanceId) => attempt.place(instanceId));
  return answer({ present, placements, ...(quota !== undefined && { quota }) });
}

/** The hosts as they would be after the instances planned so far. */
class PlannedCluster {
  readonly #free = new Map<Host, Amounts>();
  readonly #added = new Map<string, number>();
  readonly #request;
  readonly #count;

  constructor(
    private readonly core: Core,
    config: JobConfiguration['taskConfig'],
  ) {
    this.#request = toTaskRequest(config, core.options, core.tiers);
    const stored = core.spread.counter(this.#request.jobKey);
    this.#count = (attribute: string, value: string): number =>
      stored(attribute, value) + (this.#added.get(`${attribute}=${value}`) ?? 0);
  }

  place(instanceId: number): PlannedPlacement {
    let nearest: readonly Veto[] = [];
    let nearestScore = Infinity;
    for (const host of this.core.pool.list) {
      const free = this.#free.get(host) ?? { ...host.free };
      const vetoes = findVetoes(this.#request, host, free, this.#count);
      if (vetoes.length === 0) {
        this.#take(host, free);
        return { instanceId, host: host.name, reasons: [] };
      }
      const score = totalScore(vetoes);
      if (score >= nearestScore) continue;
      nearest = vetoes;
      nearestScore = score;
    }
    const reasons = nearest.map((veto) => veto.reason);
    return { instanceId, reasons: this.core.pool.list.length === 0 ? [NO_AGENT] : reasons };
  }

  #take(host: Host, free: Amounts): void {
    accumulate(free, this.#request.amounts, -1);
    this.#free.set(host, free);
    for (const [attribute, values] of host.attributes) {
      for (const value of values) {
        const key = `${attribute}=${value}`;
        this.#added.set(key, (this.#added.get(key) ?? 0) + 1);
      }
    }
  }
}
