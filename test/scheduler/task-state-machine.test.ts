import { describe, expect, test } from '@jest/globals';
import {
  TASK_STATES,
  transition,
  unknownTaskTransition,
  type TaskFacts,
  type TaskState,
} from '../../src/scheduler/task-state-machine.js';

const TASK: TaskFacts = {
  state: 'RUNNING',
  isService: false,
  maxTaskFailures: 1,
  failureCount: 0,
  taskEvents: [],
};

/** Every pair that is allowed, with its effects for a batch task that may fail once, written out by hand. */
const ALLOWED: Readonly<Record<string, string>> = {
  'INIT PENDING': 'SAVE',
  'INIT THROTTLED': 'SAVE',
  'THROTTLED PENDING': 'SAVE',
  'THROTTLED KILLING': 'DELETE',
  'PENDING ASSIGNED': 'SAVE',
  'PENDING KILLING': 'DELETE',
  'ASSIGNED STARTING': 'SAVE',
  'ASSIGNED RUNNING': 'SAVE',
  'ASSIGNED FINISHED': 'SAVE',
  'ASSIGNED FAILED': 'FAIL SAVE',
  'ASSIGNED RESTARTING': 'SAVE KILL',
  'ASSIGNED DRAINING': 'SAVE KILL',
  'ASSIGNED PREEMPTING': 'SAVE KILL',
  'ASSIGNED KILLING': 'SAVE KILL',
  'ASSIGNED KILLED': 'SAVE RESCHEDULE',
  'ASSIGNED LOST': 'SAVE RESCHEDULE KILL',
  'STARTING RUNNING': 'SAVE',
  'STARTING FINISHED': 'SAVE',
  'STARTING FAILED': 'FAIL SAVE',
  'STARTING RESTARTING': 'SAVE KILL',
  'STARTING DRAINING': 'SAVE KILL',
  'STARTING PREEMPTING': 'SAVE KILL',
  'STARTING KILLING': 'SAVE KILL',
  'STARTING KILLED': 'SAVE RESCHEDULE',
  'STARTING LOST': 'SAVE RESCHEDULE',
  'STARTING PARTITIONED': 'SAVE',
  'RUNNING FINISHED': 'SAVE',
  'RUNNING FAILED': 'FAIL SAVE',
  'RUNNING RESTARTING': 'SAVE KILL',
  'RUNNING DRAINING': 'SAVE KILL',
  'RUNNING PREEMPTING': 'SAVE KILL',
  'RUNNING KILLING': 'SAVE KILL',
  'RUNNING KILLED': 'SAVE RESCHEDULE',
  'RUNNING LOST': 'SAVE RESCHEDULE',
  'RUNNING PARTITIONED': 'SAVE',
  'PARTITIONED ASSIGNED': 'SAVE',
  'PARTITIONED STARTING': 'SAVE',
  'PARTITIONED RUNNING': 'SAVE',
  'PARTITIONED FINISHED': 'SAVE',
  'PARTITIONED FAILED': 'FAIL SAVE',
  'PARTITIONED KILLED': 'SAVE RESCHEDULE',
  'PARTITIONED LOST': 'SAVE RESCHEDULE KILL',
  'PARTITIONED RESTARTING': 'SAVE LOST',
  'PARTITIONED DRAINING': 'SAVE LOST',
  'PARTITIONED PREEMPTING': 'SAVE LOST',
  'PARTITIONED KILLING': 'SAVE LOST',
  ...Object.fromEntries(
    ['PREEMPTING', 'RESTARTING', 'DRAINING'].flatMap((from) => [
      [`${from} FINISHED`, 'SAVE RESCHEDULE'],
      [`${from} FAILED`, 'SAVE RESCHEDULE'],
      [`${from} KILLED`, 'SAVE RESCHEDULE'],
      [`${from} KILLING`, 'SAVE'],
      [`${from} LOST`, 'SAVE RESCHEDULE KILL'],
      [`${from} PARTITIONED`, 'SAVE LOST'],
    ]),
  ),
  'KILLING FINISHED': 'SAVE',
  'KILLING FAILED': 'SAVE',
  'KILLING KILLED': 'SAVE',
  'KILLING LOST': 'SAVE',
  'KILLING PARTITIONED': 'SAVE LOST',
  'KILLING DELETED': 'DELETE',
  'FINISHED DELETED': 'DELETE',
  'FAILED DELETED': 'DELETE',
  'KILLED DELETED': 'DELETE',
  'LOST DELETED': 'DELETE',
};

const SHORT = new Map([
  ['INCREMENT_FAILURES', 'FAIL'],
  ['SAVE_STATE', 'SAVE'],
  ['TRANSITION_TO_LOST', 'LOST'],
]);

function effects(task: TaskFacts, to: TaskState): string {
  return transition(task, to)
    .effects.map((effect) => SHORT.get(effect) ?? effect)
    .join(' ');
}

describe('every state times every state', () => {
  const pairs = TASK_STATES.flatMap((from) => TASK_STATES.map((to) => [from, to] as const));

  test.each(pairs)('%s to %s', (from, to) => {
    const { result } = transition({ ...TASK, state: from }, to);
    const wanted = ALLOWED[`${from} ${to}`];
    if (from === to) {
      expect(result).toBe('NOOP');
    } else if (wanted !== undefined) {
      expect([result, effects({ ...TASK, state: from }, to)]).toEqual(['SUCCESS', wanted]);
    } else {
      const shouldDie = [
        'KILLING',
        'FINISHED',
        'FAILED',
        'KILLED',
        'LOST',
        'DELETED',
        'PREEMPTING',
        'RESTARTING',
        'DRAINING',
      ].includes(from);
      const kills = shouldDie && ['ASSIGNED', 'STARTING', 'RUNNING'].includes(to);
      expect([result, effects({ ...TASK, state: from }, to)]).toEqual(
        kills ? ['ILLEGAL_WITH_SIDE_EFFECTS', 'KILL'] : ['ILLEGAL', ''],
      );
    }
  });
});

describe('rescheduling', () => {
  test('a service comes back whatever its end', () => {
    for (const from of ['ASSIGNED', 'STARTING', 'RUNNING', 'PARTITIONED'] as const)
      for (const to of ['FINISHED', 'FAILED', 'KILLED', 'LOST'] as const)
        expect(effects({ ...TASK, state: from, isService: true }, to)).toContain('RESCHEDULE');
  });

  test('a batch task comes back from a failure as often as it may fail', () => {
    const fails = (maxTaskFailures: number, failureCount: number): boolean =>
      effects({ ...TASK, maxTaskFailures, failureCount }, 'FAILED').includes('RESCHEDULE');
    expect([fails(1, 0), fails(2, 0), fails(2, 1), fails(3, 1), fails(-1, 99)]).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  test('nobody brings back what somebody asked to kill', () => {
    const task: TaskFacts = { ...TASK, state: 'PARTITIONED', isService: true };
    expect(effects({ ...task, taskEvents: [{ status: 'KILLING' }] }, 'LOST')).toBe('SAVE KILL');
    expect(effects({ ...task, taskEvents: [{ status: 'RUNNING' }] }, 'LOST')).toBe('SAVE RESCHEDULE KILL');
  });

  test('an unknown task that lives is killed, one that ended is ignored', () => {
    expect(unknownTaskTransition('RUNNING').effects).toEqual(['KILL']);
    expect(unknownTaskTransition('FINISHED').effects).toEqual([]);
  });
});
