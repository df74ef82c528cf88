import { describe, expect, test } from '@jest/globals';
import { parseExpression, parseModule, type ParseOptions } from '../../src/language/parser.js';
import { dump } from '../rig/dump-tree.js';

const expression = (text: string, options?: ParseOptions): string =>
  dump(parseExpression({ path: 'test.aurora', text }, options));
const program = (text: string, options?: ParseOptions): string =>
  parseModule({ path: 'test.aurora', text }, options).body.map(dump).join('; ');

describe('precedence', () => {
  test.each([
    ['a + b * c', '(+ a (* b c))'],
    ['a - b - c', '(- (- a b) c)'],
    ['(a + b) * c', '(* (+ a b) c)'],
    ['-a ** b', '(- (** a b))'],
    ['2 ** -1', '(** 2 (- 1))'],
    ['a ** b ** c', '(** a (** b c))'],
    ['-a * b', '(* (- a) b)'],
    ['a << b + c & d', '(& (<< a (+ b c)) d)'],
    ['a | b ^ c & d', '(| a (^ b (& c d)))'],
    ['a // b % c / d @ e', '(@ (/ (% (// a b) c) d) e)'],
    ['not a == b', '(not (cmp a == b))'],
    ['not a in b', '(not (cmp a in b))'],
    ['a not in b', '(cmp a not in b)'],
    ['a is not None', '(cmp a is not null)'],
    ['a is (not b)', '(cmp a is (not b))'],
    ['a < b <= c != d', '(cmp a < b <= c != d)'],
    ['a <> b', '(cmp a != b)'],
    ['a or b and not c or d', '(or a (and b (not c)) d)'],
    ['(a and b) and c', '(and (and a b) c)'],
    ['a if b else c if d else e', '(if b a (if d c e))'],
    ['(a if b else c) if d else e', '(if d (if b a c) e)'],
    ['lambda x, *y: x if y else z', '(lambda [x *y] (if y x z))'],
    ['~-+a', '(~ (- (+ a)))'],
    ['`a, b`', '(call repr (tuple a b))'],
    ['(n := 5)', '(:= n 5)'],
  ])('%s', (text, tree) => {
    expect(expression(text)).toBe(tree);
  });
});

describe('literals', () => {
  test.each([
    ['0777', '511'],
    ['0o777', '511'],
    ['0xFFL', '255'],
    ['0b101', '5'],
    ['1_000', '1000'],
    ['10L', '10'],
    ['00', '0'],
    ['9007199254740993', '9007199254740993'],
    ['0x20000000000001', '9007199254740993'],
    ['1e3', '1000f'],
    ['5.', '5f'],
    ['.5', '0.5f'],
    ['1.5e-7', '1.5e-7f'],
    ['3j', '3j'],
    ['1if x else 2', '(if x 1 2)'],
    ['"a" \'b\'', '"ab"'],
    [String.raw`'\x41\101\n\q\''`, String.raw`"AA\n\\q'"`],
    ["'a\\\nb'", '"ab"'],
    ["'''a\r\n'b'''", '"a\\n\'b"'],
    [String.raw`r'\n\''`, String.raw`"\\n\\'"`],
    [String.raw`u'\u00e9'`, '"\u00e9"'],
    [String.raw`'\u00e9'`, String.raw`"\\u00e9"`],
    [String.raw`ur'\u00e9\n'`, String.raw`"é\\n"`],
    [String.raw`u'\N{BULLET}\N{latin small letter e with acute}'`, '"\u2022\u00e9"'],
    [String.raw`'\N{BULLET}'`, String.raw`"\\N{BULLET}"`],
    [String.raw`b'\xff' b'a'`, 'b"\u00ffa"'],
    [String.raw`'a' b'b'`, '"ab"'],
    ['...', 'ellipsis'],
    ["f'a'", '(f "a")'],
    ["f'{{x}} {x!r:>{w}.2f}' 'b{'", '(f "{x} " {x!r:">"{w}".2f"} "b{")'],
    ['f\'{x = }{a["b"]}\'', '(f {"x = " x}{([] a "b")})'.replace('}{', '} {')],
    ["f'{x['a']}'", '(f {([] x "a")})'],
    ["rf'\\d{x}'", String.raw`(f "\\d" {x})`],
    ["f'{ {1: 2}[1] != 3}'", '(f {(cmp ([] (dict 1:2) 1) != 3)})'],
  ])('%s', (text, tree) => {
    expect(expression(text)).toBe(tree);
  });

  test('Python 3, and unicode_literals, read \\u without a prefix', () => {
    expect(expression(String.raw`'\u00e9'`, { python3: true })).toBe('"\u00e9"');
    expect(program("from __future__ import unicode_literals\nx = '\\u00e9'")).toContain('"\u00e9"');
  });
});

