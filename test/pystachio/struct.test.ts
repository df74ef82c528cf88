import { describe, expect, test } from '@jest/globals';
import { diagnosticOf, errorOf, textOf } from './evaluate-names.js';

const DISK = `
class Disk(Struct):
  path = Required(String)
  size = Default(Integer, 10)
  label = Default(String, '{{path}}:{{size}}')
  note = String
class Box(Struct):
  disks = List(Disk)
  main = Disk
  names = Map(String, Disk)
`;

describe('structs', () => {
  test.each([
    [`Disk(path='/d')(size=3).label()`, '/d:3'],
    [`Disk({'path': 'a'}, {'path': 'b'}, size=1).label()`, 'b:1'],
    [`Disk(path='a').note() is Empty`, 'True'],
    [`Disk(path='a', size=Empty).has_size()`, 'False'],
    [`Disk(path='a').has_size()`, 'True'],
    [`Disk(path='{{p}}').bind(p='/z')(size=2).label()`, '/z:2'],
    [`Disk(path='x')`, 'Disk(path=x,\n     size=10,\n     label=x:10)'],
    [`Disk(path='{{p}}').bind(p='/d') == Disk(path='/d')`, 'True'],
    [`Disk(path='a') == Disk(path='b')`, 'False'],
    [`Disk(path='a').check().ok()`, 'True'],
    [`Disk().check().message()`, 'Disk[path] is required.'],
    [
      `Disk(path=None).check().message()`,
      "Disk[path] failed: Unable to interpolate: Cannot coerce 'None' to String",
    ],
    [`Disk(path='a').get()`, "{'path': 'a', 'size': 10, 'label': '{{path}}:{{size}}'}"],
    [`Disk(path='a').json_dumps()`, '{"label": "a:10", "path": "a", "size": 10}'],
    [`Disk(path=u'caf\\u00e9').json_dumps()`, '{"label": "caf\\u00e9:10", "path": "caf\\u00e9", "size": 10}'],
    [
      `Disk(path='{{x}}', size='{{n}}').json_dumps()`,
      '{"label": "{{x}}:{{n}}", "path": "{{x}}", "size": "{{n}}"}',
    ],
    [`Disk.json_loads('{"path": "/j", "junk": 1}').path()`, '/j'],
    [`Box(disks=[{'path': 'a'}])== Box(disks=[Disk(path='a')])`, 'True'],
    [`Box(main={'path': 'a'}).main().label()`, 'a:10'],
    [`Box(main=Disk(path='{{p}}').bind(p='in')).bind(p='out').main().path()`, 'in'],
    [
      `(isinstance(Disk(), Disk), isinstance(Disk(), Struct), isinstance(Box(), Disk))`,
      '(True, False, False)',
    ],
    [`(Disk.__name__, type(Disk()).__name__, Disk().__class__.__name__)`, "('Disk', 'Disk', 'Disk')"],
    [`[str(r) for r in Disk(path='{{a}}{{b}}{{a}}').interpolate()[1]]`, "['{{a}}', '{{b}}']"],
    [`[str(r) for r in String('{{a}}{{b}}{{a}}').interpolate()[1]]`, "['{{a}}', '{{b}}', '{{a}}']"],
  ])('%s', (expression, expected) => {
    expect(textOf(`str(${expression})`, DISK)).toBe(expected);
  });

  test.each([
    [`Disk(paht='/d')`, 'AttributeError: Unknown schema attribute paht'],
    [`Disk(path='a')(sise=1)`, 'AttributeError: Unknown schema attribute sise'],
    [`Disk('a')`, "ValueError: Expected dictionary argument, got 'a'"],
    [`Disk(path='a')({'size': 2})`, 'TypeError: __call__() takes exactly 1 argument (2 given)'],
    [`Disk(path='a').color()`, 'AttributeError: Disk has no attribute color'],
    [`Box(main='x')`, "ValueError: Expected dictionary argument, got 'x'"],
    [
      `Disk.json_loads('{"path": "/j", "junk": 1}', strict=True)`,
      'AttributeError: Unknown schema attribute junk',
    ],
    [
      `Box.json_loads('{"disks": [{"path": "/j", "junk": 1}]}')`,
      'AttributeError: Unknown schema attribute junk',
    ],
    [`Disk.json_loads('[1]')`, "AttributeError: 'list' object has no attribute 'items'"],
    [`Disk.json_loads('{"a" 1}')`, 'ValueError: Expecting : delimiter: line 1 column 6 (char 5)'],
    [`Disk().note().get()`, "AttributeError: type object 'Empty' has no attribute 'get'"],
  ])('%s is refused', (expression, message) => {
    expect(errorOf(expression, DISK)).toBe(message);
  });

  test('what is not a type is dropped from a Struct', () => {
    const source = `
class K(Struct):
  """doc"""
  LIMIT = 3
  a = String
  def hello(self): return 'hi'
`;
    expect(textOf(`hasattr(K(), 'hello'), hasattr(K, 'LIMIT'), K(a='x').has_a()`, source)).toBe(
      '(False, False, True)',
    );
    expect(errorOf(`K(a='1').hello()`, source)).toBe('AttributeError: K has no attribute hello');
  });

  test('a class that extends a Struct has the fields of both, new defaults, and its methods', () => {
    const source = `${DISK}
class Ssd(Disk):
  rpm = Default(Integer, 0)
  size = 512
  def twice(self): return self.size().get() * 2
`;
    expect(textOf(`str(Ssd(path='p').label())`, source)).toBe('p:512');
    expect(textOf(`Ssd(path='p', rpm=7).rpm().get()`, source)).toBe('7');
    expect(textOf(`Ssd(path='p').twice()`, source)).toBe('1024');
    expect(textOf(`str(Box(main=Ssd(path='p')).main().label())`, source)).toBe('p:512');
    expect(errorOf(`Ssd(rmp=1)`, source)).toBe('AttributeError: Unknown schema attribute rmp');
  });

  test('an unknown field points at the keyword and names the nearest', () => {
    const diagnostic = diagnosticOf(`${DISK}
d = Disk(
  paht='/d')
`);
    expect(diagnostic.span?.file.text.slice(diagnostic.span.start, diagnostic.span.end)).toBe("paht='/d'");
    expect(diagnostic.suggestion).toBe('Did you mean "path"?');
    expect(diagnostic.notes).toEqual(['Disk has no field "paht"; its fields are label, note, path, size']);
  });

  test('a wrong value inside says the path and points at it', () => {
    const diagnostic = diagnosticOf(`${DISK}
b = Box(disks=[Disk(path='a'),
  Disk(path='b', size='big')])
b.interpolate()
`);
    expect(diagnostic.notes?.[0]).toBe('in Box.disks[1].size');
    expect(diagnostic.span?.file.text.slice(diagnostic.span.start, diagnostic.span.end)).toBe("size='big'");
  });

  test('structs that are nested deeply are bounded, not a crash', () => {
    const source = `
def make(n):
  x = String
  for i in range(n): x = List(x)
  return x
v = 'x'
for i in range(150): v = [v]
`;
    expect(() => textOf(`str(make(150)(v))`, source)).not.toThrow(RangeError);
  });
});

