import { TERMINAL_STATES, type ScheduleStatus, type TaskEvent } from '../model/scheduled-task.js';

/**
 * The life of one task, Aurora's own machine. Rescheduling makes a new task; this one never comes back.
 *
 *                 THROTTLED ---+
 *                     |        |                        user, drain, preemption
 *     (new) ----> PENDING --> ASSIGNED --> STARTING --> RUNNING -----------------> RESTARTING, DRAINING,
 *                     |          |            |            |  ^                    PREEMPTING, KILLING
 *                  (deleted)     |            +---------+  |  |                           |
 *                                v                      v  v  |                           v
 *                       FINISHED, FAILED, KILLED, LOST <-- PARTITIONED <------------------+
 *                                |
 *                            (deleted)
 *
 * The table holds, for each pair that is allowed, what happens besides:
 *
 *     F  the failure counts                      K  the agent is told to kill it
 *     R  a new task takes its place              L  it moves on to LOST at once
 *     s  R when it is a service                  D  it is forgotten; nothing is saved
 *     m  R when the failure rule allows          u  R unless somebody asked to kill it
 *
 * Two pairs differ from Aurora's, which left an instance dead for ever: a service that finishes while
 * partitioned is replaced, and a partitioned task may be reported killed.
 */
export type TaskState = ScheduleStatus | 'DELETED';

export const TASK_STATES: readonly TaskState[] = [
  'INIT',
  'THROTTLED',
  'PENDING',
  'ASSIGNED',
  'STARTING',
  'RUNNING',
  'PREEMPTING',
  'RESTARTING',
  'DRAINING',
  'KILLING',
  'PARTITIONED',
  'FINISHED',
  'FAILED',
  'KILLED',
  'LOST',
  'DELETED',
];

type Row = Readonly<Partial<Record<TaskState, string>>>;

const INTERRUPTED: Row = {
  FINISHED: 'R',
  FAILED: 'R',
  KILLED: 'R',
  KILLING: '',
  LOST: 'KR',
  PARTITIONED: 'L',
};

const OVER: Row = { DELETED: 'D' };

export const TRANSITIONS: Readonly<Record<TaskState, Row>> = {
  INIT: { PENDING: '', THROTTLED: '' },
  THROTTLED: { PENDING: '', KILLING: 'D' },
  PENDING: { ASSIGNED: '', KILLING: 'D' },
  ASSIGNED: {
    STARTING: '',
    RUNNING: '',
    FINISHED: 's',
    FAILED: 'Fm',
    RESTARTING: 'K',
    DRAINING: 'K',
    PREEMPTING: 'K',
    KILLING: 'K',
    KILLED: 'R',
    LOST: 'RK',
  },
  STARTING: {
    RUNNING: '',
    FINISHED: 's',
    FAILED: 'Fm',
    RESTARTING: 'K',
    DRAINING: 'K',
    PREEMPTING: 'K',
    KILLING: 'K',
    KILLED: 'R',
    LOST: 'R',
    PARTITIONED: '',
  },
  RUNNING: {
    FINISHED: 's',
    FAILED: 'Fm',
    RESTARTING: 'K',
    DRAINING: 'K',
    PREEMPTING: 'K',
    KILLING: 'K',
    KILLED: 'R',
    LOST: 'R',
    PARTITIONED: '',
  },
  PARTITIONED: {
    ASSIGNED: '',
    STARTING: '',
    RUNNING: '',
    FINISHED: 's',
    FAILED: 'Fm',
    KILLED: 'u',
    LOST: 'Ku',
    RESTARTING: 'L',
    DRAINING: 'L',
    PREEMPTING: 'L',
    KILLING: 'L',
  },
  PREEMPTING: INTERRUPTED,
  RESTARTING: INTERRUPTED,
  DRAINING: INTERRUPTED,
  KILLING: { FINISHED: '', FAILED: '', KILLED: '', LOST: '', PARTITIONED: 'L', DELETED: 'D' },
  FINISHED: OVER,
  FAILED: OVER,
  KILLED: OVER,
  LOST: OVER,
  DELETED: {},
};

/** Reported by an agent for a task that should be gone: not a state to take, but it must be killed. */
const ALIVE: ReadonlySet<TaskState> = new Set<TaskState>(['ASSIGNED', 'STARTING', 'RUNNING']);

