import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CheckpointError } from '../../src/thermos/checkpoint-file.js';
import { makePlans } from '../../src/thermos/plan.js';
import { Planner } from '../../src/thermos/planner.js';
import { order, P, task } from '../rig/thermos-rig.js';

function planner(
  processes: unknown[],
  constraints: unknown[] = [],
  runLimit?: number,
  final = false,
): Planner {
  const plans = makePlans(task(processes, { constraints }));
  if (!plans.ok) throw new Error(plans.error);
  return new Planner(final ? plans.value.finalizing : plans.value.regular, runLimit);
}

const quick = { min_duration: 0 };

describe('order', () => {
  test('14: a process may start when all its predecessors have succeeded', () => {
    const names = ['t1', 't2', 't3', 't4', 't5', 't6'];
    const pairs = [
      order('t1', 't3'),
      order('t1', 't4'),
      order('t2', 't3'),
      order('t2', 't4'),
      order('t3', 't5'),
      order('t4', 't6'),
    ];
    const plan = planner(
      names.map((name) => P(name, 'true', quick)),
      pairs,
    );
    expect([...plan.runnable(0)]).toEqual(['t1', 't2']);
    plan.started('t1');
    plan.started('t2');
    plan.succeeded('t1', 0);
    expect([...plan.runnable(0)]).toEqual([]);
    plan.succeeded('t2', 0);
    expect([...plan.runnable(0)]).toEqual(['t3', 't4']);
    plan.started('t3');
    plan.succeeded('t3', 0);
    expect([...plan.runnable(0)]).toEqual(['t4', 't5']);
  });

  test('10: a failed predecessor blocks for ever: deadlock', () => {
    const plan = planner([P('a', 'exit 1'), P('b', 'true')], [order('a', 'b')]);
    plan.started('a');
    plan.failed('a', 0);
    expect(plan.isDeadlocked).toBe(true);
    expect(plan.isComplete).toBe(false);
    expect(plan.failedCount).toBe(1);
  });

  test('11: no deadlock while an ephemeral process runs', () => {
    const plan = planner(
      [P('a', 'exit 1'), P('b', 'true'), P('e', 'sleep 6', { ephemeral: true })],
      [order('a', 'b')],
    );
    plan.started('e');
    plan.started('a');
    plan.failed('a', 0);
    expect(plan.isDeadlocked).toBe(false);
    plan.succeeded('e', 0);
    expect(plan.isDeadlocked).toBe(true);
  });
});

describe('the end of a run', () => {
  const ends = ['succeeded', 'failed', 'lost'] as const;
  const kinds = {
    plain: {},
    'max_failures 2': { max_failures: 2 },
    'max_failures 0': { max_failures: 0 },
    daemon: { daemon: true },
    ephemeral: { ephemeral: true },
    'ephemeral daemon': { ephemeral: true, daemon: true },
  } as const;
  const expected: Record<keyof typeof kinds, Record<(typeof ends)[number], string>> = {
    plain: { succeeded: 'finished', failed: 'failed', lost: 'waiting' },
    'max_failures 2': { succeeded: 'finished', failed: 'waiting', lost: 'waiting' },
    'max_failures 0': { succeeded: 'finished', failed: 'waiting', lost: 'waiting' },
    daemon: { succeeded: 'waiting', failed: 'failed', lost: 'waiting' },
    ephemeral: { succeeded: 'finished', failed: 'finished', lost: 'waiting' },
    'ephemeral daemon': { succeeded: 'waiting', failed: 'finished', lost: 'waiting' },
  };
  for (const [kind, fields] of Object.entries(kinds)) {
    for (const end of ends) {
      const standing = expected[kind as keyof typeof kinds][end];
      test(`${kind} ${end}: ${standing}`, () => {
        const plan = planner([P('p', 'x', fields)]);
        plan.started('p');
        plan[end]('p', 0);
        expect(plan.standingOf('p')).toBe(standing);
      });
      test(`${kind} ${end} at the run limit: ${end === 'failed' && 'ephemeral' in fields ? 'finished' : 'failed'}`, () => {
        const plan = planner([P('p', 'x', fields)], [], 1);
        plan.started('p');
        plan[end]('p', 0);
        // A failure limit that is reached first counts first.
        expect(plan.standingOf('p')).toBe(end === 'failed' && 'ephemeral' in fields ? 'finished' : 'failed');
      });
    }
  }

  test('min_duration counts from the end of the run', () => {
    const plan = planner([P('p', 'x', { max_failures: 0, min_duration: 5 })]);
    plan.started('p');
    plan.failed('p', 1000);
    expect(plan.nextReadyMs()).toBe(6000);
    expect([...plan.runnable(5999)]).toEqual([]);
    expect([...plan.runnable(6000)]).toEqual(['p']);
    expect(plan.nextReadyMs()).toBeUndefined();
  });

  test('the second failure of two ends it; kills in between do not count', () => {
    const plan = planner([P('p', 'x', { ...quick, max_failures: 2 })]);
    const ends = ['failed', 'lost', 'lost', 'failed'] as const;
    for (const [index, end] of ends.entries()) {
      expect([...plan.runnable(index)]).toEqual(['p']);
      plan.started('p');
      plan[end]('p', index);
    }
    expect(plan.standingOf('p')).toBe('failed');
  });

  test('7: the run limit of 100 fails a process that may retry for ever', () => {
    const plan = planner([P('a', 'exit 1', { ...quick, max_failures: 0 })], [], 100);
    let runs = 0;
    while ([...plan.runnable(runs)].length > 0) {
      plan.started('a');
      plan.failed('a', runs);
      runs += 1;
    }
    expect(runs).toBe(100);
    expect(plan.isComplete).toBe(true);
    expect(plan.failedCount).toBe(1);
  });
});

