import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { processGraph } from '../../src/config/process-graph.js';
import { isPlanFailure, planProcesses } from '../../src/config/process-plan.js';
import { resolvePorts } from '../../src/config/port-resolver.js';
import { renderGraphDot, renderGraphMermaid, renderGraphSvg } from '../../src/config/render-graph-files.js';
import { renderGraphText } from '../../src/config/render-graph-text.js';
import { pick } from './config-rig.js';

const graphOf = (names: string, orders: string, more = ''): ReturnType<typeof processGraph> =>
  processGraph(
    pick(
      `[j(task=t(processes=[Process(name=n, cmdline='x') for n in '${names}'.split()]${more}, constraints=${orders}))]`,
    ),
  );

describe('the graph of a job', () => {
  test('leaves out what follows from other edges', () => {
    const graph = graphOf('a b c', `order('a', 'b', 'c') + order('a', 'c')`);
    expect(graph.edges).toEqual([
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
    ]);
    expect(graph.layers).toEqual([['a'], ['b'], ['c']]);
  });

  test.each([
    ['one process', 'a', '[]', 'o  a'],
    ['two that do not wait', 'a b', '[]', 'o  a\no  b'],
    ['a sequence', 'a b', `order('a', 'b')`, 'o  a\no  b'],
    ['a join', 'a b c', `order('a', 'c') + order('b', 'c')`, 'o  a\n│ o  b\n├─┘\no  c'],
    ['a split', 'a b c', `order('a', 'b') + order('a', 'c')`, 'o  a\n├─┐\no │  b\n  o  c'],
    [
      'both',
      'a b c d',
      `order('a', 'b', 'd') + order('a', 'c', 'd')`,
      'o  a\n├─┐\no │  b\n│ o  c\n├─┘\no  d',
    ],
    [
      'a crossing',
      'a b c d e',
      `order('a', 'd') + order('b', 'e') + order('c', 'd')`,
      'o  a\n│ o  b\n│ │ o  c\n├─┼─┘\no │  d\n  o  e',
    ],
  ])('%s in the terminal', (_, names, orders, expected) => {
    expect(renderGraphText(graphOf(names, orders))).toBe(`west/ops/test/web\n${expected}\n`);
  });

  test('as files, with hostile names inert', () => {
    const graph = graphOf(
      'a',
      '[]',
      ` + [Process(name='<script>"x"', cmdline='x', final=True, max_failures=3)]`,
    );
    expect(renderGraphDot(graph)).toContain(
      '"<script>\\"x\\"" [label="<script>\\"x\\"\\n[final]\\n[max_failures 3]"];',
    );
    expect(renderGraphMermaid(graph)).toContain('p1["&lt;script>&quot;x&quot; [final] [max_failures 3]"]');
    const svg = renderGraphSvg(graph);
    expect(svg).toContain('&lt;script&gt;&quot;x&quot; [final] [max_failures 3]');
    expect(svg).not.toContain('<script');
    expect(renderGraphText(graph)).toContain('(when all others have ended)');
  });
});

describe('plans', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const orders = fc.array(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }), {
    maxLength: 5,
  });
  const processes = names.map((name) => ({ name, daemon: false, ephemeral: false }));

  test('exactly the orders without a cycle are plans, and a cycle that is told is one', () => {
    fc.assert(
      fc.property(orders, (given) => {
        const plan = planProcesses(processes, given);
        const before = (name: string): string[] =>
          given.flatMap((order) =>
            order.flatMap((each, at) => (each === name && at > 0 ? [order[at - 1] as string] : [])),
          );
        if (isPlanFailure(plan)) {
          expect(plan.message).toBe('Cycles detected in the task schedule!');
          plan.names.forEach((name, at) => {
            expect(before(name)).toContain(plan.names.at(at - 1));
          });
          return;
        }
        const done = new Set<string>();
        for (let round = 0; round < names.length; round++) {
          for (const name of names) if (before(name).every((each) => done.has(each))) done.add(name);
        }
        expect(done.size).toBe(names.length);
        for (const name of names)
          expect([...(plan.get(name) ?? [])].sort()).toEqual([...new Set(before(name))].sort());
      }),
    );
  });

  test.each([
    [[['a', 'x']], 'Invalid process dependencies!'],
    [[[]], 'Invalid process dependencies!'],
    [[['d', 'a']], 'Process a may not depend upon daemon process d'],
    [[['e', 'a']], 'Non-ephemeral process a may not depend upon ephemeral process e'],
    [[['a', 'a']], 'Cycles detected in the task schedule!'],
  ])('%j is refused', (given, message) => {
    const kinds = [
      { name: 'a', daemon: false, ephemeral: false },
      { name: 'd', daemon: true, ephemeral: false },
      { name: 'e', daemon: false, ephemeral: true },
    ];
    expect(planProcesses(kinds, given)).toMatchObject({ message });
  });

  test('an order of strangers is passed over', () => {
    expect(isPlanFailure(planProcesses(processes, [['x', 'y']]))).toBe(false);
  });
});

describe('port maps', () => {
  test('every name ends at a number or a name that is no alias', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const portmap = fc.dictionary(name, fc.oneof(name, fc.constantFrom('http', '80', 8080, ' 7 ')));
    fc.assert(
      fc.property(portmap, (given) => {
        const entries = new Map<string, string | number>(Object.entries(given));
        try {
          for (const value of resolvePorts(entries).values()) {
            expect(typeof value === 'number' || !entries.has(value)).toBe(true);
          }
        } catch (error) {
          expect((error as Error).message).toBe('Found cycle in portmap!');
        }
      }),
    );
  });
});