describe('brackets', () => {
  test.each([
    ['()', '(tuple)'],
    ['(a)', 'a'],
    ['(a,)', '(tuple a)'],
    ['a, b,', '(tuple a b)'],
    ['[a, *b]', '(list a (* b))'],
    ['{}', '(dict)'],
    ['{a: b, **c}', '(dict a:b **:c)'],
    ['{a, *b}', '(set a (* b))'],
    ['[x for x in y if x if z for w in x]', '(list x for x in y if x if z for w in x)'],
    ['[x for x in 1, 2, 3 if x]', '(list x for x in (tuple 1 2 3) if x)'],
    ['{x: y for x, y in z}', '(dict x:y for (tuple x y) in z)'],
    ['{x for x in y}', '(set x for x in y)'],
    ['(x for x in y)', '(generator x for x in y)'],
    ['f(x for x in y)', '(call f (generator x for x in y))'],
    ['f(a, *b, c=1, **d)', '(call f a *b c=1 **d)'],
    ['f(a=1, *b)', '(call f a=1 *b)'],
    ['f(x := 1)', '(call f (:= x 1))'],
    ['a.b[c](d).e', '(. (call ([] (. a b) c) d) e)'],
    ['a[1:2, ::3]', '([] a (tuple (slice 1 2 _) (slice _ _ 3)))'],
    ['a[:]', '([] a (slice _ _ _))'],
    ['a[1:]', '([] a (slice 1 _ _))'],
    ['a[...]', '([] a ellipsis)'],
    ['a[1,]', '([] a (tuple 1))'],
    ['(\n  a\n  # comment\n  + b\n)', '(+ a b)'],
  ])('%s', (text, tree) => {
    expect(expression(text)).toBe(tree);
  });
});

describe('simple statements', () => {
  test.each([
    ['a = b, *c = d', '(= a (tuple b (* c)) d)'],
    ['a += 1', '(+= a 1)'],
    ['a.b //= 2', '(//= (. a b) 2)'],
    ['a: int = 1', '(: a int 1)'],
    ['a: int', '(: a int _)'],
    ['x = yield', '(= x (yield))'],
    ['a; b;', 'a; b'],
    ['del a, b[0]', '(del a ([] b 0))'],
    ['del (a, b)', '(del (tuple a b))'],
    ['assert a, b', '(assert a b)'],
    ['raise', '(raise _ _ _ _)'],
    ['raise E, x, t', '(raise E x t _)'],
    ['raise E(x) from y', '(raise (call E x) _ _ y)'],
    ['import a.b as c, d', '(import a.b:c d)'],
    ['from .. import a', '(from .. a)'],
    ['from ...a.b import (c as d, e,)', '(from ...a.b c:d e)'],
    ['from a import *', '(from a *)'],
    ['global a, b', '(global a b)'],
    ['print', '(print)'],
    ['print x, y', '(print x y)'],
    ['print x,', '(print x ,)'],
    ['print(x)', '(call print x)'],
    ['print (x)', '(call print x)'],
    ['print (x), y', '(print x y)'],
    ['print ("%s") % x', '(print (% "%s" x))'],
    ['print >>f, x', '(print >>f x)'],
    ['print >>f', '(print >>f)'],
    ['print -1', '(print (- 1))'],
    ['print [1]', '(print (list 1))'],
    ['print = 1', '(= print 1)'],
    ['x = print', '(= x print)'],
    ['print.x', '(. print x)'],
    ['f(print=1)', '(call f print=1)'],
    ['if a: print b', '(if a {(print b)})'],
    ['f = lambda: print(1)', '(= f (lambda [] (call print 1)))'],
    [
      'from __future__ import print_function\nprint (a), b',
      '(from __future__ print_function); (tuple (call print a) b)',
    ],
    ['exec "a"', '(exec "a" _ _)'],
    ['exec a in b, c', '(exec a b c)'],
    ['exec(a, b)', '(exec a b _)'],
    ['exec (a) in b', '(exec a b _)'],
    ['exec (a in b)', '(exec (cmp a in b) _ _)'],
    ['exec = 1', '(= exec 1)'],
    ['nonlocal = 1', '(= nonlocal 1)'],
    ['async = await = match = 1', '(= async await match 1)'],
    ['match(x)', '(call match x)'],
  ])('%s', (text, tree) => {
    expect(program(text.includes('yield') ? `def f(): ${text}` : text)).toBe(
      text.includes('yield') ? `(def f [] {${tree}})` : tree,
    );
  });
});

