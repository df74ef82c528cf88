import type { TaskState } from '../model/process.js';
import type { RunnerEvent } from '../thermos/task-runner-options.js';
import type { TerminalCheck } from './status-chain.js';

/** What a task reports when its runner has ended by itself (Aurora's executor, by last state). */
export function endOfRunner(state: TaskState, causeOf: () => string | undefined): TerminalCheck {
  switch (state) {
    case 'SUCCESS':
      return { kind: 'TERMINAL', status: 'FINISHED', message: 'Task finished.' };
    case 'FAILED':
      return { kind: 'TERMINAL', status: 'FAILED', message: taskFailed(causeOf()) };
    case 'KILLED':
      return { kind: 'TERMINAL', status: 'KILLED', message: 'Task killed.' };
    case 'LOST':
      return { kind: 'TERMINAL', status: 'LOST', message: 'Task lost.' };
    case 'ACTIVE':
      return { kind: 'TERMINAL', status: 'LOST', message: 'Runner died while task was active.' };
    case 'CLEANING':
    case 'FINALIZING':
      return { kind: 'TERMINAL', status: 'LOST', message: 'Task checkpoint could not be read.' };
  }
}

function taskFailed(cause: string | undefined): string {
  return cause === undefined ? 'Task failed.' : `Task failed. (${cause})`;
}

/** An end with what its runner has to say about it. */
export function withNote(check: TerminalCheck, note: string | undefined): TerminalCheck {
  return note === undefined ? check : { ...check, message: `${check.message} (${note})` };
}

/** Why a command never came to run, as far as that can be told; an exit code of its own says enough. */
export function causeOfFailure(event: Extract<RunnerEvent, { kind: 'process' }>): string | undefined {
  const { name, returnCode, reason } = event;
  const shellSays = reason?.replace(/^(?:\/bin\/)?sh: (?:line )?(?:\d+: )?/, '').slice(0, LONGEST_REASON);
  const known = returnCode === 127 ? 'command not found' : 'the command cannot be executed';
  if (shellSays === undefined && returnCode !== 127 && returnCode !== 126) return undefined;
  return `process ${name}: ${shellSays ?? `exit status ${returnCode}, ${known}; see its stderr`}`;
}

const LONGEST_REASON = 500;

export function memoryLimitExceeded(limitBytes: number, peakBytes: number | undefined): TerminalCheck {
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)}MB`;
  return {
    kind: 'TERMINAL',
    status: 'FAILED',
    message: `Memory limit exceeded: Requested: ${megabytes(limitBytes)} Maximum Used: ${megabytes(peakBytes ?? limitBytes)}`,
    reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
  };
}

export function diskLimitExceeded(limitBytes: number, usedBytes: number): TerminalCheck {
  return {
    kind: 'TERMINAL',
    status: 'FAILED',
    message: `Disk limit exceeded.  Reserved ${limitBytes} bytes vs used ${usedBytes} bytes.`,
    reason: 'REASON_CONTAINER_LIMITATION_DISK',
  };
}

/** The original's words, and behind them what it was that did not work. */
export function announceTimedOut(problem: string): TerminalCheck {
  return {
    kind: 'TERMINAL',
    status: 'FAILED',
    message: `Creating Announcer Serverset timed out. (${problem})`,
  };
}
