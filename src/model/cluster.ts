import type { AgentResources, ResourceUsage } from './resources.js';
import type { MaintenanceMode } from './host.js';
import type { Resources } from './resources.js';

/** A cluster that this machine runs by itself, as `configs/clusters.yaml` defines it. */
export interface LocalClusterDefinition {
  readonly name: string;
  readonly agents: readonly AgentDefinition[];
  /** Loopback TCP port of the scheduler's HTTP endpoints; 0 takes any free one. */
  readonly httpPort: number;
  /** Options of the scheduler by their Aurora flag name without the dash: `history_prune_threshold`. */
  readonly options: ReadonlyArray<readonly [string, string]>;
}

export interface AgentDefinition {
  readonly host: string;
  readonly attributes: ReadonlyArray<{ readonly name: string; readonly values: readonly string[] }>;
  readonly resources: AgentResources;
  readonly options?: AgentOptionsDefinition;
}

/** How an agent runs tasks, where that can be chosen; what is absent is as src/agent has it by default. */
export interface AgentOptionsDefinition {
  /** A role without an account fails the task; otherwise it runs as the agent's own user and says so. */
  readonly requireRoleUser?: boolean;
  /** Also forbid more than the asked cpus, instead of only sharing in that proportion. */
  readonly cpuQuota?: boolean;
  /** Processes and threads of one task together. */
  readonly processLimit?: number;
  /** Loopback TCP port of the observer. */
  readonly observerPort?: number;
  /** Longest a dead task's sandbox is kept. */
  readonly gcDelaySecs?: number;
  readonly fetcherCacheBytes?: number;
  readonly namespaces?: readonly Namespace[];
  readonly namespaceTool?: NamespaceTool;
  readonly announcer?: AnnouncerDefinition;
}

/**
 * What every process of a task has to itself: its process ids, its mounts, or only /tmp (one for the task,
 * kept in its sandbox).
 */
export type Namespace = 'pid' | 'mount' | 'tmp';

/** Who makes them: util-linux or bubblewrap. */
export type NamespaceTool = 'unshare' | 'bwrap';

/** Where tasks with an `announce` are registered. */
export interface AnnouncerDefinition {
  /** `HOST:PORT,HOST:PORT` of one ZooKeeper ensemble. */
  readonly zookeeper: string;
  /** Absolute path above ROLE/ENVIRONMENT/NAME. */
  readonly root?: string;
  /** Announced instead of the agent's host name. */
  readonly hostname?: string;
  /** Jobs may choose their own path with `zk_path`. */
  readonly allowCustomServersetPath?: boolean;
  readonly sessionTimeoutSecs?: number;
  readonly auth?: ReadonlyArray<{ readonly scheme: string; readonly credential: string }>;
  /** Who may do what with the nodes; everybody everything when absent. */
  readonly acl?: readonly AnnouncerAcl[];
}

export interface AnnouncerAcl {
  readonly scheme: string;
  /** For `digest` USER:PASSWORD, which is hashed before it is sent. */
  readonly credential: string;
  readonly permissions?: Readonly<Partial<Record<AnnouncerPermission, boolean>>>;
}

export type AnnouncerPermission = 'read' | 'write' | 'create' | 'delete' | 'admin';

/**
 * Files of a local cluster under its home, `$AURORA_HOME/clusters/NAME`:
 *
 *     cluster.json      the LocalClusterDefinition in force      store.db        durable state (SQLite)
 *     scheduler.sock    HTTP of the scheduler, mode 0600         scheduler.log   JSON lines
 *     scheduler.json    SchedulerEndpoint while a daemon runs    backups/        snapshots of the store
 *     agents/HOST/      the work directory of one agent: agent.json, agent.sock, agent.log, tasks/...
 */
export interface SchedulerEndpoint {
  readonly pid: number;
  /** Start time of that pid in clock ticks since boot (/proc/PID/stat, field 22), where known. */
  readonly startTicks?: number;
  readonly socketPath: string;
  /** `http://127.0.0.1:PORT` */
  readonly httpUrl: string;
  readonly version: string;
  readonly startedMs: number;
}

