import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DiagnosticError } from '../../src/base/diagnostic.js';
import { formatSource } from '../../src/language/formatter.js';
import { tokenize } from '../../src/language/lexer.js';
import { parseModule } from '../../src/language/parser.js';
import { printModule } from '../../src/language/printer.js';
import { sameTree } from '../../src/language/same-tree.js';
import { readChunks } from '../rig/chunked-file.js';
import { statements } from '../rig/tree-generator.js';

const format = (text: string): string => formatSource({ path: 'test.aurora', text });
const comments = (text: string): string[] =>
  tokenize({ path: 't', text }).comments.map(({ start, end }) => text.slice(start, end).trimEnd());

/** What must hold for every program. */
function check(text: string): void {
  const once = format(text);
  expect(format(once)).toBe(once);
  const tree = (source: string) => parseModule({ path: 't', text: source }).body;
  expect(sameTree(tree(text), tree(once))).toBe(true);
  expect(comments(once)).toEqual(comments(text));
}

describe('statements and spaces', () => {
  test.each([
    ['a=1;b = 2', 'a = 1\nb = 2\n'],
    ['if a : b ; c', 'if a:\n  b\n  c\n'],
    ['if a:\n    b\nelif c: d\nelse : e', 'if a:\n    b\nelif c:\n    d\nelse:\n    e\n'],
    ['if a:\n\tb', 'if a:\n    b\n'],
    ['x=-a**-b*c+~d//e', 'x = -a ** -b * c + ~d // e\n'],
    ['x = a [1 : 2,:: 3] ( b )', 'x = a[1:2, ::3](b)\n'],
    ['f( a,*b,c = 1,** d )', 'f(a, *b, c=1, **d)\n'],
    ['x = { "a" :1,**b }', "x = {'a': 1, **b}\n"],
    ['x = lambda a=1,*b :a', 'x = lambda a=1, *b: a\n'],
    ['def f(a : int=1,*,b=2)->c :pass', 'def f(a: int = 1, *, b=2) -> c:\n  pass\n'],
    ['x : int=1', 'x: int = 1\n'],
    ['print "a",b,', "print 'a', b,\n"],
    ['print>>f,a', 'print >>f, a\n'],
    ['print (a)', 'print(a)\n'],
    ['x=` a `', 'x = `a`\n'],
    ['from . import a', 'from . import a\n'],
    ['from .a import(b as c,)', 'from .a import (b as c)\n'],
    ['from ...a . b import *', 'from ...a.b import *\n'],
    ['@ a.b( c )\ndef f():pass', '@a.b(c)\ndef f():\n  pass\n'],
    ['x = a if b else(c)', 'x = a if b else (c)\n'],
    ['x = not(a)and b', 'x = not (a) and b\n'],
    ['x = 1 .real', 'x = 1 .real\n'],
    ['x = (1,)', 'x = (1,)\n'],
    ['x = f(1,)', 'x = f(1)\n'],
    ['x = [a\n  not   in b]', 'x = [a not in b]\n'],
    ['x = a[b,]', 'x = a[b,]\n'],
    ['x = f\'{ a !r:>{ b }}\'  f"b"', 'x = f\'{ a !r:>{ b }}\' f"b"\n'],
    ['if (n := f(a)) > 1: pass', 'if (n := f(a)) > 1:\n  pass\n'],
    ['', ''],
    ['\n\n# only\n\n', '# only\n'],
    ['a\r\nb\r\n', 'a\r\nb\r\n'],
  ])('%j', (source, formatted) => {
    expect(format(source)).toBe(formatted);
    if (source !== '') check(source);
  });
});

test('quotes change only where the text needs no change for it', () => {
  expect(format(String.raw`f("a", "it's", 'b', "a\n", r"c", u"d", """e""", "'", '"')`)).toBe(
    String.raw`f('a', "it's", 'b', "a\n", r'c', u'd', """e""", "'", '"')` + '\n',
  );
});

