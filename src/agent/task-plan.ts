import { parseTask, type Task } from '../model/process.js';
import type { LaunchedTask } from './assigned-task.js';
import { bindDeep, portOfReference, type TaskBindings } from './bindings.js';
import { readExecutorData, type ExecutorData } from './executor-data.js';
import { JsonMismatch } from './json-reader.js';
import { PortCycle, resolvePorts } from './port-map.js';

/** A task as it will run here: every reference bound, every port a number. */
export interface TaskPlan {
  readonly task: Task;
  readonly executor: ExecutorData;
  readonly ports: ReadonlyMap<string, number>;
  /** Port names of the announcer that lead to no number. */
  readonly unmapped: ReadonlyMap<string, string>;
  /** The shell health check's command line, bound. */
  readonly shellCommand: string | undefined;
}

/** The task cannot run; the message is the whole text of its FAILED update. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

export const NOT_DESERIALIZED = 'Could not deserialize Thermos task from AssignedTask: ';
const INTERNAL_ERROR = 'Task initialization failed: Task failed: Thermos failed with internal error.';

/** Pure: from what the scheduler sent to what the host runs. Throws PlanError in the original's words. */
export function planTask(launched: LaunchedTask, hostname: string): TaskPlan {
  if (launched.unsupportedContainer !== undefined)
    throw new PlanError(
      `${NOT_DESERIALIZED}a ${launched.unsupportedContainer} was asked for, but this agent runs tasks only directly on the host.`,
    );
  try {
    return makePlan(launched, hostname);
  } catch (error) {
    if (error instanceof JsonMismatch || error instanceof PortCycle || error instanceof RangeError)
      throw new PlanError(`${NOT_DESERIALIZED}${error.message}`);
    throw error;
  }
}

function makePlan(launched: LaunchedTask, hostname: string): TaskPlan {
  if (launched.executorData === '') throw new PlanError('Could not deserialize task.');
  const executor = readExecutorData(launched.executorData);
  const { ports, unmapped } = resolvePorts(executor.announce?.portmap ?? new Map(), launched.assignedPorts);
  const bindings: TaskBindings = {
    instance: launched.instanceId,
    hostname,
    taskId: launched.taskId,
    user: launched.role,
    ports,
  };
  const { value, unbound } = bindDeep(executor.task, bindings);
  refuseUnbound(unbound);
  const task = parseTask(value);
  if (!task.ok) throw new PlanError(`${NOT_DESERIALIZED}Got invalid task: ${task.error}`);
  return {
    task: task.value,
    executor,
    ports,
    unmapped,
    shellCommand: bindShellCommand(executor.healthCheck.shellCommand, bindings),
  };
}

/** The original says only that something is wrong inside; what it is follows in brackets. */
function refuseUnbound(unbound: readonly string[]): void {
  if (unbound.length === 0) return;
  const port = unbound.map(portOfReference).find((name) => name !== undefined);
  if (port !== undefined) throw new PlanError(`${INTERNAL_ERROR} (Task requires unbound port ${port}!)`);
  throw new PlanError(`${INTERNAL_ERROR} (Failed to interpolate task, missing: ${unbound.join(', ')})`);
}

function bindShellCommand(command: string | undefined, bindings: TaskBindings): string | undefined {
  return command === undefined ? undefined : bindDeep(command, bindings).value;
}

const LONGEST_KILL_MS = 60_000;
const DEFAULT_WAIT_SECS = 30;

/** The task's own finalization wait, but no more than Aurora's minute. */
export function killDeadlineMs(plan: TaskPlan | undefined): number {
  const waitSecs = plan?.task.finalizationWaitSecs ?? DEFAULT_WAIT_SECS;
  return Math.min(LONGEST_KILL_MS, Math.max(0, waitSecs * 1000));
}
