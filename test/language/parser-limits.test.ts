import { describe, expect, test } from '@jest/globals';
import { DiagnosticError, renderDiagnostic } from '../../src/base/diagnostic.js';
import { parseModule } from '../../src/language/parser.js';
import { printModule } from '../../src/language/printer.js';
import { readChunks } from '../rig/chunked-file.js';

const file = (text: string): { path: string; text: string } => ({ path: 'test.aurora', text });

/** The first message; undefined when the text is accepted. Anything but a diagnostic fails the test. */
function refusal(text: string): string | undefined {
  try {
    parseModule(file(text));
    return undefined;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    // Every diagnostic can be shown: its place lies in the text.
    for (const diagnostic of error.diagnostics) renderDiagnostic(diagnostic);
    return error.message;
  }
}

const indented = (depth: number): string =>
  Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}if x:\n`).join('') +
  `${' '.repeat(depth)}pass\n`;

describe('beyond the limits there is a message', () => {
  test.each([
    ['10,000 brackets', `x = ${'('.repeat(10_000)}1${')'.repeat(10_000)}`, 'nested too deeply'],
    ['brackets that are never closed', '['.repeat(1_000_000), 'nested too deeply'],
    ['dicts', `x = ${'{1:'.repeat(101)}1${'}'.repeat(101)}`, 'nested too deeply'],
    ['lambdas', `x = ${'lambda: '.repeat(10_000)}1`, 'nested too deeply'],
    ['backquotes', `x = ${'`'.repeat(10_000)}`, 'nested too deeply'],
    ['yields', `def f(): x = ${'yield '.repeat(1_000)}1`, 'nested too deeply'],
    ['named expressions', `x = ${'a := '.repeat(1_000)}1`, 'nested too deeply'],
    ['not', `x = ${'not '.repeat(10_000)}a`, 'nested too deeply'],
    ['minus', `x = ${'-'.repeat(10_000)}a`, 'nested too deeply'],
    ['powers', `x = ${'a ** '.repeat(10_000)}a`, 'nested too deeply'],
    ['blocks', indented(101), 'nested too deeply'],
    ['f-strings', `x = ${'f"{'.repeat(200)}`, 'unterminated string'],
    ['a line of 10 MB', `x = ${'a+'.repeat(5_000_000)}a`, 'line is too long'],
    ['a string of 10 MB on a line', `x = '${'a'.repeat(10_000_000)}'`, 'line is too long'],
    ['digits', `x = ${'9'.repeat(100_000)}`, 'more than 4300 digits'],
    ['NUL', 'x = 1\0', 'null byte'],
    ['NULs', '\0'.repeat(1_000_000), 'null byte'],
    ['strange characters', '$ '.repeat(100_000), "unexpected character '$'"],
    ['open quotes', "'".repeat(9_999), 'triple-quoted string'],
  ])('%s', (_what, text, message) => {
    expect(refusal(text)).toContain(message);
  });
});

describe('within the limits all is well', () => {
  test.each([
    ['99 brackets', `x = ${'('.repeat(99)}1${')'.repeat(99)}`],
    ['99 calls', `x = ${'f('.repeat(99)}1${')'.repeat(99)}`],
    ['99 subscripts', `x = ${'a['.repeat(99)}1${']'.repeat(99)}`],
    ['99 lambdas', `x = ${'lambda: '.repeat(99)}1`],
    ['99 blocks', indented(99)],
    ['50 blocks of 49 brackets', `${indented(50)}${' '.repeat(50)}x = ${'['.repeat(49)}${']'.repeat(49)}`],
    ['a sum of 10,000 terms', `x = ${'a + '.repeat(10_000)}a`],
    ['a chain of 10,000 calls', `x = a${'.b()'.repeat(10_000)}`],
    ['a choice among 10,000', `x = ${'a if b else '.repeat(10_000)}a`],
    ['10,000 branches', `if a: pass\n${'elif a: pass\n'.repeat(10_000)}`],
    ['10,000 comparisons', `x = ${'a < '.repeat(10_000)}a`],
    ['10,000 targets', `${'a = '.repeat(10_000)}1`],
    ['10,000 decorators', `${'@a\n'.repeat(10_000)}def f(): pass`],
    ['10,000 clauses', `x = [a ${'for a in b '.repeat(10_000)}]`],
    ['a string of 1 MB on one line', `x = '${'a'.repeat(1_000_000)}'`],
    ['a text of 10 MB in lines', `x = '''${`${'a'.repeat(99)}\n`.repeat(100_000)}'''`],
  ])('%s', (_what, text) => {
    expect(refusal(text)).toBeUndefined();
  });
});

describe('damaged programs', () => {
  const chunks = ['errors.aurora', 'programs.aurora'].flatMap((name) =>
    readChunks(`test/testdata/syntax/${name}`).map((chunk) => chunk.source),
  );
  const lines = chunks
    .flatMap((chunk) => chunk.split('\n'))
    .filter((line) => refusal(`${line}\n`) === undefined);
  const programs = [...chunks, ...lines];
  const pieces = [
    ...'()[]{}:,;=+-*/%@`\'"\\#\n\t .!&|^~<>$?'.split(''),
    ...'if else elif for in while def class lambda not and or is import from print exec try except with as return yield'.split(
      ' ',
    ),
    "'''",
    '"""',
    "f'{",
    "f'",
    '!r}',
    ':=',
    '**',
    '->',
    '\0',
    '\ud800',
    '\u201c',
    '\r\n',
    '  ',
    '\t',
    '0x',
    '1e',
    "u'\\u",
    "b'\\x",
  ];

  /** A small generator of its own: the same programs on every machine. */
  let seed = 20_260_101;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };

  function damaged(): string {
    let text = programs[next(programs.length)] ?? '';
    for (let count = 1 + next(2); count > 0; count--) {
      const from = next(text.length + 1);
      const to = from + next(6);
      const piece = pieces[next(pieces.length)] ?? '';
      const kind = next(4);
      if (kind === 0) text = text.slice(0, from) + text.slice(to);
      else if (kind === 1) text = text.slice(0, from) + piece + text.slice(from);
      else if (kind === 2) text = text.slice(0, from) + piece + text.slice(to);
      else text = text.slice(0, from) + text.slice(from, to + next(30)).repeat(2) + text.slice(to);
    }
    return text;
  }

  test('2,000 of them are read or refused with diagnostics, and what is read prints and reads again', () => {
    let accepted = 0;
    for (let count = 0; count < 2_000; count++) {
      const text = damaged();
      if (refusal(text) !== undefined) continue;
      accepted++;
      const module = parseModule(file(text));
      expect(refusal(printModule(module))).toBeUndefined();
    }
    expect(accepted).toBeGreaterThan(200);
  });
});
