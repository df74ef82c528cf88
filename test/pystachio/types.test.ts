import { describe, expect, test } from '@jest/globals';
import { diagnosticOf, errorOf, textOf } from './evaluate-names.js';

describe('coercion', () => {
  test.each([
    [`String(42)`, '42'],
    [`String(True)`, 'True'],
    [`String(3.0)`, '3.0'],
    [`String(1/3.)`, '0.333333333333'],
    [`String(1e11)`, '1e+11'],
    [`Integer(' -07 ')`, '-7'],
    [`Integer(7.9)`, '7'],
    [`Integer(-7.9)`, '-7'],
    [`Integer(2**70)`, '1180591620717411303424'],
    [`Integer('99999999999999999999')`, '99999999999999999999'],
    [`Float('1e3')`, '1000.0'],
    [`Float(' .5 ')`, '0.5'],
    [`Float('-inf')`, '-inf'],
    [`Boolean('TRUE')`, 'True'],
    [`Boolean('0')`, 'False'],
    [`Boolean(0.5)`, 'True'],
    [`Enum('A', 'B')('B')`, 'B'],
  ])('%s', (expression, expected) => {
    expect(textOf(`str(${expression})`)).toBe(expected);
  });

  test.each([
    [`String(None)`, "Cannot coerce 'None' to String"],
    [`String(['q'])`, "Cannot coerce '['q']' to String"],
    [`String(Integer(5))`, "Cannot coerce '5' to String"],
    [`Integer('1.5')`, "Cannot coerce '1.5' to Integer"],
    [`Integer('')`, "Cannot coerce '' to Integer"],
    [`Integer('0x10')`, "Cannot coerce '0x10' to Integer"],
    [`Integer(float('nan'))`, "Cannot coerce 'nan' to Integer"],
    [`Float('1_0')`, "Cannot coerce '1_0' to Float"],
    [`Boolean(' true')`, "Cannot coerce ' true' to Boolean"],
    [`Boolean(None)`, "Cannot coerce 'None' to Boolean"],
    [`Enum('A', 'B')('{{x}}').bind(x='C')`, "Cannot coerce 'C' to Enum_A_B: C is not one of A, B"],
    [`Integer('{{q}}').bind(q=6.0)`, "Cannot coerce '6.0' to Integer"],
    [`Integer('{{q}}').bind(q=True)`, "Cannot coerce 'True' to Integer"],
  ])('%s is refused', (expression, message) => {
    expect(errorOf(`str(${expression})`)).toBe(`CoercionError: ${message}`);
  });

  test('infinity is no integer at all', () => {
    expect(errorOf(`str(Integer(float('inf')))`)).toBe(
      'OverflowError: cannot convert float infinity to integer',
    );
  });

  test.each([
    [`String('{{x}}')`, 'OK'],
    [`Integer('{{x}}')`, "u'{{x}}' not an integer"],
    [`Float('{{x}}')`, "u'{{x}}' not a float"],
    [`Boolean('{{x}}')`, "u'{{x}}' not a boolean"],
    [`Enum('A', 'B')('{{x}}')`, "u'{{x}}' not in the enumeration (A, B)"],
    [`Integer('x')`, "Unable to interpolate: Cannot coerce 'x' to Integer"],
    [
      `List(Integer)(['x'])`,
      "Element in IntegerList failed check: Unable to interpolate: Cannot coerce 'x' to Integer",
    ],
    [
      `Map(String, Integer)({'k': '{{x}}'})`,
      "StringIntegerMap[k] value {{x}} failed check: u'{{x}}' not an integer",
    ],
  ])('check of %s', (expression, expected) => {
    expect(textOf(`${expression}.check().message() or 'OK'`)).toBe(expected);
  });

  test('a wrong value says where it was bound', () => {
    const diagnostic = diagnosticOf(`
n = Integer('{{count}}').bind(count='many')
n.interpolate()
`);
    expect(diagnostic.notes).toEqual([
      "expected Integer, got the text 'many'",
      'the value is written as "{{count}}"',
      '{{count}} is bound at main.aurora:2:31',
    ]);
  });
});

describe('containers', () => {
  test.each([
    [`List(List(Integer)).__name__`, 'IntegerListList'],
    [`Map(String, Integer).__name__`, 'StringIntegerMap'],
    [`List(Integer)([1, '2'])`, 'IntegerList(1, 2)'],
    [`List(Integer)(range(3))`, 'IntegerList(0, 1, 2)'],
    [`List(Integer)((1, 2)).get()`, '(1, 2)'],
    [`List(Integer)(['1']).get()`, "('1',)"],
    [`[x.get() for x in List(Integer)(['1', 2])]`, '[1, 2]'],
    [`List(Integer)([1, 2])[-1]`, '2'],
    [`Integer(2) in List(Integer)([1, '2'])`, 'True'],
    [`Map(String, Integer)(('x', 1), ('x', 2))['x']`, '1'],
    [`Map(String, Integer)(('x', 1), ('x', 2)).get()`, "{'x': 2}"],
    [`Map(String, Integer)({'{{k}}': 1}).bind(k='kk')['kk']`, '1'],
    [`'a' in Map(String, Integer)({'a': 1})`, 'True'],
    [`Map(String, Integer)({'a': 1})`, 'StringIntegerMap(a => 1)'],
    [`List(Integer)([1]) == List(Integer)(['1'])`, 'True'],
    [`List(Integer)([1]) == List(Float)([1])`, 'False'],
    [`List(Integer)([1]) != List(Integer)([2])`, 'True'],
    [`len({List(Integer)([1]): 1, List(Integer)(['1']): 2})`, '1'],
  ])('%s', (expression, expected) => {
    expect(textOf(`str(${expression})`)).toBe(expected);
  });

  test.each([
    [`List(String)('abc')`, "ValueError: ListContainer expects an iterable, got 'abc'"],
    [`List(String)({})`, 'ValueError: ListContainer expects an iterable, got {}'],
    [`len(List(Integer)([1]))`, "TypeError: object of type 'IntegerList' has no len()"],
    [`List(Integer)([1])[3]`, 'IndexError: tuple index out of range'],
    [`Map(String, Integer)([('a', 1)])`, "ValueError: Unexpected input to MapContainer: ([('a', 1)],)"],
    [`Map(String, Integer)({'a': 1})['b']`, "KeyError: 'b not found'"],
    [`List(3)`, 'TypeError: List takes a type such as String or Integer, got 3'],
    [`Enum('A', 'B')('C')`, 'ValueError: Enum_A_B only accepts the following values: A, B'],
  ])('%s is refused', (expression, message) => {
    expect(errorOf(expression)).toBe(message);
  });
});

describe('binding', () => {
  test.each([
    [
      `String('').bind(a=['x'])`,
      "ValueError: Environment values must be strings, numbers, Objects or other Environments. Got <type 'list'> instead.",
    ],
    [`String('').bind({'a b': 1})`, 'InvalidRefError: Badly formed address .a b'],
    [`String('').bind({1: 1})`, 'InvalidRefError: Invalid address: 1'],
  ])('%s is refused', (expression, message) => {
    expect(errorOf(expression)).toBe(message);
  });

  test('names of prototypes are plain names', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__class__'];
    for (const name of names) {
      expect(textOf(`str(String('{{${name}}}').bind({'${name}': 'v'}))`)).toBe('v');
      expect(textOf(`str(String('{{${name}}}'))`)).toBe(`{{${name}}}`);
    }
    expect(({} as Record<string, unknown>)['v']).toBeUndefined();
  });
});
