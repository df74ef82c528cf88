import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { structNamed } from '../../src/thrift/codec.js';
import { complete } from '../../src/thrift/complete.js';
import { loadSchema } from '../../src/thrift/load-schema.js';
import { fromJson, toJson } from '../../src/thrift/simple-json.js';
import { anyValue } from './any-value.js';

const schema = loadSchema('api.thrift');
const task = structNamed(schema, 'AssignedTask');
const jobConfiguration = structNamed(schema, 'JobConfiguration');

describe('plain JSON', () => {
  test('reads back any assigned task through text', () => {
    fc.assert(
      fc.property(anyValue(task, 6), (value) => {
        expect(fromJson(task, JSON.parse(JSON.stringify(toJson(task, value))), 'refuse')).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  test('keeps a port that is called __proto__', () => {
    const value = { assignedPorts: new Map([['__proto__', 80]]) };
    const text = JSON.stringify(toJson(task, value));
    expect(text).toBe('{"assignedPorts":{"__proto__":80}}');
    expect(fromJson(task, JSON.parse(text))).toEqual(value);
  });

  test.each([
    [{ instanceId: '1' }, 'instanceId: expected a whole number, not "1"'],
    [{ task: { isService: 1 } }, 'task.isService: expected true or false, not 1'],
    [
      { task: { container: { docker: { image: 'a' }, mesos: {} } } },
      'task.container: the union Container has 2',
    ],
    [
      { task: { container: { dockr: {} } } },
      'task.container: Container has no field "dockr"; did you mean "docker"?',
    ],
    [
      { task: { resources: [{ numCpus: null }] } },
      'task.resources[0]: the union Resource has no known field',
    ],
    [
      { task: { slaPolicy: { countSlaPolicy: { count: 0.5 } } } },
      'countSlaPolicy.count: expected a whole number',
    ],
    [{ assignedPorts: [] }, 'assignedPorts: expected an object, not a list of 0'],
    [{ assignedPorts: { http: '80' } }, 'assignedPorts[http]: expected a whole number, not "80"'],
    [[], 'expected the fields of a AssignedTask, not a list of 0'],
  ])('refuses %j', (value, message) => {
    expect(() => fromJson(task, value, 'refuse')).toThrow(message);
  });

  test('lets a newer sender add fields where that is asked for', () => {
    expect(fromJson(task, { taskId: 'a', later: [1] }, 'skip')).toEqual({ taskId: 'a' });
  });
});

describe('complete', () => {
  test('fills what is not optional and has an empty value, at every level', () => {
    const completed = complete(jobConfiguration, { key: { role: 'r' }, taskConfig: { job: {} } });
    expect(completed).toEqual({
      key: { role: 'r', environment: '', name: '' },
      taskConfig: {
        job: { role: '', environment: '', name: '' },
        isService: false,
        priority: 0,
        maxTaskFailures: 0,
        resources: [],
        constraints: [],
      },
      instanceCount: 0,
    });
  });

  test('names a missing struct by its path', () => {
    expect(() => complete(jobConfiguration, { key: {} })).toThrow('taskConfig: is missing');
    const constraints = [{ name: 'host' }];
    expect(() => complete(jobConfiguration, { key: {}, taskConfig: { job: {}, constraints } })).toThrow(
      'taskConfig.constraints[0].constraint: is missing',
    );
  });
});
