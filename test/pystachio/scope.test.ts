import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorOf, run, textOf } from './evaluate-names.js';

const STRUCTS = `
class Leaf(Struct):
  name = String
  v = String
class Mid(Struct):
  name = String
  leaf = Leaf
class Top(Struct):
  name = String
  mid = Mid
def leaf(**kw): return Top(name='t', mid=Mid(name='m', leaf=Leaf(**kw)))
`;

describe('which scope answers', () => {
  test.each([
    ['the own field before the own binding', `Leaf(name='l', v='{{name}}').bind(name='b').v()`, 'l'],
    [
      'the own binding before the field of the parent',
      `Mid(name='m', leaf=Leaf(v='{{name}}').bind(name='b')).leaf().v()`,
      'b',
    ],
    [
      'the inner binding before the outer one',
      `Mid(leaf=Leaf(v='{{q}}').bind(q='in')).bind(q='out').leaf().v()`,
      'in',
    ],
    ['self falls through to the parent', `leaf(v='{{self.name}}').mid().leaf().v()`, 'm'],
    [
      'super with several ancestors is the outermost',
      `leaf(name='l', v='{{super.name}}').mid().leaf().v()`,
      't',
    ],
    ['super.super as well', `leaf(name='l', v='{{super.super.name}}').mid().leaf().v()`, 't'],
    [
      'super with one parent is the parent',
      `Mid(name='m', leaf=Leaf(name='l', v='{{super.name}}')).leaf().v()`,
      'm',
    ],
    ['own bindings are reachable as super', `Leaf(name='{{super.name}}').bind(name='z').name()`, 'z'],
    [
      'a field of a child by its path',
      `Top(name='{{mid.leaf.v}}', mid=Mid(leaf=Leaf(v='deep'))).name()`,
      'deep',
    ],
    ['a later bind before an earlier', `Leaf(v='{{q}}').bind(q=1).bind(q=2).v()`, '2'],
    ['a keyword before a dict', `Leaf(v='{{q}}').bind({'q': 1}, q=3).v()`, '3'],
    ['a later dict before an earlier', `Leaf(v='{{q}}').bind({'q': 1}, {'q': 2}).v()`, '2'],
    ['in_scope goes behind', `Leaf(v='{{q}}').in_scope(q='far').bind(q='near').v()`, 'near'],
    ['a struct as a scope', `String('{{name}}') % Leaf(name='x')`, 'x'],
    [
      'the longest prefix first',
      `String('{{a.b.c}}').bind({'a.b': {'c': 'near'}, 'a': {'b.c': 'far'}})`,
      'far',
    ],
    [
      'a map needs brackets',
      `String('{{m.k}} {{m[k]}}').bind(m=Map(String, String)({'k': 'v'}))`,
      '{{m.k}} v',
    ],
    ['a dict needs dots', `String('{{m.k}} {{m[k]}}').bind(m={'k': 'v'})`, 'v {{m[k]}}'],
    ['a list from its end', `String('{{l[-1]}}').bind(l=List(Integer)([5, 6]))`, '6'],
    ['a list beyond its end', `String('{{l[2]}}').bind(l=List(Integer)([5, 6]))`, '{{l[2]}}'],
    ['a list by a name', `String('{{l[x]}}').bind(l=List(Integer)([5, 6]))`, '{{l[x]}}'],
    ['dynamic scope of values', `String('{{a}}').bind(a='{{b}}', b='x')`, 'x'],
    [
      'objects resolve in their own scopes first',
      `String('{{a}}').bind(a=String('{{b}}').bind(b='own'), b='mine')`,
      'own',
    ],
  ])('%s', (_, expression, expected) => {
    expect(textOf(`str(${expression})`, STRUCTS)).toBe(expected);
  });

  test('a field that refers to its own name is a cycle, whatever is bound', () => {
    expect(errorOf(`Leaf(name='{{name}}').bind(name='x').name()`, STRUCTS)).toMatch(
      /Maximum replacements reached/,
    );
  });

  test('a list before its beginning is the crash of the original', () => {
    expect(errorOf(`str(String('{{l[-5]}}').bind(l=List(Integer)([5, 6])))`)).toBe(
      'IndexError: tuple index out of range',
    );
  });

  test('a key that is no key of the map raises its coercion error', () => {
    expect(errorOf(`str(String('{{m[x]}}').bind(m=Map(Integer, String)({1: 'v'})))`)).toBe(
      "CoercionError: Cannot coerce 'x' to Integer",
    );
  });

  test('ten thousand binds and a hundred supers end soon', () => {
    const program = `${STRUCTS}
x = String('{{a}} {{z}}')
for i in range(10000): x = x.bind(a=i)
y = Leaf(v='{{' + 'super.' * 100 + 'name}}')
`;
    expect(textOf('str(x)', program)).toBe('9999 {{z}}');
    expect(textOf('len(str(y.v()))', program)).toBe('608');
  });
});

describe('laws of bind', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const value = fc.constantFrom('1', 'x', '{{b}}-', '{{zz}}', '');
  const template = fc
    .array(fc.constantFrom('{{a}}', '{{b}}', '{{c}}', '.', 'k'), { maxLength: 6 })
    .map((all) => all.join(''));
  const evaluation = run(`
def one(t, n, v, w): return str(String(t).bind({n: v}).bind({n: w})), str(String(t).bind({n: w}))
def split(t, n, v, m, w): return str(String(t).bind({n: v, m: w})), str(String(t).bind({n: v}).bind({m: w}))
def again(t, n, v):
  x = String(t).bind({n: v}).interpolate()[0]
  return str(x), str(x.interpolate()[0])
`);
  const equal = (call: string): boolean => evaluation.evaluateExpression(`len(set(${call})) == 1`) === true;
  const noCycle = (text: string): boolean => !text.includes('{{b}}');

  test('the last binding of a name counts', () => {
    fc.assert(
      fc.property(template, name, value, value.filter(noCycle), (t, n, v, w) =>
        equal(`one(${[t, n, v, w].map((each) => JSON.stringify(each)).join(', ')})`),
      ),
      { numRuns: 100 },
    );
  });

  test('bindings of different names can be given together or one by one', () => {
    fc.assert(
      fc.property(template, value.filter(noCycle), value.filter(noCycle), (t, v, w) =>
        equal(`split(${[t, 'a', v, 'b', w].map((each) => JSON.stringify(each)).join(', ')})`),
      ),
      { numRuns: 100 },
    );
  });

  test('interpolation is done once', () => {
    fc.assert(
      fc.property(template, name, value.filter(noCycle), (t, n, v) =>
        equal(`again(${[t, n, v].map((each) => JSON.stringify(each)).join(', ')})`),
      ),
      { numRuns: 100 },
    );
  });
});
