import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeStruct, encodeStruct, structNamed } from '../../src/thrift/codec.js';
import { parseSchema } from '../../src/thrift/parse-schema.js';
import { ThriftError } from '../../src/thrift/thrift-error.js';
import { anyValue } from './any-value.js';

const schema = parseSchema(
  `enum Colour { RED = 1 BLUE = -7 }
   union Choice { 1: i32 number 2: string text }
   struct All {
     1: bool yes 2: i8 tiny 3: i16 small 4: i32 middle 5: i64 large 6: double real 7: string text
     8: Colour colour 9: Choice choice 10: list<All> nested 11: set<i32> numbers 12: map<string, double> amounts
     13: map<i32, list<string>> names
   }`,
  'test.thrift',
);
const all = structNamed(schema, 'All');

const encode = (value: unknown): Buffer => encodeStruct(all, value);
const decode = (hex: string): unknown => decodeStruct(all, Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('the binary protocol', () => {
  test('writes each type as Thrift does', () => {
    expect(encode({ yes: true, tiny: -1, small: 258, middle: -2, text: 'aé' }).toString('hex')).toBe(
      '02000101' + '030002ff' + '0600030102' + '080004fffffffe' + '0b00070000000361c3a9' + '00',
    );
    expect(encode({ large: -(2 ** 53 - 1), real: 1.5 }).toString('hex')).toBe(
      '0a0005ffe0000000000001' + '0400063ff8000000000000' + '00',
    );
    expect(encode({ colour: 'BLUE', choice: { text: '' }, numbers: [3] }).toString('hex')).toBe(
      '080008fffffff9' + '0c00090b00020000000000' + '0e000b080000000100000003' + '00',
    );
  });

  test('reads back what it wrote, whatever it is', () => {
    fc.assert(
      fc.property(anyValue(all, 3), (value) => {
        expect(decodeStruct(all, encode(value))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('grows its buffer wherever a value happens to end', () => {
    const tail = {
      tiny: 1,
      small: 2,
      middle: 3,
      large: 4,
      real: 0.5,
      text: 'x',
      numbers: [1],
      choice: { number: 1 },
    };
    for (let length = 900; length < 1100; length++) {
      const value = { nested: [{ text: 'a'.repeat(length) }, tail], amounts: new Map([['a', 1]]), yes: true };
      expect(decodeStruct(all, encode(value))).toEqual(value);
    }
  });

  test('writes what many share once, and the same bytes for each', () => {
    const tasks = structNamed(
      parseSchema('struct TaskConfig { 1: string a } struct T { 1: list<TaskConfig> all }', 't.thrift'),
      'T',
    );
    const shared = { a: 'x'.repeat(2000) };
    const bytes = encodeStruct(tasks, { all: [shared, { a: 'y' }, shared, shared] });
    const copies = { all: [{ ...shared }, { a: 'y' }, { ...shared }, { ...shared }] };
    expect(bytes.equals(encodeStruct(tasks, copies))).toBe(true);
    expect(decodeStruct(tasks, bytes)).toEqual(copies);
  });

  test('skips fields that it does not know', () => {
    const unknown = '0c03e7 0f0001 0d 00000001 0b0b 00000001 00000001 61 00000000 00';
    expect(decode(`${unknown} 020001 01 00`)).toEqual({ yes: true });
  });

  test('reads an empty list whatever element type it announces', () => {
    expect(decode('0f000a 00 00000000 00')).toEqual({ nested: [] });
  });

  test.each([
    ['080001 00000001 00', 'yes: expected wire type 2, the message has 8'],
    ['080008 00000005 00', 'colour: Colour has no value 5'],
    ['0c0009 00 00', 'choice: the union Choice has no known field set'],
    ['0c0009 080001 00000001 0b0002 00000000 00 00', 'choice: the union Choice has 2 fields set'],
    ['0a0005 0020000000000000 00', 'large: the integer is beyond 2^53'],
    ['040006 7ff8000000000000 00', 'real: expected a finite number, not NaN'],
    ['0b0007 7fffffff 61', 'text: the message ends early: 2147483647 more bytes are needed, 1 are left'],
    ['0b0007 ffffffff', 'text: a text cannot have the length -1'],
    [
      '0e000b 08 7fffffff 00000001',
      'numbers: 2147483647 elements are announced, but the message ends before',
    ],
    ['0e000b 0b 00000001 00000000 00', 'numbers: expected elements of wire type 8, the message has 11'],
    ['0f000a 0c 00000001 0b0007 00000009 00', 'nested[0].text: the message ends early'],
    ['1103e7 00', 'there is no wire type 17'],
    ['020001 01', 'the message ends early: 1 more bytes are needed, 0 are left'],
    ['00 00', '1 bytes follow the end of the struct'],
  ])('refuses %s', (hex, message) => {
    expect(() => decode(hex)).toThrow(ThriftError);
    expect(() => decode(hex)).toThrow(message);
  });

  test('refuses nesting that no schema has, known or unknown', () => {
    const known = '0f000a 0c 00000001'.repeat(1000);
    expect(() => decode(known)).toThrow('nested deeper than 64 levels');
    expect(() => decode('0c03e7'.repeat(100_000))).toThrow('nested deeper than 64 levels');
  });

  test('holds the number of elements to a limit, so that a small message cannot become a large heap', () => {
    const bytes = encode({ nested: Array.from({ length: 101 }, () => ({})) });
    expect(() => decodeStruct(all, bytes, { elements: 100 })).toThrow('the message has too many elements');
    expect(decodeStruct(all, bytes, { elements: 101 })).toMatchObject({ nested: { length: 101 } });
  });

  test.each([
    [{ yes: 1 }, 'yes: expected true or false, not 1'],
    [{ tiny: 128 }, 'tiny: 128 is not between -128 and 127'],
    [{ middle: 1.5 }, 'middle: expected a whole number, not 1.5'],
    [{ real: Number.NaN }, 'real: expected a finite number, not NaN'],
    [{ text: 7 }, 'text: expected a text, not 7'],
    [{ text: '\ud800' }, 'text: the text has half of a surrogate pair'],
    [{ colour: 'GREEN' }, 'colour: Colour has no value "GREEN"'],
    [{ choice: {} }, 'choice: the union Choice has no known field set'],
    [{ nested: [{}, { numbers: 3 }] }, 'nested[1].numbers: expected a list, not 3'],
    [{ amounts: {} }, 'amounts: expected a Map, not an object'],
    [{ names: new Map([[1, [2]]]) }, 'names[1][0]: expected a text, not 2'],
    [7, 'expected a All, not 7'],
  ])('does not write %j', (value, message) => {
    expect(() => encode(value)).toThrow(message);
  });
});