const SHOULD_DIE: ReadonlySet<TaskState> = new Set<TaskState>([
  'PREEMPTING',
  'RESTARTING',
  'DRAINING',
  'KILLING',
  'DELETED',
  ...TERMINAL_STATES,
]);

export type StateChangeResult =
  'NOOP' | 'SUCCESS' | 'ILLEGAL' | 'ILLEGAL_WITH_SIDE_EFFECTS' | 'INVALID_CAS_STATE';

/** What somebody must do because of a transition, in the order in which it is done. */
export type SideEffect =
  'INCREMENT_FAILURES' | 'SAVE_STATE' | 'RESCHEDULE' | 'TRANSITION_TO_LOST' | 'KILL' | 'DELETE';

export interface Transition {
  readonly result: StateChangeResult;
  readonly effects: readonly SideEffect[];
}

/** What the conditions in the table look at. */
export interface TaskFacts {
  readonly state: TaskState;
  readonly isService: boolean;
  /** -1: may fail without end. */
  readonly maxTaskFailures: number;
  /** Failures before this one. */
  readonly failureCount: number;
  /** Whether KILLING is among them: somebody has asked for its end. */
  readonly taskEvents: ReadonlyArray<Pick<TaskEvent, 'status'>>;
}

export function transition(task: TaskFacts, to: TaskState): Transition {
  if (task.state === to) return NOOP;
  const letters = TRANSITIONS[task.state][to];
  if (letters === undefined) return SHOULD_DIE.has(task.state) && ALIVE.has(to) ? ILLEGAL_KILL : ILLEGAL;
  const { rule, replaced, alone } = outcomesOf(letters);
  return reschedules(rule, task) ? replaced : alone;
}

/** A status report for a task that the store does not have. */
export function unknownTaskTransition(reported: TaskState): Transition {
  return TERMINAL_STATES.has(reported as ScheduleStatus) ? ILLEGAL : ILLEGAL_KILL;
}

const NOOP: Transition = { result: 'NOOP', effects: [] };
const ILLEGAL: Transition = { result: 'ILLEGAL', effects: [] };
const ILLEGAL_KILL: Transition = { result: 'ILLEGAL_WITH_SIDE_EFFECTS', effects: ['KILL'] };

/** What a cell of the table can come to; made once, for a busy cluster asks thousands of times a second. */
interface Outcomes {
  readonly rule: ReschedulingRule;
  readonly replaced: Transition;
  readonly alone: Transition;
}

/** The letter of the table that says when a new task takes the place of this one. */
type ReschedulingRule = 'R' | 's' | 'm' | 'u' | undefined;

const RULES = ['R', 's', 'm', 'u'] as const;

const outcomes = new Map<string, Outcomes>();

function outcomesOf(letters: string): Outcomes {
  const known = outcomes.get(letters);
  if (known) return known;
  const made: Outcomes = {
    rule: RULES.find((rule) => letters.includes(rule)),
    replaced: { result: 'SUCCESS', effects: effectsOf(letters, true) },
    alone: { result: 'SUCCESS', effects: effectsOf(letters, false) },
  };
  outcomes.set(letters, made);
  return made;
}

function effectsOf(letters: string, rescheduled: boolean): SideEffect[] {
  if (letters === 'D') return ['DELETE'];
  const effects: SideEffect[] = [];
  if (letters.includes('F')) effects.push('INCREMENT_FAILURES');
  effects.push('SAVE_STATE');
  if (rescheduled) effects.push('RESCHEDULE');
  if (letters.includes('L')) effects.push('TRANSITION_TO_LOST');
  if (letters.includes('K')) effects.push('KILL');
  return effects;
}

function reschedules(rule: ReschedulingRule, task: TaskFacts): boolean {
  switch (rule) {
    case 'R':
      return true;
    case 's':
      return task.isService;
    case 'm':
      return mayFailAgain(task);
    case 'u':
      return !task.taskEvents.some(({ status }) => status === 'KILLING');
    case undefined:
      return false;
  }
}

function mayFailAgain(task: TaskFacts): boolean {
  return task.isService || task.maxTaskFailures === -1 || task.failureCount < task.maxTaskFailures - 1;
}
