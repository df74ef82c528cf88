import math, json
def t(name, f):
    try: print(name, repr(f()))
    except Exception as e: print(name, type(e).__name__, e)
class O: pass
o = O()
def f(a, b): pass
def g(a, *, k): pass
t('div', lambda: 1/0); t('fdiv', lambda: 1//0); t('mod2', lambda: 1.0%0); t('fdv', lambda: 1.0/0)
t('idx', lambda: [][0]); t('key', lambda: {}['a']); t('int', lambda: int('x')); t('intb', lambda: int('z', 16)); t('s+i', lambda: 'a'+1); t('i+s', lambda: 1+'a')
t('attr', lambda: None.x); t('attr2', lambda: o.y); t('len', lambda: len(1)); t('attr3', lambda: [1].foo); t('join', lambda: ''.join([1])); t('tup', lambda: (1,2)[5])
t('name', lambda: undefined); t('float', lambda: float('z')); t('ps', lambda: '%s%s' % 1); t('pm', lambda: '%s' % (1,2)); t('pk', lambda: '%(a)s' % {}); t('pz', lambda: '%z' % 1)
t('f0', lambda: f()); t('f1', lambda: f(1)); t('f3', lambda: f(1,2,3)); t('fk', lambda: f(1,2,c=3)); t('fd', lambda: f(1, a=2)); t('g', lambda: g(1))
t('hash', lambda: {[]: 1}); t('hash2', lambda: {{}: 1}); t('sort', lambda: sorted([1,'a'])); t('iter', lambda: iter(5)); t('call', lambda: 5())
t('range', lambda: range(1.5)); t('index', lambda: 'abc'.index('z')); t('pop', lambda: [].pop()); t('dpop', lambda: {}.pop('a')); t('rem', lambda: [].remove(1)); t('next', lambda: next(iter([])))
t('fmt', lambda: '{}'.format()); t('fmtk', lambda: '{a}'.format()); t('fmtx', lambda: '{:d}'.format('a')); t('s*s', lambda: 'a'*'b'); t('neg', lambda: -'a'); t('l+', lambda: []+1); t('d+', lambda: {}+{})
t('lt', lambda: 1 < 'a'); t('lt2', lambda: [] < {}); t('sqrt', lambda: math.sqrt(-1)); t('str idx', lambda: 'abc'[10]); t('lst idx', lambda: [1]['a']); t('shl', lambda: 2 << -1)
t('in', lambda: 'a' in 5); t('in2', lambda: 5 in 'a'); t('sum', lambda: sum(['a'])); t('lidx', lambda: [1,2].index(5)); t('tuple', lambda: tuple(5)); t('split', lambda: 'x'.split(''))
t('p0', lambda: 0 ** -1); t('cmpl', lambda: [1] < [1, 'a']); t('sl', lambda: [1,2][::0]); t('slx', lambda: [1]['a':]); t('ord', lambda: ord('ab')); t('chr', lambda: chr(-1)); t('round', lambda: round('a')); t('abs', lambda: abs('a'))
t('kw', lambda: int(foo=1)); t('unhash', lambda: {1, []}); t('setitem', lambda: 'abc'.__class__)
t('big', lambda: int(float('inf'))); t('nan', lambda: int(float('nan'))); t('over', lambda: 2.0**5000); t('expo', lambda: 'abc' ** 2); t('not callable', lambda: 'x'()); t('ff', lambda: '{0} {}'.format(1)); t('fa', lambda: '{.x}'.format(1)); t('fb', lambda: '}'.format()); t('fc', lambda: '{'.format())
def un():
    a, b = [1]
def un2():
    a, b = [1, 2, 3]
def un3():
    a, b = 5
def ub():
    x = x + 1
def si():
    'abc'[0] = 'x'
def di():
    (1,)[0] = 2
def de():
    d = {}; del d['x']
def da():
    del o.zz
def ra():
    raise 5
def at():
    (1).x = 2
for n, fn in list(globals().items()):
    if n in ('un','un2','un3','si','di','de','da','ra','at'): t(n, fn)
