import collections, functools, itertools, operator, string, json, re, datetime, math
class A(object):
    count = 0
    def __init__(self, x): self.x = x; A.count += 1
    def __repr__(self): return 'A(%r)' % self.x
    def __eq__(self, o): return isinstance(o, A) and self.x == o.x
    def __hash__(self): return hash(self.x)
    def __lt__(self, o): return self.x < o.x
    def __add__(self, o): return A(self.x + (o.x if isinstance(o, A) else o))
    def __radd__(self, o): return A(o + self.x)
    def __getitem__(self, i): return (self.x, i)
    def __call__(self, *a, **k): return (a, sorted(k.items()))
    def __len__(self): return 3
    def __contains__(self, v): return v == self.x
    def __bool__(self): return self.x != 0
    @property
    def double(self): return self.x * 2
    @double.setter
    def double(self, v): self.x = v // 2
    @staticmethod
    def st(a): return a + 1
    @classmethod
    def cm(cls, a): return cls(a)
class B(A):
    def __init__(self, x, y=5):
        super().__init__(x); self.y = y
    def __repr__(self): return 'B' + super(B, self).__repr__()
a = A(1); b = B(2)
print(a, b, a + b, 1 + a, a[1:2] if False else a[3], a(1, k=2), len(a), 1 in a, bool(A(0)), a.double, A.st(1), B.cm(4), isinstance(b, A), issubclass(B, A), sorted([A(3), A(1)]), {A(1): 'x'}[A(1)], A(1) == A(1), A(1) != A(1), A.count)
b.double = 10; print(b.x, b.y, getattr(b, 'zz', 'none'), hasattr(b, 'x'), vars(b))
setattr(b, 'q', 7); print(b.q, B.__name__, b.__class__.__name__, [c.__name__ for c in (A, B)])
class M1:
    def f(self): return ['M1']
class M2:
    def f(self): return ['M2']
class C1(M1):
    def f(self): return ['C1'] + super().f()
class C2(M1):
    def f(self): return ['C2'] + super().f()
class D(C1, C2):
    def f(self): return ['D'] + super().f()
print(D().f())
def gen(n):
    try:
        for i in range(n):
            r = yield i
            if r: print('r', r)
    finally:
        print('fin')
g = gen(3); print(next(g), g.send('x')); g.close(); print(list(gen(2)))
def sub():
    x = yield from gen(2)
    return 'done'
def outer():
    v = yield from sub()
    print(v)
    yield 'end'
print(list(outer()))
def f(a, b=2, *args, c, d=4, **kw): return (a, b, args, c, d, sorted(kw.items()))
print(f(1, c=3), f(1, 2, 3, 4, c=5, e=6), f(*[1, 2], **{'c': 9}))
try:
    try:
        raise ValueError('x')
    except KeyError:
        print('no')
    except (TypeError, ValueError) as e:
        print('caught', e, type(e).__name__, e.args)
        raise RuntimeError('y') from e
    else: print('else')
    finally: print('finally')
except RuntimeError as e: print(e)
def t():
    try: return 1
    finally: print('in finally')
print(t())
def t2():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: break
        finally: print('f', i)
    else: print('else')
    return 'end'
print(t2())
for i in range(3):
    if i == 5: break
else: print('for-else')
class CM:
    def __enter__(self): print('enter'); return self
    def __exit__(self, t, v, tb): print('exit', t.__name__ if t else None); return True
with CM() as c, CM(): raise ValueError('zz')
def deco(n):
    def d(f):
        @functools.wraps(f)
        def w(*a, **k): return f(*a, **k) * n
        return w
    return d
@deco(3)
def h(x): 'doc'; return x
print(h('a'), h.__name__, h.__doc__)
def counter():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
c = counter(); c(); print(c())
G = 1
def setg():
    global G
    G = 2
setg(); print(G)
if (n := 10) > 5: print(n)
print([y for x in [1, 2] if (y := x * 2)], y)
class Stack(list):
    def push(self, x): self.append(x)
    def peek(self): return self[-1]
s = Stack([1]); s.push(2); print(s, s.peek(), len(s), isinstance(s, list), s + [3], json.dumps(s))
class DD(dict):
    def __getattr__(self, k):
        try: return self[k]
        except KeyError: raise AttributeError(k)
    def __missing__(self, k): return 'miss ' + k
    def __setitem__(self, k, v): super().__setitem__(k, v * 2)
