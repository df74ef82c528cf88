import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tokenize } from '../../src/language/lexer.js';
import type { LearntGrammar } from '../../src/language/lookahead.js';
import { AuroraParser } from '../../src/language/parser-blocks.js';
import { markStatementWords } from '../../src/language/statement-words.js';

const learning = new AuroraParser(true, 'learn');
/** As the build keeps it. */
const grammar = JSON.parse(JSON.stringify(learning.learnt())) as LearntGrammar;
const knowing = new AuroraParser(false, grammar);

const cases = JSON.parse(readFileSync('test/testdata/cases/config-cases.json', 'utf8')) as Array<{
  files?: Record<string, string>;
}>;
const examples = readdirSync('configs/examples').filter((name) => name.endsWith('.aurora'));
const texts = [
  ...examples.map((name) => readFileSync(join('configs/examples', name), 'utf8')),
  ...cases.flatMap(({ files }) => Object.values(files ?? {})),
];

function parse(parser: AuroraParser, text: string): unknown {
  const file = { path: 'test.aurora', text };
  const { tokens } = tokenize(file);
  markStatementWords(file, tokens);
  parser.start(file, tokens, false);
  const outcome = { tree: tree(() => parser.module()), errors: parser.errors.map(brief) };
  parser.input = [];
  return outcome;
}

function tree(run: () => unknown): unknown {
  try {
    return JSON.stringify(run(), (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  } catch (error) {
    return (error as Error).message;
  }
}

function brief({ name, message, token, context }: AuroraParser['errors'][number]): unknown {
  return { name, message, at: token.startOffset, rules: context.ruleStack };
}

test('a parser that was given the grammar parses as the one that learnt it', () => {
  expect(texts.length).toBeGreaterThan(150);
  for (const text of texts) expect(parse(knowing, text)).toEqual(parse(learning, text));
});

test('and finds the same mistakes', () => {
  // Cut in the middle, most files end inside something.
  for (const text of texts) {
    const half = text.slice(0, text.length / 2);
    expect(parse(knowing, half)).toEqual(parse(learning, half));
  }
});