describe('choices', () => {
  const SOURCE = `
class A(Struct):
  a = Required(String)
class B(Struct):
  b = Required(Integer)
  c = String
AB = Choice([A, B])
`;
  test.each([
    [`Choice([Integer, String])('n/a').unwrap().__class__.__name__`, 'String'],
    [`Choice([Integer, String])('12').unwrap().__class__.__name__`, 'Integer'],
    [`Choice([Integer, String])(String('12')).unwrap().__class__.__name__`, 'String'],
    [`Choice([Integer, Float])(1.5).unwrap()`, '1'],
    [
      `(Choice('Name', [Integer]).__name__, Choice([Integer, String]).__name__)`,
      "('Name', 'Choice_Integer_String')",
    ],
    [`AB({'b': 1}).unwrap()`, 'B(b=1)'],
    [`AB({'a': 'x'}).unwrap()`, 'A(a=x)'],
    [`AB(B(b='{{n}}')).bind(n=3).unwrap()`, 'B(b=3)'],
    [`AB({'b': '{{n}}'}).bind(n=3).unwrap()`, 'B(b=3)'],
    [`AB(B(c='x')).check().message()`, 'B[b] is required.'],
    [`AB({'b': 1}) == AB(B(b='1'))`, 'True'],
  ])('%s', (expression, expected) => {
    expect(textOf(`str(${expression})`, SOURCE)).toBe(expected);
  });

  test('a dict that fits no alternative says what they are', () => {
    expect(errorOf(`AB({'x': 1}).interpolate()`, SOURCE)).toBe('AttributeError: Unknown schema attribute x');
    expect(errorOf(`Choice([Integer, Float])('z').interpolate()`)).toBe(
      "CoercionError: Cannot coerce 'z' to Choice_Integer_Float",
    );
    expect(textOf(`AB({}).check().message()`, SOURCE)).toMatch(
      /did not match any of its alternatives|is required/,
    );
  });
});
