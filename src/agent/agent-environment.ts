import type { AgentOptions } from './agent-options.js';
import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Logger } from '../base/logging.js';
import type { StatusUpdate } from '../model/agent-protocol.js';
import type { MesosFetcherURI } from '../model/task-config.js';
import type { Launcher } from '../thermos/launcher.js';
import type { Sweeper } from '../thermos/sweeper.js';
import type { TaskRunner } from '../thermos/task-runner.js';
import type { TaskRunnerOptions, UserAccount } from '../thermos/task-runner-options.js';
import type { Announcer } from './announce/announcer.js';
import type { Owner } from './fetcher/extraction.js';
import type { CommandPrefix } from './isolation/command-prefix.js';
import type { Isolation } from './isolation/isolation.js';
import type { ProcessTable as UsageTable } from './usage/process-table.js';

/** What the agent wants of a task runner. */
export type Runner = Pick<TaskRunner, 'start' | 'kill' | 'state' | 'processes' | 'destroy' | 'close'>;

/** What all tasks of an agent share; everything that touches the world is injected. */
export interface AgentEnvironment {
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
  readonly launcher: Launcher;
  readonly sweeper: Sweeper;
  /** Where resource use is sampled. */
  readonly usageTable: UsageTable;
  readonly createRunner: (options: TaskRunnerOptions) => Runner;
  /** Who the agent is: tasks without an account of their own run so. */
  readonly ownAccount: UserAccount;
  readonly isolation: Isolation;
  /** The agent's work directory. */
  readonly directory: string;
  readonly hostname: string;
  /** PATH of the tasks. */
  readonly path: string;
  /** Identifies this boot of the host; undefined where the system does not tell. */
  readonly bootId: string | undefined;
  readonly options: AgentOptions;
  /** Whether processes can be given another user. */
  readonly isRoot: boolean;
  readonly findAccount: (role: string) => Promise<UserAccount | undefined>;
  /** Makes the task's sandbox and returns its path. Throws SandboxError. */
  readonly createSandbox: (taskId: string, account: UserAccount | undefined) => string;
  readonly fetch: (request: FetchRequest) => Promise<void>;
  /** What stands before the task's commands. Rejects with IsolationError. */
  readonly commandPrefix: (account: UserAccount, sandbox: string) => Promise<CommandPrefix>;
  /** Registers tasks where others look for them; undefined where the cluster has no such place. */
  readonly announcer: Pick<Announcer, 'join' | 'abandon'> | undefined;
  readonly report: (update: Omit<StatusUpdate, 'uuid' | 'timestampMs'>) => void;
}

export interface FetchRequest {
  readonly uris: readonly MesosFetcherURI[];
  readonly sandbox: string;
  readonly owner: Owner | undefined;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
}
