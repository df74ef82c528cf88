import { describe, expect, it } from '@jest/globals';
import { DiagnosticError, renderDiagnostic } from '../../src/base/diagnostic.js';
import { evaluate } from '../../src/language/evaluate.js';
import { ESCAPE_ATTEMPTS } from '../rig/escape-attempts.js';
import { testHost } from '../rig/language-host.js';

/** Words that only the machinery under the language would say. */
const JAVASCRIPT =
  /TypeError: Cannot|is not a function|undefined \(reading|\[object |node:internal|at .*\.[jt]s:\d|\[native code\]|Symbol\(/;

describe('escape attempts', () => {
  it('are many', () => {
    expect(ESCAPE_ATTEMPTS.length).toBeGreaterThan(500);
  });

  it('all end in one diagnostic that says nothing of JavaScript', () => {
    const wrong: string[] = [];
    for (const text of ESCAPE_ATTEMPTS) {
      const attempt = text.split('\n').at(-2) ?? '';
      try {
        evaluate({ path: 'main.aurora', text }, { host: testHost() });
        wrong.push(`ran to its end: ${attempt}`);
      } catch (error) {
        if (!(error instanceof DiagnosticError)) wrong.push(`${String(error)}: ${attempt}`);
        else {
          const shown = error.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n');
          if (JAVASCRIPT.test(shown)) wrong.push(`${shown}: ${attempt}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('change nothing outside', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'x']) {
      const text = [
        `d = {'${name}': 1}`,
        `d['${name}'] = {'x': 2}`,
        `d.update({'${name}': 3})`,
        'class K(object): pass',
        `k = K()`,
        `setattr(k, '${name}', 4)`,
        `assert getattr(k, '${name}') == 4 and d == {'${name}': 3}`,
        `def f(**kw): return kw`,
        `assert f(**{'${name}': 5}) == {'${name}': 5}`,
        `import json`,
        `assert json.loads('{"${name}": {"x": 1}}')['${name}']['x'] == 1`,
        `assert '%(${name})s {${name}}'.format(**{'${name}': 6}) % {'${name}': 7} == '7 6'`,
      ].join('\n');
      expect(() => evaluate({ path: 'main.aurora', text }, { host: testHost() })).not.toThrow();
    }
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});
