import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DiagnosticError } from '../../src/base/diagnostic.js';
import fc from 'fast-check';
import { Escape, parseTemplate } from '../../src/pystachio/template.js';
import { errorOf, run, textOf } from './evaluate-names.js';

/** The parts of a text: references as [address], escapes as {name}. */
function parts(text: string): unknown[] {
  const template = parseTemplate(text);
  if (!template) return [text];
  return template.parts.map((part) => {
    if (typeof part === 'string') return part;
    return part instanceof Escape ? { escape: part.name } : [part.address];
  });
}

describe('tags', () => {
  test.each([
    ['plain', ['plain']],
    ['a {{b}} c', ['a ', ['b'], ' c']],
    ['{{a}}{{b}}', [['a'], ['b']]],
    ['a{{}}b', ['a{{}}b']],
    ['{{a}', ['{{a}']],
    ['{{', ['{{']],
    ['}}', ['}}']],
    ['{{{v}}}', ['{', ['v'], '}']],
    ['{{{{v}}}}', ['{{', ['v'], '}}']],
    ['{{a[{{i}}]}}', ['{{a[', ['i'], ']}}']],
    ['{{&v}}', [{ escape: 'v' }]],
    ['{{&v&}}', [{ escape: 'v' }]],
    ['{{&&v}}', [{ escape: '&v' }]],
    ['{{.a}}', [['a']]],
    ['{{a.b[0][c]}}', [['a.b[0][c]']]],
  ])('%s', (text, expected) => {
    expect(parts(text)).toEqual(expected);
  });

  test('a tag that is no address is refused with its content', () => {
    expect(errorOf(`String('{{ v }}').interpolate()`)).toBe('InvalidRefError:  v ');
    expect(errorOf(`String('{{v&}}').interpolate()`)).toBe('InvalidRefError: Badly formed address .v&');
    expect(errorOf(`String('{{&}}').interpolate()`)).toBe('InvalidRefError: &');
    expect(errorOf(`String('{{ v }}').check()`)).toBe('InvalidRefError:  v ');
  });
});

describe('replacement', () => {
  test.each([
    [`String('{{a}}').bind(a='{{b}}', b='{{c}}', c=1)`, '1'],
    [`String('{{host_{{zone}}}}').bind(zone='x', host_x='h')`, 'h'],
    [`String('{{a}} {{b}}').bind(b=2)`, '{{a}} 2'],
    [`String('{{.a}} {{x}}').bind(x=1)`, '{{a}} 1'],
    [`String('{{&v}} {{v}}').bind(v=1).interpolate()[0].get()`, '{{v}} 1'],
    [`String('{{f}}').bind(f=0.1)`, '0.1'],
    [`String('{{f}}').bind(f=1e20)`, '1e+20'],
    [`String('{{n}}').bind(n=2**70)`, '1180591620717411303424'],
    [`String('{{b}}').bind(b=False)`, 'False'],
    [`String('{{s}}').bind(s=u'Z\\u00fcrich')`, 'Zürich'],
  ])('%s', (expression, expected) => {
    expect(textOf(expression)).toBe(expected);
  });

  test('a chain of 100 references comes to its end, one of 101 does not', () => {
    const chain = (length: number): string =>
      `String('{{v0}}').bind({${Array.from({ length }, (_, i) => `'v${i}': '${i + 1 < length ? `{{v${i + 1}}}` : 'end'}'`).join(', ')}})`;
    expect(textOf(chain(100))).toBe('end');
    expect(errorOf(`${chain(101)}.interpolate()`)).toBe(
      'Uninterpolatable: Unable to interpolate {{v100}}!  Maximum replacements reached.',
    );
  });

  test('cycles end with the text they have grown to', () => {
    expect(errorOf(`String('{{a}}').bind(a='{{a}}').interpolate()`)).toBe(
      'Uninterpolatable: Unable to interpolate {{a}}!  Maximum replacements reached.',
    );
    expect(textOf(`String('{{a}}').bind(a='{{b}}', b='{{a}}').check().message()`)).toBe(
      'Unable to interpolate: Unable to interpolate {{a}}!  Maximum replacements reached.',
    );
  });

  test('a text that grows without end stops at the budget', () => {
    const bomb = `String('{{a}}').bind({${Array.from({ length: 12 }, (_, i) => `'${'abcdefghijklm'.charAt(i)}': '${`{{${'abcdefghijklm'.charAt(i + 1)}}}`.repeat(10)}'`).join(', ')}, 'm': 'ha'})`;
    expect(() => textOf(`${bomb}.interpolate()`)).toThrow(/configuration made values of more than/);
  });

  test('a name of a megabyte and a million braces are read in one pass', () => {
    expect(textOf(`len(str(String('{{%s}}' % ('n' * 900000))))`)).toBe('900004');
    expect(textOf(`len(str(String('{' * 1000000)))`)).toBe('1000000');
    expect(textOf(`len(str(String('{{' * 300000 + '}}' * 300000)))`)).toBe('1200000');
  });
});