describe('lines', () => {
  test('a call that does not fit has one argument a line', () => {
    const source = `job = Service(cluster='cluster1', role='www-data', environment='prod', name='hello_world', task=hello_world_task)`;
    expect(format(source)).toBe(
      "job = Service(\n  cluster='cluster1',\n  role='www-data',\n  environment='prod',\n  name='hello_world',\n  task=hello_world_task,\n)\n",
    );
  });

  test('a bracket that its author opened stays open, one that fits and was not is closed', () => {
    expect(format("p = Process(\n  name='a', cmdline='b')")).toBe(
      "p = Process(\n  name='a',\n  cmdline='b',\n)\n",
    );
    expect(format("p = Process(name='a',\n            cmdline='b')")).toBe(
      "p = Process(name='a', cmdline='b')\n",
    );
  });

  test('two brackets that hold one thing open together', () => {
    const item = `'${'x'.repeat(60)}'`;
    expect(format(`f([${item}, ${item}])`)).toBe(`f([\n  ${item},\n  ${item},\n])\n`);
  });

  test('no comma where Python 2 has none', () => {
    expect(format('f(\n  a, *b)')).toBe('f(\n  a,\n  *b\n)\n');
    expect(format('f(\n  a for a in b)')).toBe('f(\n  a for a in b\n)\n');
    expect(format('x = (\n  a)')).toBe('x = (\n  a\n)\n');
  });

  test('adjacent strings, clauses and the lines of a long expression go on below each other', () => {
    const long = 'y'.repeat(60);
    expect(format(`f(a='${long}' '${long}')`)).toBe(`f(\n  a='${long}'\n    '${long}',\n)\n`);
    expect(format(`x = [${long} for a in ${long} if a]`)).toBe(
      `x = [\n  ${long}\n  for a in ${long}\n  if a\n]\n`,
    );
    expect(format(`x = (${long} +\n     ${long})`)).toBe(`x = (\n  ${long} +\n    ${long}\n)\n`);
  });

  test('a backslash goes where the line fits without it', () => {
    const long = 'y'.repeat(60);
    expect(format('x = a + \\\n  b')).toBe('x = a + b\n');
    expect(format(`x = ${long} + \\\n  ${long}`)).toBe(`x = ${long} + \\\n    ${long}\n`);
  });
});

describe('comments and empty lines stay', () => {
  test('in their blocks', () => {
    const source = [
      '#!/usr/bin/env aurora',
      '# head',
      '',
      '',
      '',
      'if a: # why',
      '  # first',
      '  b   # trailing',
      '',
      '',
      '  # last',
      '# outside',
      'else:',
      '  c',
      '    # in the block',
      '# end',
      '',
    ].join('\n');
    expect(format(source)).toBe(
      [
        '#!/usr/bin/env aurora',
        '# head',
        '',
        '',
        'if a:  # why',
        '  # first',
        '  b  # trailing',
        '',
        '  # last',
        '# outside',
        'else:',
        '  c',
        '  # in the block',
        '# end',
        '',
      ].join('\n'),
    );
    check(source);
  });

  test('in brackets', () => {
    const source = 'x = [ # open\n1, # one\n\n  # before two\n  2 # two\n  , 3 + # plus\n  4\n  # end\n]\n';
    expect(format(source)).toBe(
      'x = [  # open\n  1,  # one\n\n  # before two\n  2,  # two\n  3 +  # plus\n    4,\n  # end\n]\n',
    );
    check(source);
  });
});

test('a file with a mistake is refused as the parser refuses it', () => {
  expect(() => format('x = (')).toThrow(DiagnosticError);
});

describe('properties', () => {
  test('formatted programs are the same programs, and stay as they are', () => {
    fc.assert(
      fc.property(
        fc.array(statements(2), { minLength: 1, maxLength: 2 }),
        fc.infiniteStream(fc.nat(20)),
        (body, choices) => {
          const program = `def f():\n  while a:\n${indent(printModule({ body }))}`;
          check(scatter(program, choices[Symbol.iterator]()));
        },
      ),
      { numRuns: 80 },
    );
  });

  const folders = ['configs/examples', 'test/testdata/syntax'];
  const programs = folders
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.aurora') && !path.endsWith('errors.aurora'));

  test.each(programs)('%s', (path) => {
    for (const chunk of readChunks(path)) check(chunk.source);
  });
});

const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ');

/** Puts line ends and comments between tokens inside brackets, and comments and empty lines between lines. */
function scatter(program: string, choices: Iterator<number>): string {
  const { tokens } = tokenize({ path: 't', text: program });
  let result = '';
  let from = 0;
  let depth = 0;
  let formatted = 0;
  let count = 0;
  for (const token of tokens) {
    const name = token.tokenType.name;
    if (name === 'FormattedStart') formatted++;
    if (name === 'FormattedEnd') formatted--;
    if (formatted > 0 || name === 'FormattedEnd') continue;
    result += program.slice(from, token.startOffset);
    from = token.startOffset;
    const choice = Number(choices.next().value);
    if (depth > 0 && choice < 2) result += choice === 0 ? '\n' : ` # comment ${count++}\n\n`;
    else if (name === 'Newline' && choice === 0) result += ` # trailing ${count++}`;
    else if (name === 'Newline' && choice === 1)
      result += `\n\n${' '.repeat(choice * 4)}# own line ${count++}`;
    if (/^Open/.test(name)) depth++;
    if (/^Close/.test(name)) depth--;
  }
  return result + program.slice(from);
}
