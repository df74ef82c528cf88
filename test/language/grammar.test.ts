import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { AuroraParser } from '../../src/language/parser-blocks.js';
import {
  allTokens,
  AugmentedAssign,
  BinaryOperator,
  keywordWords,
  PrefixOperator,
  symbolImages,
  symbolType,
} from '../../src/language/tokens.js';
import { grammarRules, readRules, tokenText } from '../rig/grammar-text.js';

const text = readFileSync('grammar/aurora.ebnf', 'utf8');
const written = readRules(text);
/** Built with Chevrotain's own checks: ambiguities, left recursion, unknown rules. */
const parser = new AuroraParser(true);
const rules = grammarRules(parser);

test('the document has the rules of the parser, and tells the same of each', () => {
  const grammar = new Map([...written].filter(([name]) => rules.has(name)));
  expect(Object.fromEntries(grammar)).toEqual(Object.fromEntries(rules));
});

test('every name that a rule of the document uses is described in it', () => {
  const missing = [...written].flatMap(([rule, body]) =>
    [...body.replace(/'[^']*'|"[^"]*"|\?[^?]*\?/g, ' ').matchAll(/\w+/g)]
      .map(([name]) => name)
      .filter((name) => !written.has(name))
      .map((name) => `${name} in ${rule}`),
  );
  expect(missing).toEqual([]);
});

test('every token of the lexer stands in the document', () => {
  const missing = allTokens
    .map(tokenText)
    .filter((name) => !(name.startsWith("'") ? text.includes(name) : written.has(name)));
  expect(missing).toEqual([]);
});

test.each([
  ['binaryOperator', BinaryOperator],
  ['prefixOperator', PrefixOperator],
  ['augmentedAssign', AugmentedAssign],
])('%s lists the tokens of its category', (name, category) => {
  const listed = (written.get(name) ?? '').split(' | ').sort();
  const members = symbolImages
    .filter((image) => symbolType(image).CATEGORIES?.includes(category))
    .map((image) => `'${image}'`);
  expect(listed).toEqual(members.sort());
});

test('keywords are the words of Python 2 and 3 that are names in neither', () => {
  expect([...keywordWords].sort().join(' ')).toBe(
    'False None True and as assert break class continue def del elif else except finally for from global if ' +
      'import in is lambda not or pass raise return try while with yield',
  );
});
