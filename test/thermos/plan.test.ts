import { describe, expect, test } from '@jest/globals';
import { parseTask } from '../../src/model/process.js';
import { makePlans } from '../../src/thermos/plan.js';
import { order, P, task } from '../rig/thermos-rig.js';

function problem(processes: unknown[], constraints: unknown[] = []): string | undefined {
  const plans = makePlans(task(processes, { constraints }));
  return plans.ok ? undefined : plans.error;
}

describe('plans that cannot be', () => {
  test('57: an order that mixes known and unknown names, or names nobody', () => {
    expect(problem([P('aa', 'x')], [order('aa', 'ab')])).toBe(
      'Task has invalid plan: Invalid process dependencies! The order aa, ab names ab, which is no process; did you mean aa?',
    );
    expect(problem([P('a', 'x')], [{ order: [] }])).toBe(
      'Task has invalid plan: Invalid process dependencies! An order names no process.',
    );
  });

  test('58: an order of unknown names only is ignored and reported', () => {
    const plans = makePlans(task([P('a', 'x')], { constraints: [order('yy', 'zz')] }));
    expect(plans).toMatchObject({ ok: true, value: { unknownNames: ['yy', 'zz'] } });
  });

  test('an order may not mix final and regular processes', () => {
    expect(problem([P('a', 'x'), P('f', 'x', { final: true })], [order('a', 'f')])).toBe(
      'Task has invalid plan: Invalid process dependencies! The order a, f mixes regular processes with the final process f.',
    );
  });

  test('60: daemons, ephemerals, cycles', () => {
    expect(problem([P('d', 'x', { daemon: true }), P('p', 'x')], [order('d', 'p')])).toBe(
      'Task has invalid plan: Process p may not depend upon daemon process d',
    );
    expect(problem([P('e', 'x', { ephemeral: true }), P('p', 'x')], [order('e', 'p')])).toBe(
      'Task has invalid plan: Non-ephemeral process p may not depend upon ephemeral process e',
    );
    expect(problem([P('a', 'x'), P('b', 'x'), P('c', 'x')], [order('a', 'b', 'c'), order('c', 'b')])).toMatch(
      /^Task has invalid plan: Cycles detected in the task schedule! (b -> c -> b|c -> b -> c)$/,
    );
    expect(problem([P('a', 'x')], [order('a', 'a')])).toBe(
      'Task has invalid plan: Cycles detected in the task schedule! a -> a',
    );
  });

  test('a cycle in a chain of 10,000 is found without recursion', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `p${index}`);
    const processes = names.map((name) => P(name, 'x'));
    expect(problem(processes, [order(...names), order('p9999', 'p0')])).toContain('Cycles detected');
  });
});

describe('tasks that cannot be', () => {
  test.each([
    [
      '59: a name with a dot in front',
      { processes: [P('.a', 'x')] },
      'Task has invalid process: Invalid process name: .a',
    ],
    [
      'a name with a slash',
      { processes: [P('a/b', 'x')] },
      'Task has invalid process: Invalid process name: a/b',
    ],
    ['an empty name', { processes: [P('', 'x')] }, 'Task has invalid process: Invalid process name: '],
    [
      'two of one name, with both places',
      { processes: [P('a', 'x'), P('b', 'x'), P('a', 'y')] },
      'Task has invalid process: processes[0] and processes[2] are both named a',
    ],
    [
      'a missing command',
      { processes: [{ name: 'a' }] },
      'Failed to fully evaluate task: processes[0].cmdline should be a string, nothing was given',
    ],
    [
      'a word for a number',
      { processes: [P('a', 'x', { max_failures: 'lots' })] },
      'Failed to fully evaluate task: processes[0].max_failures should be a number, got lots',
    ],
    [
      'a logger of the wrong kind',
      { processes: [P('a', 'x', { logger: { destination: 'printer' } })] },
      'Logger destination printer is invalid.',
    ],
    [
      'a logger of the wrong mode',
      { processes: [P('a', 'x', { logger: { mode: 'spin' } })] },
      'Logger mode spin is invalid.',
    ],
    [
      'a log of no size',
      { processes: [P('a', 'x', { logger: { mode: 'rotate', rotate: { log_size: 0 } } })] },
      'Log size cannot be less than one byte.',
    ],
    [
      'no backups',
      { processes: [P('a', 'x', { logger: { mode: 'rotate', rotate: { backups: 0 } } })] },
      'Log backups cannot be less than one.',
    ],
    [
      'no list of processes',
      {},
      'Failed to fully evaluate task: processes should be a list of processes, nothing was given',
    ],
    ['no object', 7, 'Failed to fully evaluate task: the task should be an object, got 7'],
  ])('%s', (_, json, message) => {
    const given = typeof json === 'object' ? { name: 't', ...json } : json;
    expect(parseTask(given)).toEqual({ ok: false, error: message });
  });
});
