import json, re, math, itertools, functools, collections, string, textwrap, datetime, base64, hashlib, copy, operator
print(7//2, -7//2, 7%-3, -7%3, 7/2, 2**100, 2**-1, divmod(-7,2), divmod(7.5,-2), -7.5//2, 7.5%-2, 1e308*10, round(2.5), round(3.5), round(2.675,2), round(1234,-2), round(-2.5), round(0.5), round(1e20))
print(0.1+0.2, 1e16, 1e15, 123456789012345678.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, -0.0, float('nan'), float('inf'), 1e22, 1e21)
print(repr('a\'b'), repr('a"b\''), repr('\n\t\\\x00\x7f\u00e9\u200b'), 'abc'[::-1], 'abc'[-2:], 'abcdef'[1:5:2], 'abcdef'[5:1:-2])
print('%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%e|%E|%f|%g|%G|%c|%s|%r|%%' % (42,42,42,42,42,255,255,255,8,8,12345.6789,1.5,2.0,1e-5,1e20,'x',None,'q'))
print('%.3f %.0f %10.2f %-10.2f| %+.1e %g %g %g %g %s' % (3.14159, 2.5, 1.005, 1.005, 12345, 100000, 1000000, 0.0001, 0.00001, [1,'a']))
print('%*d|%-*d|%.*f' % (5, 42, 5, 42, 2, 3.14159), '%(a)s %(b)5.1f' % {'a': 1, 'b': 2.25})
print('{:>10}|{:<10}|{:^10}|{:*^10}|{:+d}|{: d}|{:,}|{:_}|{:x}|{:#x}|{:b}|{:o}|{:010d}|{:e}|{:.2f}|{:%}|{:.1%}|{:g}'.format('a','b','c','d',5,5,1234567,1234567,255,255,5,8,42,12345.678,2.345,0.5,0.123,1e10))
print('{0!r} {0!s} {1[0]} {2.real} {3[k]} {{}} {4:{5}}'.format('x', [1], 3, {'k': 'v'}, 'w', '>5'), f"{3+4} {'x'!r:>5} {2.5:.2f} {1234:,}")
x = 5
print(f'{x=} {x = } {x!r} {x:>{x}}|', format(3.0), format(1e100, 'g'), format(12345.678, ',.2f'), format(True, 'd'), format('x', '5'))
print(sorted([3,1,2], reverse=True), sorted('bca', key=str.upper), sorted([(1,'b'),(1,'a'),(0,'c')]), min(3,1,2), max([1,5,3]), max('abc', key=ord), min([], default=7), sum([1,2.5]), sum([[1],[2]], []))
print(list(map(lambda a,b: a+b, [1,2],[3,4,5])), list(zip('ab',[1,2,3])), list(filter(None,[0,1,'',2])), list(enumerate('ab', 1)), list(reversed([1,2,3])), any([0,1]), all([]), list(range(5,0,-2)))
print('a,b,,c'.split(','), ' a b  c '.split(), 'a b c d'.split(None, 2), 'a,b,c'.rsplit(',',1), 'abc'.partition('b'), 'abcbd'.rpartition('b'), 'a\nb\r\nc'.splitlines(), 'a\nb'.splitlines(True), 'x'.join(['a','b']), '  a '.strip(), 'xxaxx'.strip('x'), 'abc'.replace('b','X'), 'aaa'.replace('a','b',2), ''.replace('','x'), 'ab'.replace('','-'))
print('hello world'.title(), 'Hello'.swapcase(), 'hello'.capitalize(), 'abc'.center(10,'*'), 'abcd'.center(9,'*'), 'abc'.center(10,'*'), 'a'.ljust(3)+'|', 'a'.rjust(3), '-42'.zfill(6), 'a\tb'.expandtabs(4), 'abc'.find('c'), 'abc'.find('z'), 'abcabc'.rfind('b'), 'banana'.count('an'), 'abc'.startswith(('x','a')), 'abc'.endswith('c'), 'abc'.isalpha(), '12'.isdigit(), 'Ab'.islower(), ' '.isspace(), 'A1'.isalnum(), "it's a dog".title())
d = {'a': 1, 'b': 2}
d.update(c=3, **{'d': 4}); d.setdefault('e', []).append(1)
print(d, d.pop('a'), d.get('zz', 9), list(d.keys()), list(d.items()), 'b' in d, len(d), d.popitem(), dict([(1,2)]), dict(zip('ab',[1,2])), {**d, 'x': 0}, d == dict(d), {1: 'a', True: 'b', 1.0: 'c'}, dict.fromkeys('ab', 0))
s = {1,2,3}
print(s | {4}, s & {2,9}, s - {1}, s ^ {3,4}, s < {1,2,3,4}, s.issubset([1,2,3]), frozenset([1]) == {1}, len(set('hello')), s.union([7],[8]))
l = [1,2,3,4,5]
l[1:3] = ['x']; print(l); l[::2] = [0,0]; print(l); del l[1]; print(l, l.index(0), l.count(0)); l.insert(1,'i'); l.extend('ab'); l.remove('i'); print(l, l.pop(), l.pop(0)); l.sort(key=str); print(l); l.reverse(); print(l, l*2, [1]+[2], [1,2] < [1,3], [1] == [1.0])
a, *b, c = range(5); print(a,b,c); (a, b), c = [1,2],3; print(a,b,c); first, *rest = 'hey'; print(first, rest)
print([x*y for x in range(3) for y in range(x)], {k: v for k, v in zip('ab', [1,2])}, {x%2 for x in range(5)}, list(x for x in range(3)), [[j for j in range(i)] for i in range(3)], [(lambda: i)() for i in range(3)])
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, 'a' < 'b', not 1, 1 and 2, 0 or 'x', None is None, 1 if [] else 2, 5 in [1,5], 'ell' in 'hello', 3 not in (1,2))
print(int('0x1f', 16), int('0b11', 0), int(' 42 '), int(-3.9), int('1_000'), float('1e3'), float(' 2.5 '), bool('x'), str(1.0), hex(255), hex(-255), oct(8), bin(5), chr(8364), ord('a'), abs(-3), pow(2,10,1000), (255).bit_length(), (2.5).is_integer(), (0.5).as_integer_ratio())
print(~5, 5&3, 5|3, 5^3, 1<<10, -1>>1, 1<<100, (1<<100)>>98, 2**64 % 10, -2**63, 10**20//3, 10**20 % 7, (10**20) / 3, 3 ** 50, int(1e20), 12345678901234567890 + 1, 9007199254740993 * 3)
