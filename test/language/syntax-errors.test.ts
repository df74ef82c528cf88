import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DiagnosticError } from '../../src/base/diagnostic.js';
import { positionAt } from '../../src/base/source.js';
import { parseExpression, parseModule } from '../../src/language/parser.js';
import { compareErrors, readChunks, type FoundError } from '../rig/chunked-file.js';

const folder = 'test/testdata/syntax';

function errorsOf(path: string, text: string): FoundError[] {
  try {
    parseModule({ path, text });
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map(({ span, message }) => ({
      line: span ? positionAt(span.file, span.start).line : 0,
      message,
    }));
  }
}

describe.each(readdirSync(folder))('%s', (file) => {
  const chunks = readChunks(`${folder}/${file}`);
  test.each(chunks.map((chunk) => [chunk.name, chunk] as const))('%s', (_name, chunk) => {
    expect(compareErrors(chunk, errorsOf(chunk.path, chunk.source))).toEqual([]);
  });
});

const failure = (run: () => unknown): DiagnosticError => {
  try {
    run();
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
  throw new Error('no error');
};

test('an unclosed bracket tells where it was opened and where the file ends', () => {
  const text = 'a = 1\nx = f(1,\n  2\n';
  const [diagnostic] = failure(() => parseModule({ path: 'main.aurora', text })).diagnostics;
  expect(diagnostic.span?.start).toBe(text.indexOf('('));
  expect(diagnostic.notes).toEqual(['unexpected EOF while parsing: the file ends at main.aurora:3:3']);
});

test('an open triple-quoted string gives one message, at its beginning', () => {
  const text = "p = Process(name='p', cmdline='''\n  echo one\n'')\njobs = []\n";
  const { diagnostics } = failure(() => parseModule({ path: 'main.aurora', text }));
  expect(diagnostics.map(({ span, message }) => [span?.start, message])).toEqual([
    [text.indexOf("'''"), "EOF in a triple-quoted string: its closing ''' is missing"],
  ]);
});

test('tabs and spaces that fit no level are told with both lines', () => {
  const text = 'for n in x:\n        a\n\tb\n    c\n';
  const [diagnostic] = failure(() => parseModule({ path: 't', text })).diagnostics;
  expect(diagnostic.message).toContain('unindent does not match');
  expect(diagnostic.notes).toContain(
    'tabs and spaces are mixed in lines 2 and 3: a tab counts to the next multiple of 8 columns',
  );
});

test('an expression alone must be one, and be all', () => {
  const message = (text: string): string => failure(() => parseExpression({ path: 't', text })).message;
  expect(message('')).toContain('expected an expression');
  expect(message('a b')).toContain("unexpected 'b'");
  expect(message('a = 1')).toContain("'=' assigns");
  expect(message('a\nb')).toContain('expected end of line');
  expect(message('pass')).toContain("keyword 'pass'");
});

test('a suggestion tells what to write', () => {
  const suggestion = (text: string): string | undefined =>
    failure(() => parseModule({ path: 't', text })).diagnostics[0].suggestion;
  expect(suggestion('x = 64MB')).toBe('Did you mean "64*MB"?');
  expect(suggestion('if a = 1: pass')).toBe('To compare, write "==".');
  expect(suggestion('a && b')).toBe('Write "and".');
  expect(suggestion("x = 'it's' + 'a'")).toContain('between " quotes');
});
