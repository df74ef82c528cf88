import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCall, encodeCall } from '../../src/thrift/api.js';
import { loadSchema } from '../../src/thrift/load-schema.js';
import { BinaryOutput } from '../../src/thrift/binary-buffer.js';
import { readJsonProtocol } from '../../src/thrift/json-protocol.js';
import { jsonWriter } from '../../src/thrift/json-writer.js';
import type { ValueType } from '../../src/thrift/schema.js';
import { structNamed } from '../../src/thrift/codec.js';
import { anyValue } from './any-value.js';

const taskConfig = structNamed(loadSchema('api.thrift'), 'TaskConfig');
const call = (text: string): unknown => decodeCall('json', Buffer.from(text));

describe("Thrift's JSON protocol", () => {
  test('writes a call as browsers and the Go client do', () => {
    expect(encodeCall('json', 'getJobs', { ownerRole: 'www-data' }).toString()).toBe(
      '[1,"getJobs",1,0,{"1":{"str":"www-data"}}]',
    );
    expect(
      encodeCall('json', 'getTasksStatus', {
        query: { statuses: ['RUNNING'], jobKeys: [{ role: 'a', environment: 'b', name: 'c' }], limit: 3 },
      }).toString(),
    ).toBe(
      '[1,"getTasksStatus",1,0,{"1":{"rec":{"5":{"set":["i32",1,2]},"11":{"set":["rec",1,' +
        '{"1":{"str":"a"},"2":{"str":"b"},"3":{"str":"c"}}]},"13":{"i32":3}}}}]',
    );
  });

  test('reads back any task configuration', () => {
    fc.assert(
      fc.property(anyValue(taskConfig, 6), (value) => {
        const text = written(taskConfig, value);
        expect(readJsonProtocol(taskConfig, JSON.parse(text))).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  test('takes keys of maps as data, whatever they are called', () => {
    const type = { kind: 'map', key: { kind: 'string' }, value: { kind: 'i32' } } as const;
    const map = new Map([
      ['__proto__', 1],
      ['constructor', 2],
      ['', 3],
    ]);
    expect(readJsonProtocol(type, JSON.parse(written(type, map)))).toEqual(map);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test.each([
    [
      '[1,"getJobs",1,0,{"1":{"i32":5}}]',
      'ownerRole: expected an object with the type tag "str", not an object',
    ],
    ['[1,"getJobs",1,0,{"1":{"str":5}}]', 'ownerRole: expected a text, not 5'],
    ['[1,"getJobs",1,0,[]]', 'expected the fields of a getJobs arguments, not a list of 0'],
    ['[1,"getJobs",2,0,{}]', 'expected a CALL, not a REPLY'],
    ['[1,"getJobs",9,0,{}]', 'there is no message type 9'],
    ['[2,"getJobs",1,0,{}]', 'this is not a message of the JSON protocol'],
    ['[1,"getJob",1,0,{}]', "Invalid method name: 'getJob'"],
    ['[1,"constructor",1,0,{}]', "Invalid method name: 'constructor'"],
    ['{"a":1}', 'this is not a message of the JSON protocol'],
    ['[1,', 'this is not JSON in UTF-8'],
    ['\ufeff[1,"getJobs",1,0,{}]', 'this is not JSON in UTF-8'],
    [
      '[1,"getTasksStatus",1,0,{"1":{"rec":{"5":{"set":["i32",2,2]}}}}]',
      '2 elements are announced, 1 follow',
    ],
    ['[1,"getTasksStatus",1,0,{"1":{"rec":{"5":{"set":["i32",1,99]}}}}]', 'ScheduleStatus has no value 99'],
    ['[1,"getTasksStatus",1,0,{"1":{"rec":{"13":{"i32":9007199254740993}}}}]', 'is not between'],
    ['[1,"getTasksStatus",1,0,{"1":{"rec":{"13":{"i32":1e999}}}}]', 'expected a whole number, not Infinity'],
  ])('refuses %s', (text, message) => {
    expect(() => call(text)).toThrow(message);
  });

  test('never looks at what it does not know', () => {
    const deep = '['.repeat(50) + ']'.repeat(50);
    expect(call(`[1,"getJobs",1,0,{"77":{"rec":${deep}}}]`)).toMatchObject({ method: 'getJobs', args: {} });
  });

  test('refuses what would take its parser long, before parsing', () => {
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    expect(() => call(deep)).toThrow('the JSON is nested deeper than 64 levels');
    const members = (count: number): string =>
      Array.from({ length: count }, (_, at) => `"${at}":"],{\\\\"`).join(',');
    expect(() => call(`{${members(10_001)}}`)).toThrow('an object in the JSON has more than 10000 members');
    expect(() => call(`{${members(10_000)}}`)).toThrow('this is not a message');
    expect(() => call(`[${'1,'.repeat(20_000)}1]`)).toThrow('this is not a message');
  });
});

function written(type: ValueType, value: unknown): string {
  const output = new BinaryOutput();
  jsonWriter(type)(output, value);
  return output.finish().toString();
}
