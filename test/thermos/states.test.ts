import { describe, expect, test } from '@jest/globals';
import { PROCESS_STATES, TASK_STATES, type ProcessState, type TaskState } from '../../src/model/process.js';
import { isProcessTransition } from '../../src/thermos/process-state.js';
import { nextStage, type NextStage, type StageFacts } from '../../src/thermos/task-stage.js';

describe('process states', () => {
  const allowed = new Set([
    'NONE WAITING',
    'WAITING FORKED',
    'WAITING FAILED',
    'FORKED RUNNING',
    'FORKED KILLED',
    'FORKED LOST',
    'RUNNING SUCCESS',
    'RUNNING FAILED',
    'RUNNING KILLED',
    'RUNNING LOST',
    'SUCCESS WAITING',
    'FAILED WAITING',
    'KILLED WAITING',
    'LOST WAITING',
  ]);
  const froms: Array<ProcessState | undefined> = [undefined, ...PROCESS_STATES];
  for (const from of froms) {
    for (const to of PROCESS_STATES) {
      const name = `${from ?? 'NONE'} ${to}`;
      test(`${name}: ${allowed.has(name) ? 'yes' : 'no'}`, () => {
        expect(isProcessTransition(from, to)).toBe(allowed.has(name));
      });
    }
  }
});

/** Every state with every combination of facts: 7 times 64. */
describe('task stages', () => {
  const names = ['healthy', 'planOver', 'starting', 'forced', 'quiet', 'timeUp'] as const;
  const expected = (state: TaskState, facts: StageFacts): NextStage => {
    const ends = facts.forced || !facts.healthy || (facts.planOver && !facts.starting);
    if (state === 'ACTIVE') return ends ? 'CLEANING' : 'STAY';
    if (state === 'CLEANING' && facts.timeUp) return 'TERMINAL';
    if (state === 'CLEANING') return facts.quiet ? 'FINALIZING' : 'STAY';
    if (state === 'FINALIZING') return facts.timeUp || facts.planOver ? 'TERMINAL' : 'STAY';
    return 'STAY';
  };
  for (const state of TASK_STATES) {
    test(state, () => {
      for (let bits = 0; bits < 2 ** names.length; bits++) {
        const facts = Object.fromEntries(
          names.map((name, index) => [name, ((bits >> index) & 1) === 1]),
        ) as unknown as StageFacts;
        expect([facts, nextStage(state, facts)]).toEqual([facts, expected(state, facts)]);
      }
    });
  }
});
