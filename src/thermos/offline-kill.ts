import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import { isTerminalProcessState, isTerminalTaskState } from '../model/process.js';
import { belongingTo, type Belonging, type Census } from './census.js';
import { CheckpointLog } from './checkpoint-log.js';
import type { FoundTask } from './discover.js';
import { parseJournalLine } from './journal.js';
import { journalPath, taskPath } from './paths.js';
import { isRunnerLocked } from './runner-lock.js';
import { taskStateOf, type RunnerState } from './runner-state.js';
import type { Sweeper } from './sweeper.js';

export interface OfflineKillOptions {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly sweeper: Sweeper;
}

/** A task that a living agent supervises is the agent's to kill. */
export class SupervisedElsewhere extends Error {
  override readonly name = 'SupervisedElsewhere';
}

/** What `thermos kill` writes for a process that it found alive. */
const KILLED_BY_HAND = -9;

/**
 * Ends a task without its runner: SIGKILL to the runner, records for what is left of each process, SIGKILL to
 * everything of the task, and the last record. No SIGTERM and no finalizing processes, as ever. Resolves when
 * nothing is alive. Throws SupervisedElsewhere, CheckpointError.
 */
export async function killOffline(task: FoundTask, options: OfflineKillOptions): Promise<void> {
  const { fileSystem, clock, sweeper } = options;
  await stopRunner(task, options);
  const log = new CheckpointLog(fileSystem, task.root, task.taskId);
  log.replay(() => undefined);
  const state = taskStateOf(log.state);
  const journal = journalPath(task.root, task.taskId);
  if (state !== undefined && !isTerminalTaskState(state)) {
    const belonging = belongingOf(log.state, fileSystem.exists(journal) ? fileSystem.readText(journal) : '');
    const find = (census: Census): ReturnType<typeof belongingTo> =>
      belongingTo(census, sweeper.table, belonging);
    const alive = await look(sweeper, find);
    log.open();
    writeRecord(log, 'ACTIVE', clock);
    for (const [name, runs] of log.state.processes) {
      const last = runs.at(-1);
      if (!last || isTerminalProcessState(last.state) || last.state === 'WAITING') continue;
      const isAlive = [last.coordinatorPid, last.pid].some((pid) => pid !== undefined && alive.has(pid));
      if (isAlive) {
        const ending = { stopTime: clock.nowMs() / 1000, returnCode: KILLED_BY_HAND };
        log.process(name, 'KILLED', ending, false);
      } else log.process(name, 'LOST', {}, false);
    }
    log.flush();
    await new Promise((done) => {
      sweeper.sweep(find, done);
    });
    writeRecord(log, 'KILLED', clock);
    await new Promise<void>((done) => {
      log.whenDurable(done);
    });
    log.close();
  }
  fileSystem.remove(journal);
  fileSystem.makeDirectory(taskPath(task.root, 'finished', ''));
  fileSystem.rename(task.file, taskPath(task.root, 'finished', task.taskId));
  fileSystem.setModified(taskPath(task.root, 'finished', task.taskId), clock.nowMs());
}

/** SIGKILL to the runner that the last record names, when it really has this checkpoint open. */
async function stopRunner(task: FoundTask, { fileSystem, sweeper }: OfflineKillOptions): Promise<void> {
  const log = new CheckpointLog(fileSystem, task.root, task.taskId);
  log.replay(() => undefined);
  const pid = log.state.statuses.at(-1)?.runnerPid;
  const runner = pid === undefined ? undefined : sweeper.table.lookUp(pid);
  if (!runner || !sweeper.table.openFiles(runner.pid).includes(fileSystem.realpath(task.checkpoint))) return;
  if (!isRunnerLocked(task.checkpoint)) {
    throw new SupervisedElsewhere(
      `${task.taskId} is run by an agent (pid ${runner.pid}), together with other tasks: kill its job instead`,
    );
  }
  await new Promise((done) => {
    sweeper.sweep((census) => [...census.byPid.values()].filter((info) => isSame(info, runner)), done);
  });
}

function isSame(a: { pid: number; startTicks: number }, b: { pid: number; startTicks: number }): boolean {
  return a.pid === b.pid && a.startTicks === b.startTicks;
}

async function look(
  sweeper: Sweeper,
  find: (census: Census) => ReadonlyArray<{ readonly pid: number }>,
): Promise<Set<number>> {
  return new Promise((resolve) => {
    sweeper.inspect((census) => {
      resolve(new Set(find(census).map((info) => info.pid)));
    });
  });
}

function belongingOf(state: RunnerState, journal: string): Belonging {
  const coordinators = new Map<number, number>();
  for (const line of journal.split('\n')) {
    const entry = parseJournalLine(line);
    if (entry?.kind === 'coordinator') coordinators.set(entry.pid, entry.startTicks);
  }
  const shells = new Map<number, number>();
  for (const runs of state.processes.values()) {
    const last = runs.at(-1);
    if (last?.pid === undefined || last.startTime === undefined || isTerminalProcessState(last.state))
      continue;
    shells.set(last.pid, last.startTime);
    // The original's coordinators keep no journal: the session is known, its leader's start is not.
    const { coordinatorPid } = last;
    if (coordinatorPid !== undefined && !coordinators.has(coordinatorPid))
      coordinators.set(coordinatorPid, -1);
  }
  return { coordinators, shells, home: state.header?.sandbox, uid: state.header?.uid ?? 0 };
}

function writeRecord(log: CheckpointLog, state: 'ACTIVE' | 'KILLED', clock: Clock): void {
  log.task(state, clock.nowMs(), process.pid, process.getuid?.() ?? 0);
}