/**
 * What Aurora's Thrift API does not have, as JSON beside it on the scheduler's socket and port:
 *
 *     GET  /cluster/v1/state                        ClusterState
 *     GET  /cluster/v1/usage                        TaskUsages: every task that an agent has sampled
 *     GET  /cluster/v1/tasks/ID/processes           TaskProcesses
 *     GET  /cluster/v1/tasks/ID/log?process=&run=&stream=stdout|stderr&offset=&length=   LogChunk
 *     GET  /cluster/v1/tasks/ID/files?path=         FileList (a directory of the sandbox)
 *     GET  /cluster/v1/explain?role=&environment=&name=&instance=                        Explanation
 *     POST /cluster/v1/stop  {killTasks: boolean}   {} once everything has been told to stop
 *
 * A refusal is a 4xx with `{"error": "sentence"}`.
 */
export interface ClusterState {
  readonly name: string;
  readonly scheduler: SchedulerEndpoint;
  readonly agents: readonly AgentState[];
}

export interface AgentState {
  readonly agentId: string;
  readonly host: string;
  readonly status: 'STARTING' | 'REGISTERED' | 'LOST';
  readonly mode: MaintenanceMode;
  readonly pid?: number;
  readonly attributes: ReadonlyArray<{ readonly name: string; readonly values: readonly string[] }>;
  readonly total: Resources;
  /** Promised to tasks. */
  readonly allocated: Resources;
  /** Sampled; absent before the first heartbeat. */
  readonly usage?: ResourceUsage;
  readonly tasks: number;
}

export interface TaskUsages {
  readonly tasks: ReadonlyArray<{ readonly taskId: string; readonly usage: ResourceUsage }>;
}

export interface TaskProcesses {
  readonly taskId: string;
  readonly sandbox: string;
  readonly processes: readonly ProcessRun[];
  /** How a live task is kept within its limits on its host. */
  readonly isolation?: TaskIsolationReport;
}

/** What the host makes sure of, and what is only sampled and acted upon afterwards: `cpu`, `ram`, `processes`, `disk`. */
export interface TaskIsolationReport {
  /** `cgroup v2`, `cgroup v1` or `sampling`. */
  readonly mechanism: string;
  readonly enforced: readonly string[];
  readonly observed: readonly string[];
  /** Why nothing better was chosen, a sentence for each that was tried. */
  readonly refused: readonly string[];
}

/** The newest run of one process of a task. */
export interface ProcessRun {
  readonly name: string;
  /** Counts from 0. */
  readonly run: number;
  readonly state: string;
  readonly pid?: number;
  readonly returnCode?: number;
  readonly startMs?: number;
  readonly stopMs?: number;
  readonly usage?: ResourceUsage;
}

export interface LogChunk {
  /** Where `data` begins, in bytes from the start of the file. */
  readonly offset: number;
  /** Raw bytes in `data`. */
  readonly length: number;
  /** UTF-8 decoded with replacement; the tail of an incomplete character stays for the next chunk. */
  readonly data: string;
  /** True once the run has ended and nothing follows. */
  readonly end: boolean;
}

export interface FileList {
  readonly path: string;
  readonly entries: ReadonlyArray<{
    readonly name: string;
    readonly kind: 'file' | 'directory' | 'symlink' | 'other';
    readonly size: number;
    readonly modifiedMs: number;
  }>;
}

/** Why a task is not running, in the words that placement itself used. */
export interface Explanation {
  readonly tasks: readonly TaskExplanation[];
}

/** What an agent says to one more instance, and what it has free. */
export interface AgentAnswer {
  readonly host: string;
  readonly vetoes: readonly string[];
  readonly free: Resources;
}

export interface TaskExplanation {
  readonly taskId: string;
  readonly instanceId: number;
  readonly status: string;
  /** The nearest fit's reasons, joined with `, `; empty when none is recorded. */
  readonly reason: string;
  /** What one such instance asks for, its executor's share included; of one that waits. */
  readonly wants?: Resources;
  /** What each agent says: no vetoes means it would fit there. */
  readonly agents: readonly AgentAnswer[];
  /** Tasks that preemption would evict, and from where; absent when it would not help. */
  readonly preemption?: { readonly host: string; readonly victims: readonly string[] };
}
