import type { TaskState } from '../model/process.js';
import type { TerminalCheck } from './status-chain.js';

/** What a task reports when its runner has ended by itself (Aurora's executor, by last state). */
export function endOfRunner(state: TaskState): TerminalCheck {
  switch (state) {
    case 'SUCCESS':
      return { kind: 'TERMINAL', status: 'FINISHED', message: 'Task finished.' };
    case 'FAILED':
      return { kind: 'TERMINAL', status: 'FAILED', message: 'Task failed.' };
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
