import { assert, missing, unreachable } from '../base/assert.js';
import type { HostAttributes, HostMaintenanceRequest } from '../model/host.js';
import { formatJobKey } from '../model/job-key.js';
import type { ResourceAggregate } from '../model/quota.js';
import { ACTIVE_STATES, type ScheduledTask, type ScheduleStatus } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import type { Op, StoredTask, TaskTransition } from './op.js';
import { applyTransition, toScheduledTask } from './stored-task.js';
import { taskConfigDigest } from './task-config-text.js';
import { TaskList, type ListedTask, type TasksInStatus } from './task-list.js';

/** A configuration that at least one stored task has, kept once however many tasks share it. */
export class ConfigRecord {
  /** `role/environment/name` */
  readonly jobKey: string;
  /** Stored tasks that have it, and those of them that are active. */
  references = 0;
  active = 0;
  /** What the reader of the store worked out from the configuration; the store itself does not look at it. */
  derived: unknown;
  #digest: string | undefined;

  constructor(
    readonly id: number,
    readonly config: TaskConfig,
  ) {
    this.jobKey = formatJobKey(config.job);
  }

  /** Equal for equal configurations. Worked out when it is first asked for: most jobs have one configuration. */
  get digest(): string {
    this.#digest ??= taskConfigDigest(this.config);
    return this.#digest;
  }
}

/** The place of one task in the store: `task` is replaced, never changed, by each transition. */
export interface TaskEntry {
  task: ScheduledTask;
  readonly config: ConfigRecord;
}

/**
 * The whole state of the scheduler in memory, changed by `apply` only. Tasks are indexed by id, job, host
 * and status; about 480 bytes a task. Reading gives immutable values.
 */
export class Store {
  readonly #tasks = new Map<string, ListedTask>();
  readonly #byJob = new Map<string, Set<TaskEntry>>();
  readonly #byHost = new Map<string, Set<TaskEntry>>();
  readonly #byStatus = new Map<ScheduleStatus, TaskList>();
  readonly #configs = new Map<number, ConfigRecord>();
  readonly #configsByJob = new Map<string, ConfigRecord[]>();
  #nextConfigId = 1;
  readonly quotas = new Map<string, ResourceAggregate>() as ReadonlyMap<string, ResourceAggregate>;
  readonly hosts = new Map<string, HostAttributes>() as ReadonlyMap<string, HostAttributes>;
  /** Those whose mode is DRAINING, of all hosts. */
  readonly drainingHosts: ReadonlySet<string> = new Set<string>();
  readonly maintenanceRequests = new Map<string, HostMaintenanceRequest>() as ReadonlyMap<
    string,
    HostMaintenanceRequest
  >;

  apply(op: Op): void {
    switch (op.op) {
      case 'transition':
        this.#transition(op);
        return;
      case 'saveTasks':
        for (const task of op.tasks) this.#saveTask(task);
        return;
      case 'saveTaskConfig':
        this.#saveTaskConfig(op.id, op.config);
        return;
      case 'removeTasks':
        for (const taskId of op.taskIds) this.#removeTask(taskId);
        return;
      case 'saveQuota':
        writable(this.quotas).set(op.role, op.quota);
        return;
      case 'removeQuota':
        writable(this.quotas).delete(op.role);
        return;
      case 'saveHostAttributes':
        this.#saveHost(op.attributes);
        return;
      case 'saveMaintenanceRequest':
        writable(this.maintenanceRequests).set(op.request.host, op.request);
        return;
      case 'removeMaintenanceRequest':
        writable(this.maintenanceRequests).delete(op.host);
        return;
      default:
        unreachable(op);
    }
  }

  get taskCount(): number {
    return this.#tasks.size;
  }

