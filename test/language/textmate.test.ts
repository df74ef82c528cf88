import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { tokenize } from '../../src/language/lexer.js';
import { isKeyword, keywordWords } from '../../src/language/tokens.js';
import { patternsOf, scopesOf, type Grammar } from '../rig/textmate.js';

const grammar = JSON.parse(readFileSync('grammar/aurora.tmLanguage.json', 'utf8')) as Grammar;

const scoped = (text: string): string[] =>
  scopesOf(grammar, text)
    .filter(({ text: part }) => part.trim() !== '')
    .map(({ text: part, scope }) => `${part.trim()} ${scope.replace(/\.aurora$/, '')}`.trim());

test('every expression of the grammar is one, and matches what it matches in linear steps', () => {
  const patterns = patternsOf(grammar);
  expect(patterns.length).toBeGreaterThan(30);
  for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
});

describe('examples', () => {
  test.each([
    [
      'x = 1 # why',
      [
        'x variable.parameter',
        '= keyword.operator.assignment',
        '1 constant.numeric.integer',
        '# why comment.line.number-sign',
      ],
    ],
    [
      'def make(a): return a',
      [
        'def storage.type.function',
        'make entity.name.function',
        '(',
        'a variable.other',
        '):',
        'return keyword.control',
        'a variable.other',
      ],
    ],
    [
      "Process(name='a')",
      [
        'Process support.type',
        '(',
        'name variable.parameter',
        '= keyword.operator.assignment',
        "' string.quoted",
        'a string.quoted',
        "' string.quoted",
        ')',
      ],
    ],
    [
      "'{{profile.x}} %s\\n'",
      [
        "' string.quoted",
        '{{profile.x}} variable.other.template',
        '%s constant.other.placeholder',
        '\\n constant.character.escape',
        "' string.quoted",
      ],
    ],
    [
      "f'{x!r} {{'",
      [
        "f' string.interpolated",
        '{ meta.interpolation',
        'x variable.other',
        '!r storage.type.format',
        '} meta.interpolation',
        '{{ constant.character.escape',
        "' string.interpolated",
      ],
    ],
    ["r'\\d'", ["r' string.quoted.raw", '\\d string.quoted.raw', "' string.quoted.raw"]],
    [
      "'''a\nb''' + c",
      [
        "''' string.quoted.triple",
        'a string.quoted.triple',
        'b string.quoted.triple',
        "''' string.quoted.triple",
        '+ keyword.operator.arithmetic',
        'c variable.other',
      ],
    ],
    ['64 * MB', ['64 constant.numeric.integer', '* keyword.operator.arithmetic', 'MB constant.other.unit']],
    ['print x', ['print keyword.other', 'x variable.other']],
    ['print(x)', ['print support.function', '(', 'x variable.other', ')']],
    [
      'a is not None and 0x1F',
      [
        'a variable.other',
        'is keyword.operator.logical',
        'not keyword.operator.logical',
        'None constant.language',
        'and keyword.operator.logical',
        '0x1F constant.numeric.hex',
      ],
    ],
    ['@decorated', ['@decorated entity.name.function.decorator']],
  ])('%s', (text, expected) => {
    expect(scoped(text)).toEqual(expected);
  });
});

test.each(keywordWords)('the keyword %s is one for editors too', (word) => {
  const scopes = scopesOf(grammar, word).map(({ scope }) => scope);
  const needsName = ['def', 'class', 'global'].includes(word);
  const withName = scopesOf(grammar, `${word} a`).map(({ scope }) => scope);
  expect((needsName ? withName : scopes)[0]).toMatch(/^(?:keyword|storage|constant\.language)/);
});

test.each(readdirSync('configs/examples').filter((name) => name.endsWith('.aurora')))(
  '%s: keywords are keywords, and nothing else is',
  (name) => {
    const text = readFileSync(`configs/examples/${name}`, 'utf8');
    const words = tokenize({ path: name, text })
      .tokens.filter(isKeyword)
      .map(({ image }) => image)
      .join(' ');
    const marked = scopesOf(grammar, text)
      .filter(({ scope }) =>
        /^(?:keyword\.(?:control|operator\.logical)|storage|constant\.language)/.test(scope),
      )
      .filter(({ text: word }) => word !== 'include')
      .map(({ text: word }) => word.trim());
    expect(marked.join(' ')).toBe(words);
  },
);
