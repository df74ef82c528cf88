import { join } from 'node:path';
import type { UserAccount } from '../thermos/task-runner-options.js';
import type { AgentEnvironment, Runner } from './agent-environment.js';
import type { LaunchedTask } from './assigned-task.js';
import type { Announcement } from './announce/announcement.js';
import type { Membership } from './announce/announcer.js';
import { checkHttp } from './health/http-check.js';
import { HealthChecker, type HealthMetrics } from './health/health-checker.js';
import type { CheckOutcome } from './health/health-policy.js';
import { checkShell } from './health/shell-check.js';
import type { TaskIsolation } from './isolation/isolation.js';
import { combineStatuses, type CheckerStatus, type TerminalCheck } from './status-chain.js';
import { announceTimedOut, diskLimitExceeded, memoryLimitExceeded } from './task-end.js';
import type { TaskPlan } from './task-plan.js';
import { measureDisk } from './usage/disk-usage.js';
import { exactRamBytes } from './usage/exact-ram.js';
import { TaskMonitor } from './usage/task-monitor.js';

export interface TaskCheckersOptions {
  readonly environment: AgentEnvironment;
  readonly launched: LaunchedTask;
  readonly plan: TaskPlan;
  readonly sandbox: string;
  /** The task's directory in the agent's: working directory of shell checks. */
  readonly workDirectory: string;
  readonly account: UserAccount | undefined;
  readonly isolation: TaskIsolation;
  readonly runner: Runner;
  readonly wasRunning: boolean;
  /** What is to be registered while the task lives. */
  readonly announcement: Announcement | undefined;
  readonly onChange: () => void;
}

/** Whatever has a say in a live task's status: its health check, its limits, and whether it could be announced. */
export class TaskCheckers {
  readonly monitor: TaskMonitor;
  readonly #health: HealthChecker | undefined;
  readonly #options: TaskCheckersOptions;
  #membership: Membership | undefined;
  #limit: TerminalCheck | undefined;
  #combined: CheckerStatus | undefined;

  constructor(options: TaskCheckersOptions) {
    this.#options = options;
    this.monitor = makeMonitor(options, (check) => {
      this.#end(check);
    });
    const check = selectCheck(options);
    this.#health =
      check &&
      new HealthChecker({
        clock: options.environment.clock,
        policy: options.plan.executor.healthCheck,
        check,
        snoozed: () => options.environment.fileSystem.exists(join(options.sandbox, '.healthchecksnooze')),
        wasRunning: options.wasRunning,
        onChange: options.onChange,
      });
  }

  start(): void {
    this.monitor.start();
    this.#health?.start();
    const { announcement, environment, plan, wasRunning } = this.#options;
    if (!announcement) return;
    this.#membership = environment.announcer?.join({
      announcement,
      // A task that was announced already does not fail because a next agent cannot reach the ensemble.
      timeoutMs: wasRunning ? undefined : announceTimeoutMs(plan),
      onTimeout: (problem) => {
        this.#end(announceTimedOut(problem));
      },
    });
  }

  /**
   * The task is being stopped: nobody is to find it, nobody asks for its health any more, its use is still of
   * interest.
   */
  stopChecks(): void {
    this.#membership?.leave();
    this.#health?.stop();
  }

  stop(): void {
    this.stopChecks();
    this.monitor.stop();
  }

  /** The agent goes, the task stays, announced as it is. */
  detach(): void {
    this.#health?.stop();
    this.monitor.stop();
  }

  #end(check: TerminalCheck): void {
    this.#limit ??= check;
    this.#options.onChange();
  }

  get status(): CheckerStatus | undefined {
    this.#combined = combineStatuses([this.#health?.status ?? ASSUMED_HEALTHY, this.#limit], this.#combined);
    return this.#combined;
  }

  get metrics(): HealthMetrics | undefined {
    return this.#health?.metrics;
  }
}

const ASSUMED_HEALTHY: CheckerStatus = {
  kind: 'RUNNING',
  message: 'No health-check defined, task is assumed healthy.',
};

/** As long as the first failure that counts against the task would take. */
function announceTimeoutMs({ executor }: TaskPlan): number {
  const { initialIntervalSecs, intervalSecs, maxConsecutiveFailures } = executor.healthCheck;
  return (initialIntervalSecs + maxConsecutiveFailures * intervalSecs) * 1000;
}

function makeMonitor(options: TaskCheckersOptions, onLimit: (check: TerminalCheck) => void): TaskMonitor {
  const { environment, launched, plan, isolation, runner } = options;
  const ramBytes = launched.ramMb * 1024 ** 2;
  const enforced = environment.isolation.report.enforced.includes('ram');
  const diskLimitBytes = plan.task.resources?.diskBytes ?? launched.diskMb * 1024 ** 2;
  return new TaskMonitor({
    clock: environment.clock,
    logger: environment.logger,
    table: environment.usageTable,
    running: () =>
      runner
        .processes()
        .flatMap((process) =>
          process.state === 'RUNNING' && process.pid !== undefined
            ? [{ name: process.name, pid: process.pid }]
            : [],
        ),
    contained: () => {
      const coordinators = new Set(runner.processes().map((process) => process.coordinatorPid));
      return (isolation.pids() ?? []).filter((pid) => !coordinators.has(pid));
    },
    measureDisk: () => measureDisk(options.sandbox),
    diskLimitBytes,
    ramLimitBytes: ramBytes,
    ramEnforced: enforced,
    onSample: () => {
      if (isolation.memoryKills() > 0) onLimit(memoryLimitExceeded(ramBytes, isolation.peakRamBytes()));
    },
    exactRamBytes: (pids) => exactRamBytes(environment.fileSystem, pids),
    onDiskLimit: (used) => {
      onLimit(diskLimitExceeded(diskLimitBytes, used));
    },
    onRamLimit: (used) => {
      onLimit(memoryLimitExceeded(ramBytes, used));
    },
  });
}

/** A shell check if there is one, else HTTP when a port named `health` is mapped, else none. */
function selectCheck(options: TaskCheckersOptions): (() => Promise<CheckOutcome>) | undefined {
  const { healthCheck } = options.plan.executor;
  const timeoutMs = healthCheck.timeoutSecs * 1000;
  const command = options.plan.shellCommand;
  if (command !== undefined) {
    const { account, environment, sandbox } = options;
    const user = account?.name ?? options.launched.role;
    return () =>
      checkShell({
        command,
        cwd: sandbox,
        environment: { PATH: environment.path, HOME: sandbox, USER: user, LOGNAME: user },
        ...(account && environment.isRoot && { account: { uid: account.uid, gid: account.gid } }),
        timeoutMs,
      });
  }
  const port = options.plan.ports.get('health');
  const http = healthCheck.http;
  if (port === undefined || !http) return undefined;
  return () => checkHttp(http, port, timeoutMs);
}
