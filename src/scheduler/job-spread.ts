import { AGENT_ASSIGNED_STATES } from '../model/scheduled-task.js';
import type { Store } from '../storage/store.js';
import { hostAttributes } from './host.js';
import type { Attributes, CountTasks } from './scheduling-filter.js';

type Counts = Map<string, Map<string, number>>;

/**
 * For limit constraints: how many tasks of a job hold resources on hosts with each value of an attribute.
 * Counted from the store the first time a job's limit is asked for, and kept up to date from then on.
 */
export class JobSpread {
  readonly #jobs = new Map<string, Counts>();
  readonly #attributes = new Map<string, Attributes>();

  constructor(private readonly store: Store) {}

  counter(jobKey: string): CountTasks {
    let counts: Counts | undefined;
    return (attribute, value) => {
      counts ??= this.#countsOf(jobKey);
      const values = counts.get(attribute) ?? this.#countAttribute(jobKey, attribute, counts);
      return values.get(value) ?? 0;
    };
  }

  /** A task of the job began (1) or ceased (-1) to hold resources on the host. */
  change(jobKey: string, host: string, by: 1 | -1): void {
    const counts = this.#jobs.get(jobKey);
    if (!counts) return;
    for (const [attribute, values] of counts) {
      for (const value of this.attributesOf(host).get(attribute) ?? [])
        values.set(value, (values.get(value) ?? 0) + by);
    }
  }

  /** The job has no task left. */
  forget(jobKey: string): void {
    this.#jobs.delete(jobKey);
  }

  /** A host's attributes changed: all is counted anew when asked for. */
  clear(): void {
    this.#jobs.clear();
    this.#attributes.clear();
  }

  /** As recorded, whether the agent is registered now or not. */
  attributesOf(host: string): Attributes {
    const known = this.#attributes.get(host);
    if (known) return known;
    const attributes = hostAttributes(host, this.store.hosts.get(host)?.attributes ?? []);
    this.#attributes.set(host, attributes);
    return attributes;
  }

  #countsOf(jobKey: string): Counts {
    const known = this.#jobs.get(jobKey);
    if (known) return known;
    const counts: Counts = new Map();
    this.#jobs.set(jobKey, counts);
    return counts;
  }

  #countAttribute(jobKey: string, attribute: string, counts: Counts): Map<string, number> {
    const values = new Map<string, number>();
    counts.set(attribute, values);
    for (const { task } of this.store.entriesOfJob(jobKey)) {
      const host = task.assignedTask.slaveHost;
      if (host === undefined || !AGENT_ASSIGNED_STATES.has(task.status)) continue;
      for (const value of this.attributesOf(host).get(attribute) ?? [])
        values.set(value, (values.get(value) ?? 0) + 1);
    }
    return values;
  }
}
