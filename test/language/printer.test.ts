import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Expression, Statement } from '../../src/language/ast.js';
import { parseExpression, parseModule } from '../../src/language/parser.js';
import { printExpression, printModule } from '../../src/language/printer.js';
import { sameTree } from '../../src/language/same-tree.js';
import { dump } from '../rig/dump-tree.js';
import { expressions, statements } from '../rig/tree-generator.js';

const parse = (text: string): readonly Statement[] => parseModule({ path: 't', text }).body;

describe('properties', () => {
  test('parse(print(expression)) is the expression', () => {
    fc.assert(
      fc.property(expressions(3), (tree) => {
        const text = printExpression(tree);
        const again = parseExpression({ path: 't', text });
        if (!sameTree(tree, again)) expect(`${text}\n${dump(again)}`).toBe(`${text}\n${dump(tree)}`);
      }),
      { numRuns: 600 },
    );
  });

  test('parse(print(program)) is the program', () => {
    fc.assert(
      fc.property(fc.array(statements(2), { minLength: 1, maxLength: 3 }), (body) => {
        const text = printModule({ body: inFunction(body) });
        const again = parse(text);
        const show = (all: readonly Statement[]): string => all.map(dump).join('\n');
        if (!sameTree(inFunction(body), again))
          expect(`${text}\n${show(again)}`).toBe(`${text}\n${show(inFunction(body))}`);
      }),
      { numRuns: 150 },
    );
  });
});

/** Wraps statements so that `return` and `break` are in place. */
function inFunction(body: Statement[]): Statement[] {
  const at = { start: 0, end: 0 };
  const test: Expression = { kind: 'Name', ...at, name: 'a' };
  const parameters = {
    positional: [],
    positionalOnly: 0,
    varArgs: undefined,
    keywordOnly: [],
    varKeywords: undefined,
  };
  const loop: Statement = { kind: 'While', ...at, test, body, orElse: [] };
  return [
    { kind: 'FunctionDefinition', ...at, name: 'f', nameStart: 0, parameters, body: [loop], decorators: [] },
  ];
}

describe('brackets stand where they are needed, and only there', () => {
  test.each([
    ['a + b + c'],
    ['a - (b - c)'],
    ['(a + b) * c'],
    ['(-a) ** b ** -c'],
    ['not (a and b) or c'],
    ['(a < b) < c'],
    ['a if b else c if d else e'],
    ['(a if b else c) if d else e'],
    ['(lambda x: x)(1)'],
    ['f(x for x in y)'],
    ['f((x for x in y), 1)'],
    ['(1).real'],
    ['a[1:2, ::3]'],
    ['a[(), ]'.replace(', ', ',')],
    ["f'{x!r:>{w}} {{}}'"],
    ['[(a, b) for a, b in c if d]'.replace('a, b in', '(a, b) in')],
    ['{**a, b: c}'],
    ["b'\\x00\\xff'"],
    ['"it\'s"'],
  ])('%s', (text) => {
    expect(printExpression(parseExpression({ path: 't', text }))).toBe(text);
  });
});

test('statements print in Python 3 spelling where both have one', () => {
  const text =
    'try:\n  print a,\nexcept E, e:\n  raise X, y\nelse:\n  if a <> b: pass\n  elif c: pass\n  else: x = `y`\n';
  expect(printModule({ body: parse(text) })).toBe(
    'try:\n  print a,\nexcept E as e:\n  raise X, y\nelse:\n  if a != b:\n    pass\n  elif c:\n    pass\n  else:\n    x = repr(y)\n',
  );
});

test.each([
  ['terms', `x = ${'a + '.repeat(5000)}a`],
  ['calls', `x = a${'.b(c)'.repeat(5000)}`],
  ['conditions', `x = ${'a if b else '.repeat(5000)}c`],
  ['branches', `if a:\n  pass\n${'elif b:\n  pass\n'.repeat(5000)}`],
])('a chain of 5,000 %s prints and compares without recursion', (_what, text) => {
  const body = parse(text);
  const printed = printModule({ body });
  expect(printed.trim() === text.trim()).toBe(true);
  expect(sameTree(body, parse(printed))).toBe(true);
});
