import { describe, expect, test } from '@jest/globals';
import { loadSchema } from '../../src/thrift/load-schema.js';
import type { Schema } from '../../src/thrift/schema.js';
import { parseSchema } from '../../src/thrift/parse-schema.js';

describe('parseSchema', () => {
  test('resolves a type that is defined further down, and one that contains itself', () => {
    const { structs } = parseSchema(
      'struct Tree { 2: list<Tree> children 1: optional Leaf leaf } /* later */ struct Leaf { 1: i32 size }',
      'tree.thrift',
    );
    const tree = structs.get('Tree');
    expect(tree?.fields.map((field) => [field.id, field.name, field.optional])).toEqual([
      [1, 'leaf', true],
      [2, 'children', false],
    ]);
    expect(tree?.fields[0]?.type).toEqual({ kind: 'struct', struct: structs.get('Leaf') });
    expect(tree?.fields[1]?.type).toMatchObject({ kind: 'list', element: { kind: 'struct' } });
  });

  test.each([
    ['struct A {\n  1: strng name\n}', 'x.thrift:2: the type "strng" is not defined'],
    ['struct A { 1: i32 a 1: i32 b }', 'x.thrift:1: field 1 or its name "b" is taken'],
    ['enum E { A = 1 B = 1 }', 'x.thrift:1: E.B is defined twice'],
    ['enum E { A = 1', 'x.thrift:1: the file ends too early'],
    ['typedef i32 X', 'x.thrift:1: a definition cannot begin with "typedef"'],
    ['struct A { 1 i32 a }', 'x.thrift:1: expected ":", not "i32"'],
    ['struct A { 1: i32 @ }', 'x.thrift: unexpected character "@"'],
  ])('refuses %j', (text, message) => {
    expect(() => readAll(parseSchema(text, 'x.thrift'))).toThrow(message);
  });

  test.each([
    ['api.thrift', 300],
    ['thermos.thrift', 20],
  ] as const)('every field of %s can be read', (name, atLeast) => {
    expect(readAll(loadSchema(name))).toBeGreaterThan(atLeast);
  });

  test('knows every method of the three services, with argument ids that do not start at one', () => {
    const { methods } = loadSchema('api.thrift');
    expect(methods.size).toBe(45);
    const kill = methods.get('killTasks');
    expect(kill?.service).toBe('AuroraSchedulerManager');
    expect(kill?.parameters.fields.map(({ id, name }) => [id, name])).toEqual([
      [4, 'job'],
      [5, 'instances'],
      [6, 'message'],
    ]);
  });
});

/** Fields are read when they are asked for. */
function readAll({ structs, methods }: Schema): number {
  const all = [...structs.values(), ...[...methods.values()].map(({ parameters }) => parameters)];
  return all.flatMap(({ fields }) => fields).length;
}