describe('against a naive implementation', () => {
  const names = ['a', 'b', 'c', 'd'];
  const piece = fc.oneof(
    fc.constantFrom(...names.map((name) => `{{${name}}}`)),
    fc.constantFrom(...names.map((name) => `{{&${name}}}`)),
    fc.constantFrom('{{', '}}', '{', '}', '{{}}', 'x', ' ', '{{a{{b}}}}', '{{zz}}', '{{{c}}}'),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  // At most one tag a value: with two a cycle doubles the text a hundred times.
  const value = fc
    .tuple(
      fc.constantFrom('', 'y', '{{', '}}', '{'),
      fc.constantFrom('', '{{b}}', '{{d}}', 'c'),
      fc.constantFrom('', 'z', '}}', '{'),
    )
    .map((pieces) => pieces.join(''));
  const bindings = fc.dictionary(fc.constantFrom(...names), value);

  /** The text; undefined where a cycle never ends, or where a tag that comes up holds no address. */
  function naive(template: string, bound: Readonly<Record<string, string>>): string | undefined {
    let current = template;
    for (let pass = 0; pass <= 100; pass++) {
      const hits: string[] = [];
      if (/\{\{&?[^{}]* [^{}]*\}\}/.test(current)) return undefined;
      const next = current.replace(/\{\{(&?)([^{}]+?)\1?\}\}/g, (_, escape: string, name: string) => {
        if (escape) return `{{&${name}}}`;
        const value = Object.hasOwn(bound, name) ? bound[name] : undefined;
        if (value !== undefined) hits.push(name);
        return value ?? `{{${name}}}`;
      });
      if (hits.length === 0) return current.replace(/\{\{&([^{}]+?)&?\}\}/g, '{{$1}}');
      current = next;
    }
    return undefined;
  }

  test('the two agree', () => {
    fc.assert(
      fc.property(text, bindings, (template, bound) => {
        const evaluation = run(
          'def resolve(text, names): return String(text).bind(names).interpolate()[0].get()',
        );
        const quoted = (value: unknown): string => JSON.stringify(value);
        const expression = `resolve(${quoted(template)}, ${quoted(bound)})`;
        const expected = naive(template, bound);
        if (expected === undefined)
          expect(() => evaluation.evaluateExpression(expression)).toThrow(DiagnosticError);
        else expect(evaluation.evaluateExpression(expression)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});

test('the grammar names the characters that the code takes', () => {
  const grammar = readFileSync('grammar/template.ebnf', 'utf8');
  const rule = (name: string): string => new RegExp(`^${name}\\s*= ([^;]+);`, 'm').exec(grammar)?.[1] ?? '';
  const literals = (name: string): string[] =>
    [...rule(name).matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  const letters = literals('letter');
  const indexCharacters = [...literals('index-character'), ...letters, ...literals('digit')];
  for (let code = 33; code < 127; code++) {
    const character = String.fromCharCode(code);
    if ('{}&'.includes(character)) continue;
    const accepted = (tag: string): boolean => {
      try {
        return parseTemplate(tag) !== undefined;
      } catch {
        return false;
      }
    };
    expect([character, accepted(`{{a[${character}]}}`)]).toEqual([
      character,
      indexCharacters.includes(character),
    ]);
    const isStart = letters.includes(character) || character === '_';
    expect([character, accepted(`{{x.${character}}}`)]).toEqual([character, isStart]);
  }
});
