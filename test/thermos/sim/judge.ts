import { isTerminalProcessState, type Task, type TaskState } from '../../../src/model/process.js';
import type { RunnerState } from '../../../src/thermos/runner-state.js';
import type { World } from './world.js';

/** Runs that a process may have. */
export const RUN_LIMIT = 30;

export interface Ending {
  readonly task: Task;
  readonly state: RunnerState;
  readonly world: World;
  readonly ended: TaskState;
  readonly wasKilled: boolean;
  /** Paths on the disk. */
  readonly files: readonly string[];
}

/** What must hold when a task is over. */
export function judge(ending: Ending): string[] {
  return [...judgeEnd(ending), ...judgeRuns(ending), ...judgeFinalizers(ending)];
}

function judgeEnd({ task, state, world, ended, wasKilled, files }: Ending): string[] {
  const violations: string[] = [];
  if (state.statuses.at(-1)?.state !== ended) violations.push('the last record is not the last state');
  if (world.left > 0) violations.push(`${world.left} processes are left`);
  if (files.some((path) => path.endsWith('/journal'))) violations.push('the journal is left');
  if (ended === 'LOST' || (ended === 'KILLED' && !wasKilled)) violations.push(`it ended ${ended}`);
  const needed = task.processes.filter((one) => !one.final && !one.ephemeral);
  const unsuccessful = needed.filter(
    (one) => !state.processes.get(one.name)?.some((run) => run.state === 'SUCCESS'),
  );
  if (ended === 'SUCCESS' && task.maxFailures > 0 && unsuccessful.length >= task.maxFailures) {
    violations.push(`it ended SUCCESS without ${unsuccessful.map((one) => one.name).join()}`);
  }
  const histories = [...state.processes.values()];
  const hasFailed = histories.flat().some((run) => run.state !== 'SUCCESS');
  // A daemon that has used up its runs counts as failed, too.
  const usedUp = histories.some((runs) => runs.length >= RUN_LIMIT);
  if (ended === 'FAILED' && !hasFailed && !usedUp && unsuccessful.length === 0) {
    violations.push('it ended FAILED though nothing failed');
  }
  return violations;
}

function judgeRuns({ task, state, world }: Ending): string[] {
  const violations: string[] = [];
  const exits = new Map(world.journal.flatMap((one) => (one.kind === 'exited' ? [[one.runId, one]] : [])));
  for (const [index, process] of task.processes.entries()) {
    const runs = state.processes.get(process.name) ?? [];
    const started = world.runs.filter((run) => run.index === index).length;
    if (started > runs.length)
      violations.push(`${process.name} started ${started} times in ${runs.length} runs`);
    const failed = runs.filter((run) => run.state === 'FAILED').length;
    if (process.maxFailures > 0 && failed > process.maxFailures) {
      violations.push(`${process.name} failed ${failed} times, ${process.maxFailures} are allowed`);
    }
    for (const [number, run] of runs.entries()) {
      const exit = exits.get(`${index}.${number}`);
      if (!isTerminalProcessState(run.state) && run.state !== 'WAITING') {
        violations.push(`run ${number} of ${process.name} is ${run.state}`);
      }
      // A runner that runs out of time writes KILLED -1 for what it does not wait for.
      if (exit && run.returnCode !== exit.status && run.returnCode !== -1) {
        violations.push(`run ${number} of ${process.name} ended ${exit.status} but is ${run.state}`);
      }
    }
  }
  return violations;
}

/** Finalizing processes run unless there was no time. */
function judgeFinalizers({ task, state, ended }: Ending): string[] {
  const stages = state.statuses.map((status) => status.state);
  if (ended === 'KILLED' || !stages.includes('FINALIZING') || task.finalizationWaitSecs < 10) return [];
  const missing = task.processes.filter(
    (one) =>
      one.final &&
      !one.ephemeral &&
      !task.constraints.some((order) => order.indexOf(one.name) > 0) &&
      !state.processes.has(one.name),
  );
  const beganMs = state.statuses.find((status) => status.state === 'CLEANING')?.timestampMs ?? 0;
  const tookMs = (state.statuses.at(-1)?.timestampMs ?? 0) - beganMs;
  if (missing.length === 0 || tookMs >= task.finalizationWaitSecs * 1000 || tookMs < 0) return [];
  return [`finalizing processes never ran: ${missing.map((one) => one.name).join()}`];
}