describe('completeness', () => {
  test('an empty plan and one of ephemerals only are complete at once', () => {
    expect(planner([P('f', 'x', { final: true })]).isComplete).toBe(true);
    expect(planner([P('e', 'x', { ephemeral: true })]).isComplete).toBe(true);
  });

  test('ephemeral daemons do not hold it up, other daemons do', () => {
    const plan = planner([P('m', 'x'), P('d', 'x', { daemon: true })]);
    plan.started('m');
    plan.succeeded('m', 0);
    expect(plan.isComplete).toBe(false);
    const other = planner([P('m', 'x'), P('d', 'x', { daemon: true, ephemeral: true })]);
    other.started('m');
    other.succeeded('m', 0);
    expect(other.isComplete).toBe(true);
  });

  test('a withdrawn start may be made again', () => {
    const plan = planner([P('m', 'x')]);
    plan.started('m');
    plan.withdrawn('m');
    expect([...plan.runnable(0)]).toEqual(['m']);
    expect(plan.runningCount).toBe(0);
  });
});

describe('size', () => {
  test('a chain of 10,000 and a fan of 10,000 take no more steps than they have processes', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `p${index}`);
    const processes = names.map((name) => P(name, 'true', quick));
    const chain = planner(processes, [order(...names)]);
    for (const name of names) {
      if ([...chain.runnable(0)].join() !== name) throw new Error(`${name} is not the next one`);
      chain.started(name);
      chain.succeeded(name, 0);
    }
    expect(chain.isComplete).toBe(true);

    const fan = planner(
      processes,
      names.slice(1).map((name) => order('p0', name)),
    );
    fan.started('p0');
    fan.succeeded('p0', 0);
    expect([...fan.runnable(0)]).toHaveLength(9999);
  });
});

describe('any graph, any luck', () => {
  test('it ends, nobody starts before his predecessors, nobody runs twice at once', () => {
    const scenario = fc.record({
      size: fc.integer({ min: 1, max: 8 }),
      edges: fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 12 }),
      kinds: fc.array(fc.record({ max_failures: fc.nat(3), ephemeral: fc.boolean() }), {
        minLength: 8,
        maxLength: 8,
      }),
      luck: fc.array(fc.constantFrom('succeeded', 'failed', 'lost'), { minLength: 1, maxLength: 40 }),
      picks: fc.array(fc.nat(100), { minLength: 1, maxLength: 40 }),
    });
    fc.assert(
      fc.property(scenario, ({ size, edges, kinds, luck, picks }) => {
        // An edge always leads from a lower to a higher number, to an ephemeral one if it comes from one: no cycles.
        const constraints = edges
          .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
          .filter(([a, b]) => a !== b && b < size && (!kinds[a]?.ephemeral || kinds[b]?.ephemeral));
        const processes = kinds
          .slice(0, size)
          .map((kind, index) => P(`p${index}`, 'x', { ...quick, ...kind }));
        const plan = planner(
          processes,
          constraints.map(([a, b]) => order(`p${a}`, `p${b}`)),
          20,
        );
        const running: string[] = [];
        for (let step = 0; ; step++) {
          if (step > 2000) throw new Error('it does not end');
          const next = plan.runnable(step);
          for (const name of next) {
            if (running.includes(name)) throw new Error(`${name} runs twice at once`);
            for (const [a, b] of constraints) {
              if (`p${b}` === name && plan.standingOf(`p${a}`) !== 'finished')
                throw new Error(`${name} is early`);
            }
            plan.started(name);
            running.push(name);
          }
          if (running.length === 0) break;
          const [name] = running.splice((picks[step % picks.length] ?? 0) % running.length, 1);
          plan[luck[step % luck.length] ?? 'succeeded'](name ?? '', step);
        }
        expect(plan.isComplete || plan.isDeadlocked).toBe(true);
      }),
    );
  });
});

describe('what records that contradict each other say', () => {
  test.each(['succeeded', 'failed', 'lost'] as const)('%s of what does not run is damage', (event) => {
    const plan = planner([P('a', 'true', quick)]);
    expect(() => {
      plan[event]('a', 0);
    }).toThrow(CheckpointError);
    plan.started('a');
    plan.succeeded('a', 0);
    expect(() => {
      plan[event]('a', 0);
    }).toThrow('The records of a contradict each other: a run ended that the plan holds for finished');
  });
});