describe('blocks', () => {
  test.each([
    ['if a:\n b\nelif c:\n d\nelse:\n e', '(if a {b} {(if c {d} {e})})'],
    ['for a, b in c, d: e\nelse: f', '(for (tuple a b) (tuple c d) {e} {f})'],
    ['for k, in x: pass', '(for (tuple k) x {pass})'],
    ['while a: break\nelse: b', '(while a {break} {b})'],
    [
      'try: a\nexcept B, c: d\nexcept (B, C) as c: d\nexcept: e\nelse: f\nfinally: g',
      '(try {a} (except B c {d}) (except (tuple B C) c {d}) (except _ _ {e}) (else {f}) (finally {g}))',
    ],
    ['with a as b, c: d', '(with a:b c:_ {d})'],
    ['with (a as b, c): d', '(with a:b c:_ {d})'],
    ['with (a): d', '(with a:_ {d})'],
    ['with (a, b)[0] as c: d', '(with ([] (tuple a b) 0):c {d})'],
    ['@a.b(c)\n@d\ndef f(): pass', '(def @(call (. a b) c) @d f [] {pass})'],
    ['def f(a, b=1, *c, d, e=2, **g) -> int: pass', '(def f [a b=1 *c d e=2 **g] {pass})'],
    ['def f(a: int, b: str = "x", *, c): pass', '(def f [a b="x" * c] {pass})'],
    ['def f(a, /, b): pass', '(def f [a / b] {pass})'],
    ['def f((a, (b, c)), d): pass', '(def f [(tuple a (tuple b c)) d] {pass})'],
    ['class A: pass', '(class A [] {pass})'],
    ['class A(B, metaclass=C): x = 1; y = 2', '(class A [B metaclass=C] {(= x 1); (= y 2)})'],
    ['def f():\n def g():\n  nonlocal x, y', '(def f [] {(def g [] {(nonlocal x y)})})'],
  ])('%s', (text, tree) => {
    expect(program(text)).toBe(tree);
  });
});

describe('layout', () => {
  test.each([
    ['\ufeff# -*- coding: utf-8 -*-\r\nif a:\r\n  b\r\n\r\n  c\r\n', '(if a {b; c})'],
    ['if a:\n\tb\n        c\n', '(if a {b; c})'],
    ['if a:\n  b\n # comment at no level\n  c\n', '(if a {b; c})'],
    ['\f\nif a:\n\f  b\n', '(if a {b})'],
    ['a = 1 + \\\n  2', '(= a (+ 1 2))'],
    ['if a and \\\n   b: c', '(if (and a b) {c})'],
    ['x = (1,\n2)\ny', '(= x (tuple 1 2)); y'],
    ['', ''],
    ['\n\n# only a comment', ''],
    ['if a: b # comment', '(if a {b})'],
    ['a\rb\r', 'a; b'],
  ])('%j', (text, tree) => {
    expect(program(text)).toBe(tree);
  });

  test('tabs among spaces are read as Python 2 reads them, with a warning', () => {
    const module = parseModule({ path: 't', text: 'if a:\n        b\n\tc\n' });
    expect(module.body.map(dump)).toEqual(['(if a {b; c})']);
    expect(module.warnings.map((warning) => warning.message)).toEqual([
      'tabs and spaces are mixed in lines 2 and 3: a tab counts to the next multiple of 8 columns',
    ]);
  });
});

test('nodes carry the offsets of their source, brackets around them included', () => {
  const text = 'x = (a + (b)) * f(c)';
  const [statement] = parseModule({ path: 't', text }).body;
  if (statement?.kind !== 'Assignment' || statement.value.kind !== 'Binary') throw new Error('not a product');
  const { left, right } = statement.value;
  expect(text.slice(statement.start, statement.end)).toBe(text);
  expect(text.slice(left.start, left.end)).toBe('(a + (b))');
  expect(text.slice(right.start, right.end)).toBe('f(c)');
});

test('the names of from __future__ are collected', () => {
  const module = parseModule({ path: 't', text: 'from __future__ import division, print_function\n' });
  expect([...module.future]).toEqual(['division', 'print_function']);
});