dd = DD(a=1); dd['b'] = 2; print(dd, dd.a, dd['zz'], dd.get('zz'), json.dumps(dd), '%(q)s' % dd)
class MyE(Exception):
    def __init__(self, code): super().__init__('code %d' % code); self.code = code
try: raise MyE(3)
except MyE as e: print(e, e.code, repr(e), e.args)
it = iter([1, 2]); print(next(it), next(it), next(it, 'end'))
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration
        return self.n
print(list(It()), sum(It()), max(It()))
print(collections.OrderedDict([('a', 1)]), collections.Counter('hello'), collections.namedtuple('P', ['x', 'y'])(1, 2))
print(list(itertools.chain([1], [2])), list(itertools.islice(itertools.count(5), 3)), [(k, list(v)) for k, v in itertools.groupby('aabbc')], list(itertools.accumulate([1, 2, 3])), list(itertools.zip_longest('ab', 'c', fillvalue='-')), list(itertools.combinations_with_replacement('ab', 2)), list(itertools.takewhile(lambda x: x < 3, [1, 2, 5])))
print(functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), operator.itemgetter(1)([1, 2]), operator.attrgetter('x')(a))
print(re.sub(r'(\w)(\d)', r'\2\1', 'a1b2'), re.split(r'[,;]\s*', 'a, b;c'), re.findall(r'(\w)=(\d)', 'a=1 b=2'), re.search(r'b(?P<x>.)', 'abc').groupdict(), re.match('z', 'a'), [m.start() for m in re.finditer('a', 'banana')], re.sub('a*', '-', 'baac'), re.sub('x', lambda m: m.group(0).upper(), 'axb'))
print(datetime.datetime(2024, 2, 29, 12, 30, 5), datetime.date(2024, 3, 1) - datetime.date(2024, 2, 1), datetime.timedelta(days=1, seconds=5), repr(datetime.timedelta(hours=25)), datetime.datetime(2024, 1, 31).isoformat(), datetime.datetime.strptime('2024-05-06', '%Y-%m-%d').strftime('%a %d %b %Y %j'), datetime.datetime(2024,1,1) < datetime.datetime(2024,1,2))
print(math.ceil(2.1), math.floor(-2.1), math.sqrt(2), math.factorial(20), math.gcd(12, 18), math.log(100, 10), math.hypot(3, 4), math.pi, math.fsum([.1]*10), math.modf(2.5), math.log2(8))
print(json.dumps({'a': [1, 2.0, 'x\u00e9\n', None, True, {}], 'b': []}, indent=2, sort_keys=True), json.dumps([1, 2], separators=(',', ':')), json.dumps('é', ensure_ascii=False), json.loads('[1e3, -0.5, "\\u00e9", 12345678901234567890]'))
x = [1]; x.append(x); print(x); d = {}; d['d'] = d; print(d)
print(string.Template('$a ${b} $$').substitute(a=1, b=2), string.ascii_lowercase[:3])
def mutable(x, acc=[]): acc.append(x); return acc
mutable(1); print(mutable(2))
del x[0]; print(x[0] is x)
print((lambda *a, **k: (a, k))(1, b=2), [*range(3), *'ab'], {**{'a': 1}}, {*[1, 2]}, (*[1], 2))
print(type(1), type('a'), type([]), type(None), type(A), type(a) is A, type(f).__name__, type(len).__name__, type(x for x in []).__name__, str, int)
print(hash('a') == hash('a'), hash(1) == hash(1.0), id(a) == id(a), callable(len), callable(3))
print('%s' % (1,), '%s %s' % ('a', 'b'), '%r' % 'x', '%s' % [1], '%d%%' % 50, '%c%c' % ('a', 66), '%.2s' % 'abc', '%5.1f' % 2.25, '%x' % 255, '%i' % 3.99)
assert True, 'msg'
try: assert False, 'boom'
except AssertionError as e: print('AE', e)
class P(object):
    __count = 0
    def __init__(self): self.__state = 'p'; P.__count += 1
    def state(self): return self.__state
    def __hidden(self, __x=1): return (self.__class__.__name__, __x)
    def call(self): return self.__hidden()
class Q(P):
    def __init__(self):
        super(Q, self).__init__(); self.__state = 'q'
    def own(self): return self.__state
q = Q()
print(q.state(), q.own(), sorted(vars(q)), q._P__state, P._P__count, q.call(), q._P__hidden(2), hasattr(q, '__state'))
