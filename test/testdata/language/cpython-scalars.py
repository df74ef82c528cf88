class Upper(str):
    def shout(self): return self.upper() + '!'
    def __add__(self, o): return Upper(str.__add__(self, o))
u = Upper('hey')
print(u.shout(), u, repr(u), len(u), u[0], u[1:], u + 'x', type(u + 'x').__name__, 'a' + u, u * 2, type(u).__name__)
print(u == 'hey', 'hey' == u, u != 'x', u < 'z', hash(u) == hash('hey'), {'hey': 1}[u], {u: 2}['hey'], u in ['hey'], 'e' in u, u in 'they', 'hey' in [u])
print(isinstance(u, str), isinstance(u, Upper), issubclass(Upper, str), bool(Upper('')), sorted([Upper('b'), 'a']), max(u, 'a'), list(u), ','.join([u, Upper('x')]), u.join(['1', '2']))
print('%s %r %10s|' % (u, u, u), '{} {!r} {:>5}|'.format(u, u, u), f'{u}{u!r}{u:^7}', str(u), type(str(u)).__name__, u.replace('h', 'H'), u.startswith(Upper('he')), 'heyhey'.split(u), 'hey'.find(u))
class Tagged(str):
    def __new__(cls, value, tag):
        self = super(Tagged, cls).__new__(cls, value); self.tag = tag; return self
    def __str__(self): return '<%s:%s>' % (str.__str__(self), self.tag)
    def __repr__(self): return 'Tagged(%s)' % str.__repr__(self)
    def __eq__(self, o): return str.__eq__(self, o) is True and getattr(o, 'tag', None) == self.tag
    def __hash__(self): return str.__hash__(self)
t = Tagged('v', 'k')
print(t, repr(t), t.tag, t == 'v', t == Tagged('v', 'k'), t.upper(), len(t), '%s' % t, [t], vars(t), str.upper(t))
class Meters(int):
    def __repr__(self): return '%dm' % self
    def __add__(self, o): return Meters(int.__add__(self, o))
    @property
    def feet(self): return self * 3
m = Meters(5)
print(m, repr(m), m + 2, m * 2, 2 + m, m - 1, -m, abs(m), m / 2, m // 2, m % 3, m ** 2, divmod(m, 2), m.feet, [1, 2, 3, 4, 5, 6][m], range(m), sum([m, m], 0), 'ab' * m, [0] * Meters(2))
print(m == 5, 5 == m, m > 4, 4 < m, m < 6.5, hash(m) == hash(5), {5: 'x'}[m], isinstance(m, int), int(m), float(m), '%d %05d %s' % (m, m, m), '{:04d} {}'.format(m, m), bool(Meters(0)), m & 1, m << 1, m.bit_length(), round(m), hex(m), bin(m), max(m, 3), min(m, 9), m in [5])
class Flag(int):
    def __bool__(self): return self > 3
    def __index__(self): return 1
print(bool(Flag(2)), bool(Flag(4)), int(Flag('7')), Flag('ff', 16) if False else Flag(9))
class Ratio(float):
    def __str__(self): return '%.1f%%' % (self * 100)
r = Ratio(0.25)
print(r, repr(r), r + 1, r * 2, 1 - r, r < 0.5, r == 0.25, round(r, 1), int(r), float(r), '%.3f' % r, '{:.1f}'.format(r), isinstance(r, float), r.is_integer(), abs(Ratio(-1.5)), -r, r // 1, r ** 2, hash(r) == hash(0.25), {0.25: 'q'}[r])
import json
print(json.dumps({'a': u, 'm': 5, 'l': [Upper('z'), r, Upper('k')]}), json.dumps({Upper('key'): 1}))
class Chain(Upper):
    def shout(self): return super().shout() + '?'
print(Chain('a').shout(), Chain('a') + 'b', isinstance(Chain('a'), Upper))
u.extra = 3; print(u.extra, hasattr(u, 'extra'), getattr(u, 'upper')(), sorted(vars(u)), u.title(), u.strip('h'), u.encode('utf-8').decode('utf-8'), u.zfill(5), u.count(Upper('e')), u.isalpha(), ord(Upper('a')))
for t in ['1+2j','1','2j','-j','+j',' (1.5e3-2.5j) ','-1.5','1e2j','.5+.25j']:
    print(complex(t))
for t in ['1+2','j1','1 + 2j','','1+2jj','1j2']:
    try: print(complex(t))
    except ValueError as e: print('bad', e)
print(complex(3), complex('3') == 3, complex(1, 2) * 2, complex('1+2j').conjugate())
