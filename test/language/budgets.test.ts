import { describe, expect, it } from '@jest/globals';
import { positionAt } from '../../src/base/source.js';
import { systemClock } from '../../src/base/clock.js';
import { HUNGRY } from '../rig/hungry-programs.js';
import { testHost } from '../rig/language-host.js';
import { runProgram } from '../rig/run-program.js';

describe('programs that never end or never fit', () => {
  it.each(
    HUNGRY.map(
      ([program, message]) => [program.slice(0, 70).replaceAll('\n', '; '), program, message] as const,
    ),
  )('%s', (_name, program, message) => {
    // A tenth of the default steps keeps this short; the messages are the same.
    const { diagnostics } = runProgram(program, { budgets: { steps: 1_000_000 } });
    expect(diagnostics.map((diagnostic) => diagnostic.message).join('\n')).toMatch(message);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.span?.file.path).toBe('main.aurora');
  });
});

describe('budgets', () => {
  it('names the line that exceeds one', () => {
    const { diagnostics } = runProgram('x = 1\nwhile True:\n  x = x + 1\n', { budgets: { steps: 1000 } });
    const span = diagnostics[0]?.span;
    expect(diagnostics[0]?.code).toBe('budget-steps');
    expect(span && positionAt(span.file, span.start).line).toBe(3);
  });

  it('counts wall time on the injected clock', () => {
    let ms = 0;
    const clock = { ...systemClock, monotonicMs: () => (ms += 1000) };
    const { diagnostics } = runProgram('while True: pass', { host: testHost({ clock }) });
    expect(diagnostics[0]?.code).toBe('budget-wall-ms');
  });

  it('lets a long sum of terms and a long chain of elif through', () => {
    const sum = `x = ${Array.from({ length: 20_000 }, (_, i) => i).join(' + ')}\nassert x == 199990000\n`;
    const chain = `y = 4999\nif y == 0: z = 0\n${Array.from({ length: 5000 }, (_, i) => `elif y == ${i}: z = ${i}\n`).join('')}assert z == 4999\n`;
    expect(runProgram(sum).diagnostics).toEqual([]);
    expect(runProgram(chain).diagnostics).toEqual([]);
  });

  it('does not mind building a long text piece by piece', () => {
    const program =
      "s = ''\nfor i in xrange(100000): s += 'a line of some text\\n'\nassert len(s) == 2000000\n";
    expect(runProgram(program).diagnostics).toEqual([]);
  });

  it('limits depth by option', () => {
    const program = 'def f(n): return 0 if n == 0 else f(n - 1)\nf(20)';
    expect(runProgram(program, { budgets: { depth: 30 } }).diagnostics).toEqual([]);
    expect(runProgram(program, { budgets: { depth: 10 } }).diagnostics[0]?.code).toBe('budget-depth');
  });
});
