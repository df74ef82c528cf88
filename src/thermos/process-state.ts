import type { ProcessState } from '../model/process.js';

/**
 * The states of one process over all its runs:
 *
 *     (none) -> WAITING -> FORKED -> RUNNING -> SUCCESS | FAILED | KILLED | LOST -> WAITING ...
 *                  |          '-> KILLED | LOST
 *                  '-> FAILED                    the run could not be started
 */
const NEXT: Readonly<Record<ProcessState | 'NONE', readonly ProcessState[]>> = {
  NONE: ['WAITING'],
  WAITING: ['FORKED', 'FAILED'],
  FORKED: ['RUNNING', 'KILLED', 'LOST'],
  RUNNING: ['SUCCESS', 'FAILED', 'KILLED', 'LOST'],
  SUCCESS: ['WAITING'],
  FAILED: ['WAITING'],
  KILLED: ['WAITING'],
  LOST: ['WAITING'],
};

export function isProcessTransition(from: ProcessState | undefined, to: ProcessState): boolean {
  return NEXT[from ?? 'NONE'].includes(to);
}
