"""Writes the tables beside this file: expressions of arithmetic, formatting and slicing, and what CPython makes of them.

    python3 make-tables.py > python3.json
    python2 make-tables.py > python2.json

A row is [expression, repr of its value], or [expression, "!" + name of the exception].
"""
import json
import random
import sys

random.seed(20)
PYTHON3 = sys.version_info[0] == 3

INTS = ['0', '1', '-1', '2', '-3', '7', '10', '-10', '255', '1000003', '2**31', '-2**53', '2**53+1', '10**25', '-10**25+7']
FLOATS = ['0.0', '-0.0', '0.1', '-2.5', '0.5', '1.5', '2.675', '1e16', '1e22', '1.5e300', '-1e-7', '123456.789', '1e100']
NUMBERS = INTS + FLOATS + ['True']
OPERATORS = ['+', '-', '*', '/', '//', '%', '**', '<', '<=', '==', '!=']
WHOLE_OPERATORS = ['<<', '>>', '&', '|', '^']
TEXTS = ["''", "'a'", "'abc'", "'hello world'", "'%s'", "'a\\nb'", "'it\\'s'"]


def arithmetic():
    for a in NUMBERS:
        for b in NUMBERS:
            for operator in random.sample(OPERATORS, 5):
                if operator != '**' or abs(eval(b)) < 100:
                    yield '(%s) %s (%s)' % (a, operator, b)
            yield 'divmod(%s, %s)' % (a, b)
    for a in INTS:
        for b in ['0', '1', '3', '17', '64', '-1']:
            for operator in WHOLE_OPERATORS:
                yield '(%s) %s (%s)' % (a, operator, b)
    for a in NUMBERS:
        for call in ['-(%s)', '+(%s)', 'abs(%s)', 'int(%s)', 'float(%s)', 'str(%s)', 'repr(%s)', 'bool(%s)', 'round(%s)',
                     'round(%s, 1)', 'round(%s, 2)', 'round(%s, -1)', 'hex(int(%s))', 'oct(int(%s))', 'bin(int(%s))',
                     '[%s]']:
            yield call % a
    for _ in range(200):
        yield repr(random.uniform(-10, 10) * 10 ** random.randint(-20, 25))


def percent():
    flags = ['', '-', '+', ' ', '0', '#', '-+', '+0', '0#', ' 0']
    widths = ['', '1', '6', '12']
    precisions = ['', '.0', '.1', '.3', '.10']
    for value in ['0', '1', '-7', '99', '10**20', '0.0', '-0.0', '2.5', '-1e-7', '1e16', '123456.789', 'True', "'abc'", 'None',
                  '[1]', "{'a': 1}"]:
        for conversion in 'disuoxXeEfFgGrc%':
            for _ in range(6):
                directive = random.choice(flags) + random.choice(widths) + random.choice(precisions) + conversion
                yield "'<%%%s>' %% (%s,)" % (directive, value)
    for text in ["'%s' % ()", "'%s %s' % (1,)", "'%s' % (1, 2)", "'%(a)s-%(b)05d' % {'a': 1, 'b': 2}", "'%(a)s' % {'b': 1}",
                 "'%(a)s' % 3", "'%*d' % (5, 3)", "'%-*.*f|' % (9, 2, 3.14159)", "'%' % 1", "'%y' % 1", "'%%' % ()", "'%c%c' % (65, 'b')",
                 "'%s' % (1,)", "'%s' % [1, 2]", "'%r' % 'a'", "'abc' % {}", "'abc' % 1", "'%5%|' % ()"]:
        yield text


def formats():
    fills = ['', '<', '>', '^', '=', '*<', '*^', '0=', 'x>']
    signs = ['', '+', '-', ' ']
    widths = ['', '0', '8', '012', '3']
    groups = ['', ',']
    precisions = ['', '.0', '.2', '.6']
    types = ['', 'd', 'b', 'o', 'x', 'X', 'n', 'e', 'E', 'f', 'F', 'g', 'G', '%', 's', 'c']
    for value in ['0', '1', '-7', '65', '255', '1234567', '-10**20', '0.0', '2.5', '-1234567.891', '1e16', '1e-7', 'True', "'abc'", "''"]:
        for kind in types:
            for _ in range(6):
                spec = ''.join(random.choice(part) for part in (fills, signs, ['', '#'], widths, groups, precisions)) + kind
                yield "format(%s, '%s')" % (value, spec)
    for text in ["'{}-{}'.format(1, 'a')", "'{0}{1}{0}'.format(1, 2)", "'{a[0]}{a[1]}'.format(a=[3, 4])", "'{0[k]}'.format({'k': 5})",
                 "'{0.real}'.format(5)", "'{:>{w}}'.format('x', w=5)", "'{!r:>6}'.format('x')", "'{!s}'.format(3)", "'{'.format()",
                 "'}'.format()", "'{{}}'.format()", "'{} {1}'.format(1, 2)", "'{x}'.format()", "'{1}'.format(0)", "'{:d}'.format('a')",
                 "'{:s}'.format(1)", "'{:.2f}'.format(2.675)", "'{:,}'.format(1234567.5)", "'{:10.3}|'.format('abcdef')"]:
        yield text


def slices():
    bounds = ['', '0', '1', '2', '-1', '-2', '5', '-9', '99', '-99']
    steps = ['', '1', '2', '-1', '-2', '3', '0']
    for sequence in ["'abcdefg'", '[1, 2, 3, 4, 5]', '(1, 2, 3)', "''", '[]', 'list(range(10))']:
        for _ in range(70):
            yield '%s[%s:%s:%s]' % (sequence, random.choice(bounds), random.choice(bounds), random.choice(steps))
        for index in ['0', '1', '-1', '4', '-5', '7', '99', '-99', 'True', '1.0', 'None']:
            yield '%s[%s]' % (sequence, index)


def texts():
    for text in TEXTS:
        for call in ['%s.upper()', '%s.title()', '%s.center(9)', '%s.ljust(8, \'.\')', '%s.zfill(6)', '%s.split()', "%s.split('l')",
                     "%s.rsplit('o', 1)", "%s.partition('l')", "%s.replace('a', 'xy')", "%s.find('o')", "%s.count('')", '%s * 3',
                     '%s + %s', 'repr(%s)', '%s.strip()', '%s.swapcase()', '%s.splitlines()', "%s.join(['1', '2'])", 'sorted(%s)',
                     '%s.isalpha()', '%s.startswith((\'a\', \'h\'))', 'max(%s)', 'len(%s)', "%s.expandtabs()", "%s in 'abc'"]:
            yield call.replace('%s', text)


def row(expression):
    try:
        return [expression, repr(eval(expression))]
    except Exception as error:  # noqa: what it is called is the result
        return [expression, '!' + type(error).__name__]


def main():
    tables = [('arithmetic', arithmetic), ('percent', percent), ('formats', formats), ('slices', slices), ('texts', texts)]
    parts = []
    for name, make in tables:
        seen = set()
        rows = []
        for expression in make():
            if expression not in seen:
                seen.add(expression)
                rows.append(json.dumps(row(expression)))
        parts.append('%s: [\n%s\n]' % (json.dumps(name), ',\n'.join(rows)))
    print('{\n%s\n}' % ',\n'.join(parts))


main()