  /** Tasks that were ever given to a host. */
  get tasksWithHost(): number {
    let count = 0;
    for (const entries of this.#byHost.values()) count += entries.size;
    return count;
  }

  task(taskId: string): ScheduledTask | undefined {
    return this.#tasks.get(taskId)?.task;
  }

  entry(taskId: string): TaskEntry | undefined {
    return this.#tasks.get(taskId);
  }

  entries(): Iterable<TaskEntry> {
    return this.#tasks.values();
  }

  /** Tasks in every state; `jobKey` as `formatJobKey` gives it. */
  entriesOfJob(jobKey: string): ReadonlySet<TaskEntry> {
    return this.#byJob.get(jobKey) ?? NONE;
  }

  jobKeys(): Iterable<string> {
    return this.#byJob.keys();
  }

  /** Every task that was ever given to the host and is still stored. */
  entriesOfHost(host: string): ReadonlySet<TaskEntry> {
    return this.#byHost.get(host) ?? NONE;
  }

  entriesInStatus(status: ScheduleStatus): TasksInStatus {
    return this.#listOf(status);
  }

  config(id: number): ConfigRecord | undefined {
    return this.#configs.get(id);
  }

  configs(): Iterable<ConfigRecord> {
    return this.#configs.values();
  }

  /** The stored configuration equal to this one, if some task has it. */
  findConfig(config: TaskConfig): ConfigRecord | undefined {
    const ofJob = this.#configsByJob.get(formatJobKey(config.job));
    if (!ofJob) return undefined;
    const same = ofJob.findLast((record) => record.config === config);
    if (same) return same;
    const digest = taskConfigDigest(config);
    return ofJob.findLast((record) => record.digest === digest);
  }

  /** A number for a configuration that `findConfig` does not know. */
  get nextConfigId(): number {
    return this.#nextConfigId;
  }

  #saveHost(attributes: HostAttributes): void {
    writable(this.hosts).set(attributes.host, attributes);
    const draining = this.drainingHosts as Set<string>;
    if (attributes.mode === 'DRAINING') draining.add(attributes.host);
    else draining.delete(attributes.host);
  }

  #saveTaskConfig(id: number, config: TaskConfig): void {
    assert(!this.#configs.has(id), `task configuration ${id} is already stored`);
    const record = new ConfigRecord(id, config);
    this.#configs.set(id, record);
    const ofJob = this.#configsByJob.get(record.jobKey);
    if (ofJob) ofJob.push(record);
    else this.#configsByJob.set(record.jobKey, [record]);
    this.#nextConfigId = Math.max(this.#nextConfigId, id + 1);
  }

  #saveTask(stored: StoredTask): void {
    this.#removeTask(stored.taskId);
    const config = this.#configs.get(stored.configId) ?? missing(`task configuration ${stored.configId}`);
    config.references += 1;
    const entry: ListedTask = {
      task: toScheduledTask(stored, config.config),
      config,
      earlier: undefined,
      later: undefined,
    };
    if (ACTIVE_STATES.has(stored.status)) config.active += 1;
    this.#tasks.set(stored.taskId, entry);
    addTo(this.#byJob, config.jobKey, entry);
    this.#listOf(stored.status).add(entry);
    if (stored.agent) addTo(this.#byHost, stored.agent.host, entry);
  }

  #transition(op: TaskTransition): void {
    const entry = this.#tasks.get(op.taskId) ?? missing(`task ${op.taskId}`);
    const from = entry.task.status;
    entry.task = applyTransition(entry.task, op);
    const to = entry.task.status;
    if (to !== from) {
      const left = this.#listOf(from);
      const entered = this.#listOf(to);
      left.remove(entry);
      entered.add(entry);
      entry.config.active += entered.active - left.active;
    }
    if (op.agent) addTo(this.#byHost, op.agent.host, entry);
  }

  #listOf(status: ScheduleStatus): TaskList {
    const known = this.#byStatus.get(status);
    if (known) return known;
    const list = new TaskList(ACTIVE_STATES.has(status) ? 1 : 0);
    this.#byStatus.set(status, list);
    return list;
  }

  #removeTask(taskId: string): void {
    const entry = this.#tasks.get(taskId);
    if (!entry) return;
    const { config, task } = entry;
    this.#tasks.delete(taskId);
    removeFrom(this.#byJob, config.jobKey, entry);
    this.#listOf(task.status).remove(entry);
    if (task.assignedTask.slaveHost !== undefined)
      removeFrom(this.#byHost, task.assignedTask.slaveHost, entry);
    if (ACTIVE_STATES.has(task.status)) config.active -= 1;
    config.references -= 1;
    if (config.references > 0) return;
    this.#configs.delete(config.id);
    const others = this.#configsByJob.get(config.jobKey)?.filter((record) => record !== config) ?? [];
    if (others.length > 0) this.#configsByJob.set(config.jobKey, others);
    else this.#configsByJob.delete(config.jobKey);
  }
}

const NONE: ReadonlySet<TaskEntry> = new Set();

/** Only `apply` changes these maps; everybody else sees them read-only. */
function writable<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  return map as Map<K, V>;
}

function addTo<K>(index: Map<K, Set<TaskEntry>>, key: K, entry: TaskEntry): void {
  const entries = index.get(key);
  if (entries) entries.add(entry);
  else index.set(key, new Set([entry]));
}

function removeFrom<K>(index: Map<K, Set<TaskEntry>>, key: K, entry: TaskEntry): void {
  const entries = index.get(key);
  if (!entries) return;
  entries.delete(entry);
  if (entries.size === 0) index.delete(key);
}
