import { join } from 'node:path';
import type { UserAccount } from '../thermos/task-runner-options.js';
import type { AgentEnvironment, Runner } from './agent-environment.js';
import type { LaunchedTask } from './assigned-task.js';
import { checkHttp } from './health/http-check.js';
import { HealthChecker, type HealthMetrics } from './health/health-checker.js';
import type { CheckOutcome } from './health/health-policy.js';
import { checkShell } from './health/shell-check.js';
import type { TaskIsolation } from './isolation/isolation.js';
import { combineStatuses, type CheckerStatus, type TerminalCheck } from './status-chain.js';
import { diskLimitExceeded, memoryLimitExceeded } from './task-end.js';
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
  readonly onChange: () => void;
}

/** Whatever has a say in a live task's status: its health check and its limits. */
export class TaskCheckers {
  readonly monitor: TaskMonitor;
  readonly #health: HealthChecker | undefined;
  #limit: TerminalCheck | undefined;
  #combined: CheckerStatus | undefined;

  constructor(options: TaskCheckersOptions) {
    this.monitor = makeMonitor(options, (check) => {
      this.#limit ??= check;
      options.onChange();
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
  }

  /** The task is being stopped: nobody asks for its health any more, its use is still of interest. */
  stopChecks(): void {
    this.#health?.stop();
  }

  stop(): void {
    this.#health?.stop();
    this.monitor.stop();
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
